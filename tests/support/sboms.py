"""Builders of what SBOMs are made of, and readers of the documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from support.native import native_library, native_member
from support.subjects import NOTHING, make_artifact_results, make_package, make_target
from uplock.model.digest import sha256_of
from uplock.model.lifecycle import Claim, Lifecycle
from uplock.model.lock import Lock, LockedPackage
from uplock.model.native import NativeProfile
from uplock.model.native_sbom import DeclaredDocument
from uplock.model.results import (
    ArtifactResults,
    GitHub,
    Invalid,
    NotAttested,
    Unchecked,
    Verified,
    VerifiedAttestation,
)
from uplock.model.target import Interpreter, Target
from uplock.model.value import changed
from uplock.sbom.build import build_sbom
from uplock.sbom.subject import SbomSubject

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
Tree = dict[str, Any]


def make_sbom_subject(
    *pairs: tuple[LockedPackage, ArtifactResults | None],
    target: Target | None = None,
    baseline: str | None = "3.9.25",
    project_name: str = "shop",
    project_version: str | None = "1.0",
    lifecycles: tuple[Lifecycle, ...] | None = None,
) -> SbomSubject:
    """Return a subject of these packages with what is known about each."""
    lock = Lock(
        target=target or make_target("3.12.16"),
        packages=tuple(sorted((package for package, _ in pairs), key=lambda each: each.name)),
        exclude_newer=AT,
        inputs=NOTHING,
        view=NOTHING,
        resolver="uv 0.13.9",
    )
    return SbomSubject(
        project_name=project_name,
        project_version=project_version,
        lock=lock,
        artifacts=tuple(results for _, results in pairs if results is not None),
        baseline=None if baseline is None else Interpreter(version=baseline),
        lifecycles=python_lifecycles() if lifecycles is None else lifecycles,
        timestamp=AT,
        pylock_sha256=sha256_of(b"pylock"),
        generator_version="0.1.0",
    )


def python_lifecycles() -> tuple[Lifecycle, ...]:
    return tuple(
        Lifecycle(
            product="cpython",
            line=line,
            claims=(
                Claim(
                    end_of_life=end,
                    end_of_support=bugfix,
                    source="a dated source",
                    retrieved=date(2026, 11, 23),
                    verified=True,
                ),
            ),
        )
        for line, bugfix, end in (
            ("3.9", date(2022, 5, 17), date(2025, 10, 31)),
            ("3.12", None, date(2028, 10, 31)),
        )
    )


def wheel(
    filename: str = "demo-1.0-py3-none-any.whl", *, direct: bool = True, needs: tuple[str, ...] = ()
) -> LockedPackage:
    return changed(make_package(filename, direct=direct), dependencies=needs)


def with_metadata(filename: str = "demo-1.0-py3-none-any.whl", **fields: object) -> ArtifactResults:
    """Return results whose core metadata has these fields."""
    results = make_artifact_results(filename)
    return changed(results, metadata=changed(results.metadata, **fields))


def read(subject: SbomSubject) -> Tree:
    """Build a document and parse it."""
    tree: Tree = json.loads(build_sbom(subject))
    return tree


def component(tree: Tree, name: str) -> Tree:
    """Return the one component of that name, at any depth."""
    (found,) = [each for each in components(tree["components"]) if each["name"] == name]
    return found


def components(items: list[Tree]) -> Iterator[Tree]:
    for each in items:
        yield each
        yield from components(each.get("components", []))


def properties(part: Tree, name: str) -> list[str]:
    """Return the values of a property, in the order of the document."""
    return [each["value"] for each in part.get("properties", []) if each["name"] == name]


def references(part: Tree, kind: str) -> list[Tree]:
    return [each for each in part.get("externalReferences", []) if each["type"] == kind]


def edges(tree: Tree) -> dict[str, list[str]]:
    return {each["ref"]: each.get("dependsOn", []) for each in tree["dependencies"]}


def aggregates(tree: Tree, kind: str, ref: str) -> set[str]:
    """Return what the compositions of a document say about the contents or the needs of one component."""
    return {each["aggregate"] for each in tree["compositions"] if ref in each.get(kind, [])}


def shop_subject() -> SbomSubject:
    """Return a subject with one of everything: the subject of the golden document."""
    return make_sbom_subject(
        (
            wheel("crypto-50.0.2-cp311-abi3-manylinux_2_17_x86_64.whl", needs=("pure",)),
            _crypto("crypto-50.0.2-cp311-abi3-manylinux_2_17_x86_64.whl"),
        ),
        (
            wheel("gpu-2.0-cp312-cp312-manylinux_2_28_x86_64.whl", needs=("gpu-runtime",)),
            changed(
                make_artifact_results("gpu-2.0-cp312-cp312-manylinux_2_28_x86_64.whl"),
                native=NativeProfile(
                    members=(
                        native_member(
                            "gpu/_gpu.so",
                            needed=("libc.so.6", "librt-gpu.so.1"),
                            symbol_floors={"GLIBC": "2.28"},
                        ),
                    ),
                    system=("libc.so.6", "librt-gpu.so.1"),
                    glibc="2.28",
                    glibc_claimed="2.28",
                    skipped=("gpu/_odd.so: cut off",),
                ),
                verification=NotAttested(detail="the index offers provenance and has none"),
            ),
        ),
        (
            wheel("gpu_runtime-2.1-py3-none-manylinux_2_28_x86_64.whl", direct=False),
            changed(
                make_artifact_results("gpu_runtime-2.1-py3-none-manylinux_2_28_x86_64.whl"),
                native=NativeProfile(
                    members=(native_member("gpu_runtime/lib/librt-gpu.so.1", role="library", soname="librt-gpu.so.1"),)
                ),
                verification=Unchecked(reason="not-offered", detail="the index offers no provenance"),
            ),
        ),
        (
            wheel("pure-1.2.3-py3-none-any.whl", direct=False),
            changed(
                with_metadata(
                    "pure-1.2.3-py3-none-any.whl",
                    license="BSD",
                    classifiers=("License :: OSI Approved :: BSD License", "Topic :: Software Development"),
                    author="Jane Doe",
                    author_email="jane@example.org",
                    project_urls=(("Homepage", "https://pure.example/"), ("Bug Tracker", "https://pure.example/bugs")),
                ),
                verification=Invalid(failure="bad-signature", detail="it does not verify", document=NOTHING),
            ),
        ),
        (changed(wheel("unseen-0.1-py3-none-any.whl", direct=False), requires_python=">=3.9"), None),
    )


def _crypto(filename: str) -> ArtifactResults:
    results = with_metadata(
        filename,
        summary="Cryptography for people",
        license_expression="Apache-2.0 OR BSD-3-Clause",
        maintainer="The Team",
        maintainer_email='"Team, The" <team@example.org>',
    )
    grafted = "crypto.libs/libz-1a2b.so.1"
    return changed(
        results,
        document="https://index.example/crypto.provenance",
        native=NativeProfile(
            members=(
                native_member(
                    "crypto/_rust.abi3.so", abi="abi3", needed=("libc.so.6",), symbol_floors={"GLIBC": "2.17"}
                ),
                native_member(grafted, role="library", soname="libz-1a2b.so.1", symbol_floors={"GLIBC": "2.14"}),
            ),
            libraries=(
                native_library(
                    "openssl", "4.0.3", paths=("crypto/_rust.abi3.so",), evidence="OpenSSL 4.0.3 1 Nov 2026"
                ),
                native_library(
                    "zlib",
                    None,
                    paths=(grafted,),
                    linkage="bundled",
                    method="soname",
                    confidence="medium",
                    evidence="libz-1a2b.so.1",
                    soname="libz-1a2b.so.1",
                ),
            ),
            system=("ld-linux-x86-64.so.2", "libc.so.6", "libgcc_s.so.1"),
            glibc="2.17",
            glibc_claimed="2.17",
            declared=(DeclaredDocument(path="crypto-50.0.2.dist-info/sboms/sbom.json", sha256=NOTHING, size=2),),
        ),
        verification=Verified(
            publisher=GitHub(repository="team/crypto", workflow="release.yml", environment="index"),
            document=sha256_of(b"provenance"),
            attestations=(
                VerifiedAttestation(
                    predicate_type="https://docs.index.example/attestations/publish/v1",
                    publisher=GitHub(repository="team/crypto", workflow="release.yml", environment="index"),
                    log_time=datetime(2026, 11, 1, 10, 0, tzinfo=UTC),
                    log_index=123456789,
                ),
            ),
        ),
    )
