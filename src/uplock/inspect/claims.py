"""What a wheel's tags and its modules' names promise, compared with what its native files need.

Pure functions of members and file name. What cannot be told for certain is no false claim: a symbol that another
library than the interpreter may have, or one that may be newer than the table of the stable ABI.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from uplock.inspect.abi import Claim, Release, stable_abi
from uplock.inspect.versions import claimed_glibc
from uplock.model.native import FalseClaim, NativeMember
from uplock.model.value import Value, changed

_STABLE: dict[str, Claim] = {"abi3": "abi3", "abi3t": "abi3t"}
_PYTHON = re.compile(r"cp3(\d{1,3})\Z")
_LINUX = re.compile(r"(many|musl)linux(?:\d+|_\d+_\d+)_(\w+)\Z")
_LINUX_MACHINES = {"i686": "x86", "armv7l": "arm", "ppc64le": "ppc64", "riscv64": "riscv", "loongarch64": "loongarch"}
"""Machines that are called otherwise in tags than in ELF files."""
_MACOS = re.compile(r"macosx_(\d{1,3})_(\d{1,3})_(\w+)\Z")
_MACOS_MACHINES = {
    "universal2": ("x86_64", "arm64"),
    "universal": ("i386", "x86_64", "ppc", "ppc64"),
    "intel": ("i386", "x86_64"),
    "fat3": ("i386", "x86_64", "ppc"),
    "fat64": ("x86_64", "ppc64"),
    "fat": ("i386", "ppc"),
}
_MACOS_VARIANTS = {"x86_64h": "x86_64", "arm64e": "arm64"}
_MINIMUM = re.compile(r"macos (\d+)\.(\d+)")
_BIG_SUR: Release = (11, 0)
"""First macOS for arm64, and the first whose tags have no second number."""
_ONE_PYTHON = re.compile(
    r"(?:.*/)?(?:libpython3\.\d+[a-z]*\.(?:so|dylib)\b.*|python3\d+t?(?:_d)?\.dll"
    r"|PythonT?\.framework/Versions/3\.\d+t?/.*)\Z",
    re.IGNORECASE,
)
"""Libraries of one version of CPython."""
_WITHOUT_PYTHON = re.compile(
    r"(?:lib(?:c|m|dl|rt|util|pthread|resolv|crypt|nsl|gcc_s|stdc\+\+|atomic|gomp|z|expat|[GE]GL|OpenGL|X11|Xext|Xrender"
    r"|ICE|SM|g(?:lib|object|thread)-2\.0)\.so\b.*|libc\.musl-.*|ld-?(?:linux|musl|64)?\b.*|/usr/lib/.*|/System/.*)\Z"
)
"""Libraries of the system, none of which has symbols with names like CPython's."""


class _Promise(Value, frozen=True, kw_only=True):
    """What the tags of a wheel's file name say (PEP 425)."""

    python: Release | None
    abis: frozenset[str]
    platforms: tuple[str, ...]


def judged(members: Iterable[NativeMember], filename: str) -> tuple[NativeMember, ...]:
    """Return members with ``abi_floor`` and ``abi_foreign`` told where they claim a stable ABI.

    ``filename`` must be that of a wheel. Nothing is foreign that another library than the interpreter may have.
    """
    members = tuple(members)
    promise = _promise(filename)
    return tuple(_judged(member, members, promise) for member in members)


def false_claims(members: Sequence[NativeMember], filename: str) -> tuple[FalseClaim, ...]:
    """Return what members (as :func:`judged` returns them) do not keep of what is promised, sorted by member.

    ``filename`` must be that of a wheel.
    """
    promise = _promise(filename)
    found: list[FalseClaim] = []
    for member in members:
        found += _glibc(member, promise)
        found += _macos(member, promise)
        found += _abi(member, members, promise)
    return tuple(sorted(set(found), key=_order))


def _promise(filename: str) -> _Promise:
    python, abi, platform = filename.removesuffix(".whl").split("-")[-3:]
    releases = [(3, int(match[1])) for tag in python.split(".") if (match := _PYTHON.match(tag))]
    return _Promise(
        python=min(releases, default=None), abis=frozenset(abi.split(".")), platforms=tuple(platform.split("."))
    )


def _glibc(member: NativeMember, promise: _Promise) -> Iterator[FalseClaim]:
    """Compare symbol versions with the lowest manylinux tag of the member's machine, and its C library with all."""
    tags = [
        (match[1], platform)
        for platform in promise.platforms
        if (match := _LINUX.match(platform)) and _LINUX_MACHINES.get(match[2], match[2]) == member.arch
    ]
    kinds = {kind for kind, _ in tags}
    claimed = claimed_glibc(platform for kind, platform in tags if kind == "many")
    needed = member.symbol_floors.get("GLIBC")
    if claimed is not None and needed is not None and _release(needed) > _release(claimed):
        detail = f"it needs symbols of glibc {needed}, and the wheel's tag promises {claimed}"
        yield FalseClaim(kind="glibc", member=member.path, claimed=claimed, found=needed, detail=detail)
    libc = {"many": "glibc", "musl": "musl"}[kinds.pop()] if len(kinds) == 1 else member.libc
    if member.role == "extension" and libc is not None and member.libc not in {None, libc}:
        detail = f"it needs {member.libc}, and the wheel's tag promises {libc}"
        yield FalseClaim(kind="glibc", member=member.path, claimed=libc, found=str(member.libc), detail=detail)


