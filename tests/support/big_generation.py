"""A project with a generation of many packages, sized like real ones, as ``uplock run`` would leave it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from support.subjects import NOTHING, digest_for, make_library, make_lock, make_target
from uplock.archive.archive import DirectoryArchive
from uplock.lockfile.pylock import write_pylock
from uplock.lockfile.requirements import write_requirements
from uplock.model.generation import GenerationArtifact, GenerationContent, GenerationLock
from uplock.model.lock import Artifact, Lock, LockedPackage
from uplock.model.native import NativeMember, NativeProfile
from uplock.model.results import ArtifactResults, CoreMetadata, Unchecked
from uplock.model.waiver import WaiverFile

RECORDED = datetime(2026, 11, 23, tzinfo=UTC)
NATIVE_EVERY, OBJECTS, NEEDED = 3, 8, 4
"""One package in three is native, with eight objects each that need four libraries: as in a web service's lock."""


def opened(root: Path) -> DirectoryArchive:
    """Return the archive of the project."""
    return DirectoryArchive(root / ".uplock")


def build(root: Path, packages: int, *, python: str = "3.12.1", waivers: tuple[WaiverFile, ...] = ()) -> str:
    """Write configuration and archive of a project with one target; return the generation's id."""
    (root / "uplock.toml").write_text('targets = ["3.12.1"]\n')
    (root / "requirements.in").write_text("package-000\n")
    archive = opened(root)
    lock = _lock(packages, python)
    results = [_results(package, place) for place, package in enumerate(lock.packages)]
    content = GenerationContent(
        project="project",
        inputs=NOTHING,
        lifecycle=NOTHING,
        view=NOTHING,
        locks=(
            GenerationLock(
                target=lock.target.name,
                role="target",
                pylock=archive.put(write_pylock(lock)),
                requirements=archive.put(write_requirements(lock)),
            ),
        ),
        artifacts=tuple(
            GenerationArtifact(filename=each.filename, sha256=each.sha256, results=archive.put_results(each))
            for each in results
        ),
        waivers=waivers,
    )
    return archive.record(content, None, RECORDED)


def _name(place: int) -> str:
    return f"package-{place:03}"


def _filename(place: int) -> str:
    tag = "cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64" if place % NATIVE_EVERY == 0 else "py3-none-any"
    return f"package_{place:03}-1.{place}-{tag}.whl"


def _lock(packages: int, python: str) -> Lock:
    return make_lock(
        make_target(python),
        (
            LockedPackage(
                name=_name(place),
                version=f"1.{place}",
                artifact=Artifact(
                    filename=_filename(place),
                    sha256=digest_for(_filename(place)),
                    url=f"https://index.example/files/{_filename(place)}",
                    size=100_000 + place,
                    upload_time=datetime(2026, 1, 1 + place % 28, tzinfo=UTC),
                ),
                dependencies=tuple(_name(each) for each in _needs(place, packages)),
                requires_python=">=3.9",
                direct=place == 0,
                index="https://index.example/simple",
            )
            for place in range(packages)
        ),
    )


def _needs(place: int, packages: int) -> range:
    """Return the places of the packages that one needs: a tree in which each needs three."""
    return range(min(3 * place + 1, packages), min(3 * place + 4, packages))


def _results(package: LockedPackage, place: int) -> ArtifactResults:
    extras = tuple(f'tool-{each}>=1.{each}; extra == "dev"' for each in range(5))
    return ArtifactResults(
        filename=package.artifact.filename,
        sha256=package.artifact.sha256,
        sha512="0" * 128,
        size=package.artifact.size or 0,
        metadata=CoreMetadata(
            name=package.name,
            version=package.version,
            metadata_version="2.4",
            requires_python=">=3.9",
            requires_dist=(
                *(f"{name}<3,>=1.0" for name in package.dependencies),
                'backport>=2; python_version < "3.10"',
                *extras,
            ),
            provides_extra=("dev",),
            license_expression="MIT",
            classifiers=tuple(f"Programming Language :: Python :: 3.{minor}" for minor in range(9, 15)) * 2,
            summary="A package of a lock with many packages",
            author_email="team@project.example",
            project_urls=(("Homepage", "https://project.example"), ("Source", "https://project.example/source")),
        ),
        native=_native(place) if place % NATIVE_EVERY == 0 else NativeProfile(),
        verification=Unchecked(reason="not-offered", detail="the source offers no provenance at all"),
    )


def _native(place: int) -> NativeProfile:
    folder = f"package_{place:03}"
    members = tuple(
        NativeMember(
            path=f"{folder}/part_{each}.cpython-312-x86_64-linux-gnu.so",
            sha256=digest_for(f"{folder} {each}"),
            size=50_000 + each,
            role="extension",
            format="elf",
            arch="x86_64",
            bits=64,
            needed=("libc.so.6", "libm.so.6", "libstdc++.so.6", f"libpart-{place}.so.1")[:NEEDED],
            symbol_floors={"GLIBC": "2.17"},
        )
        for each in range(OBJECTS)
    )
    libraries = (
        make_library("openssl", "3.5.8", path=f"{folder}.libs/libssl-0a1b2c3d.so.3"),
        make_library("zlib", "1.3.2", path=f"{folder}.libs/libz-0a1b2c3d.so.1"),
    )
    return NativeProfile(
        members=members, libraries=libraries, system=("libc.so.6",), glibc="2.17", glibc_claimed="2.17"
    )
