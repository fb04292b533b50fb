"""Hypothesis strategies of locks and lock sets: any that a resolver could give."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from support.subjects import INDEX, digest_for
from uplock.model.digest import Sha256
from uplock.model.lock import Artifact, GenerationRef, Lock, LockedPackage, LockEntry, LockSet, MissingLock
from uplock.model.platform import GLIBC_FLOORS, GlibcLinux, MacOS, MuslLinux, Platform, Windows
from uplock.model.target import SUPPORTED_MINORS, Interpreter, Target

names = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,4}){0,2}", fullmatch=True)
versions = st.from_regex(
    r"([1-9]!)?(0|[1-9][0-9]{0,3})(\.(0|[1-9][0-9]?)){0,3}((a|b|rc)(0|[1-9]))?(\.post[1-9])?(\.dev[0-9])?"
    r"(\+[a-z]{1,3}[1-9](\.[1-9])?)?",
    fullmatch=True,
)
digests = st.binary(min_size=32, max_size=32).map(lambda raw: Sha256(raw.hex()))
moments = st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
whole_moments = moments.map(lambda moment: moment.replace(microsecond=0))
lines = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=20)
platforms: st.SearchStrategy[Platform] = st.one_of(
    st.builds(GlibcLinux, arch=st.sampled_from(["x86_64", "aarch64"]), glibc=st.sampled_from(GLIBC_FLOORS)),
    st.builds(MuslLinux, arch=st.sampled_from(["x86_64", "aarch64"])),
    st.builds(
        MacOS,
        arch=st.sampled_from(["x86_64", "arm64"]),
        minimum=st.sampled_from([(major, 0) for major in (11, 12, 13, 14, 15, 26, 27, 99)]),
    ),
    st.builds(MacOS, arch=st.just("x86_64"), minimum=st.sampled_from([(10, minor) for minor in range(9, 16)])),
    st.builds(Windows, arch=st.sampled_from(["x86_64", "arm64"])),
)
targets = st.builds(
    Target,
    interpreter=st.builds(
        lambda minor, patch: Interpreter(version=f"{minor}.{patch}"),
        st.sampled_from(SUPPORTED_MINORS),
        st.integers(0, 99),
    ),
    platform=platforms,
)
_ODD_REASONS = ["", 'a "quoted" one', "'''\\", "\\u0041 #]", "\N{RIGHT-TO-LEFT OVERRIDE}\N{PILE OF POO}"]
roles = st.sampled_from(["baseline", "target"])


@st.composite
def packages(draw: st.DrawFn, name: str, known: list[str]) -> LockedPackage:
    """Return a package that depends on some of the ``known`` names: a wheel or sdist, of an index or by URL."""
    version = draw(versions)
    filename = f"{name.replace('-', '_')}-{version}" + draw(st.sampled_from(["-py3-none-any.whl", ".tar.gz"]))
    index = draw(st.sampled_from([INDEX, "http://127.0.0.1:8080/simple", None]))
    places = ["https://index.example/", "http://127.0.0.1:8080/files/"] + ([] if index is None else ["file:///srv/"])
    return LockedPackage(
        name=name,
        version=version,
        artifact=Artifact(
            filename=filename,
            sha256=digest_for(filename),
            url=draw(st.sampled_from(places))
            + draw(st.sampled_from([filename, filename.replace("+", "%2B").replace("!", "%21")])),
            size=draw(st.none() | st.integers(0, 2**63 - 1)),
            upload_time=draw(st.none() | moments),
        ),
        dependencies=tuple(sorted(draw(st.sets(st.sampled_from(known), max_size=3)))),
        requires_python=draw(st.none() | lines),
        direct=draw(st.booleans()),
        index=index,
        yanked=draw(st.none() | lines | st.sampled_from(_ODD_REASONS)),
        hashed_here=draw(st.booleans()),
    )


@st.composite
def locks(draw: st.DrawFn) -> Lock:
    known = sorted(draw(st.sets(names, max_size=6)))
    return Lock(
        target=draw(targets),
        packages=tuple(draw(packages(name, known)) for name in known),
        exclude_newer=draw(whole_moments),
        inputs=draw(digests),
        view=draw(digests),
        resolver=draw(st.from_regex(r"uv [0-9]\.[0-9]{1,2}\.[0-9]", fullmatch=True)),
    )


@st.composite
def locksets(draw: st.DrawFn) -> LockSet:
    found = draw(st.lists(targets, max_size=4, unique_by=lambda target: target.name))
    split = draw(st.integers(0, len(found)))
    return LockSet(
        exclude_newer=draw(whole_moments),
        inputs=draw(digests),
        view=draw(digests),
        resolver=draw(lines),
        targets=tuple(
            LockEntry(
                target=target.name,
                python=target.interpreter.version,
                platform=target.platform.name,
                role=draw(roles),
                pylock=draw(digests),
                requirements=draw(digests),
            )
            for target in found[:split]
        ),
        missing=tuple(
            MissingLock(
                target=target.name,
                python=target.interpreter.version,
                platform=target.platform.name,
                role=draw(roles),
                packages=tuple(draw(st.lists(names, max_size=2))),
                detail=draw(lines),
            )
            for target in found[split:]
        ),
        generation=draw(st.none() | st.builds(GenerationRef, id=digests, content=digests, parent=st.none() | digests)),
    )


@st.composite
def damaged(draw: st.DrawFn, raw: bytes) -> bytes:
    """Return ``raw`` cut, or with a few bytes replaced, doubled or taken out."""
    data = bytearray(raw)
    if draw(st.booleans()):
        del data[draw(st.integers(0, len(data))) :]
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(data)))
        end = min(len(data), at + draw(st.integers(0, 12)))
        data[at:end] = draw(st.sampled_from([b"", bytes(data[at:end]) * 2]) | st.binary(max_size=6))
    return bytes(data)