def _macos(member: NativeMember, promise: _Promise) -> Iterator[FalseClaim]:
    """Compare the oldest macOS of a slice with the lowest macosx tag of its machine.

    There is no arm64 below 11.0, whatever a universal2 tag says; and tags from 11 on count whole releases only.
    """
    machine = _MACOS_VARIANTS.get(member.arch, member.arch)
    tags = [
        _whole((int(match[1]), int(match[2])))
        for platform in promise.platforms
        if (match := _MACOS.match(platform)) and machine in _MACOS_MACHINES.get(match[3], (match[3],))
    ]
    minima = [(int(major), int(minor)) for major, minor in _MINIMUM.findall(member.minimum_os or "")]
    if not tags or not minima:
        return
    claimed = max(min(tags), _BIG_SUR) if machine == "arm64" else min(tags)
    needed = max(minima)
    if _whole(needed) > claimed:
        detail = (
            f"its code for {member.arch} needs macOS {_dotted(needed)}, and the wheel's tag promises {_dotted(claimed)}"
        )
        yield FalseClaim(
            kind="macos", member=member.path, claimed=_dotted(claimed), found=_dotted(needed), detail=detail
        )


def _whole(release: Release) -> Release:
    """Return a release of macOS as tags count them; 10.16 is what 11 calls itself to old programs."""
    return max((release[0], 0), _BIG_SUR) if release >= (10, 16) else release


def _judged(member: NativeMember, members: Sequence[NativeMember], promise: _Promise) -> NativeMember:
    claim = _claim(member, promise)
    if claim is None:
        return member
    answer = stable_abi(member.python_symbols, claim=claim, floor=promise.python, windows=member.format == "pe")
    foreign = () if _others_may_have_them(member, members) else answer.foreign
    return changed(member, abi_floor=_dotted(answer.floor), abi_foreign=foreign)


def _claim(member: NativeMember, promise: _Promise) -> Claim | None:
    """Return the stable ABI that a module claims: by its name, or with a plain name by the wheel's tags."""
    if member.abi in _STABLE:
        return _STABLE[member.abi]
    stable = promise.abis <= _STABLE.keys()
    if member.abi is not None or member.role != "extension" or not member.modules or not stable:
        return None
    return "abi3" if "abi3" in promise.abis else "abi3t"


def _others_may_have_them(member: NativeMember, members: Sequence[NativeMember]) -> bool:
    """Whether some library that the member needs may have symbols with names like CPython's.

    The import tables of PE files tell whose a symbol is. In other formats it may be of any library: one of the wheel
    that speaks to Python itself, or one of which nothing is known.
    """
    if member.format == "pe":
        return False
    inside: dict[str, list[NativeMember]] = {}
    for each in members:
        for name in {_base(each.path), _base(each.soname or each.path)}:
            inside.setdefault(name, []).append(each)
    for needed in (*member.needed, *member.delayed):
        providers = inside.get(_base(needed), []) if not needed.startswith("/") else []
        if any(each.python_symbols for each in providers):
            return True
        if not providers and not _WITHOUT_PYTHON.match(needed) and not _ONE_PYTHON.match(needed):
            return True
    return False


def _abi(member: NativeMember, members: Sequence[NativeMember], promise: _Promise) -> Iterator[FalseClaim]:
    """Compare a module with the stable ABI that its name claims, and its name with the wheel's tags."""
    claim = _claim(member, promise)
    pinned = sorted(name for name in (*member.needed, *member.delayed) if _ONE_PYTHON.match(name))
    if claim is not None and pinned:
        yield _broken(member, claim, pinned[0], f"it needs {pinned[0]}, which is of one version of Python")
    if claim is not None:
        yield from _beyond(member, claim, promise)
    if member.role != "extension" or not promise.abis <= _STABLE.keys():
        return
    told = "abi3t" if "abi3t" in promise.abis else "abi3"
    if member.abi not in {None, told, "abi3t"} and not _has_twin(member, members, told):
        detail = f"by its name it is for {member.abi}, and the wheel's tag promises {told}"
        yield _broken(member, told, str(member.abi), detail)


def _beyond(member: NativeMember, claim: Claim, promise: _Promise) -> Iterator[FalseClaim]:
    """Tell symbols outside the stable ABI, or newer in it than the wheel's oldest Python."""
    if member.abi_foreign:
        detail = f"it uses {_some(member.abi_foreign)}, not in the stable ABI"
        yield _broken(member, claim, member.abi_foreign[0], detail)
    if promise.python is None:
        return
    answer = stable_abi(member.python_symbols, claim=claim, floor=promise.python, windows=member.format == "pe")
    if answer.floor > promise.python:
        names = [name for name, since in answer.newer if since == answer.floor]
        detail = f"it uses {_some(names)}, in the stable ABI since {_dotted(answer.floor)}"
        if not names:
            detail = f"there is no {claim} before {_dotted(answer.floor)}"
        yield _broken(member, _dotted(promise.python), _dotted(answer.floor), detail)


def _has_twin(member: NativeMember, members: Sequence[NativeMember], abi: str) -> bool:
    """Whether the same module is there for the stable ABI as well."""
    return any(each.abi in {abi, "abi3t"} and _stem(each.path) == _stem(member.path) for each in members)


def _broken(member: NativeMember, claimed: str, found: str, detail: str) -> FalseClaim:
    return FalseClaim(kind="abi3", member=member.path, claimed=claimed, found=found, detail=detail)


def _some(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more" if names else ""


def _dotted(release: Release) -> str:
    return f"{release[0]}.{release[1]}"


def _release(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split("."))


def _base(path: str) -> str:
    return path.rpartition("/")[2]


def _stem(path: str) -> str:
    folder, _, name = path.rpartition("/")
    return f"{folder}/{name.partition('.')[0]}"


def _order(claim: FalseClaim) -> tuple[str, str, str, str, str]:
    return claim.member, claim.kind, claim.claimed, claim.found, claim.detail
