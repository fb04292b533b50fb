"""Where the dynamic loader looks for what a native file needs, as far as that lies in ``site-packages``.

Paths are compared as texts, relative to the folder into which wheels are installed; what leads out of it is nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from uplock.model.native import NativeMember

_ORIGIN = re.compile(r"\$(?:ORIGIN|\{ORIGIN\})(?=/|\Z)")
_LOADER, _RPATH = "@loader_path", "@rpath"
MAX_FOLDERS = 64
"""Folders of a search path that are looked at: real ones have less than a dozen."""
_DATA = re.compile(r"[^/]+\.data/(?:purelib|platlib)/")


def installed(path: str) -> str:
    """Return where a member of a wheel is, seen from the folder of all packages (``X.data/platlib/`` goes there)."""
    match = _DATA.match(path)
    return path[match.end() :] if match else path


def folders(member: NativeMember) -> Iterator[str]:
    """Yield the folders of ``site-packages`` where an ELF file looks for what it needs, first one first."""
    for folder in member.runpath[:MAX_FOLDERS] if member.format == "elf" else ():
        if _ORIGIN.match(folder):
            yield from _beside(member, _ORIGIN.sub(".", folder), "")


def places(member: NativeMember, name: str) -> Iterator[str]:
    """Yield every file of ``site-packages`` that is ``name`` by the search paths of a member, first one first."""
    match member.format:
        case "elf":
            if "/" not in name:
                yield from (f"{folder}/{name}".lstrip("/") for folder in folders(member))
        case "mach-o":
            if name.startswith(f"{_LOADER}/"):
                yield from _beside(member, ".", name[len(_LOADER) + 1 :])
            elif name.startswith(f"{_RPATH}/"):
                for folder in member.runpath[:MAX_FOLDERS]:
                    if folder == _LOADER or folder.startswith(f"{_LOADER}/"):
                        yield from _beside(member, f".{folder[len(_LOADER) :]}", name[len(_RPATH) + 1 :])
        case "pe":
            yield from _beside(member, ".", name)


def _beside(member: NativeMember, folder: str, name: str) -> Iterator[str]:
    """Yield the path of ``name`` in a folder that is told from where the member is, unless it leads outside."""
    parts = installed(member.path).split("/")[:-1]
    for part in f"{folder}/{name}".split("/"):
        if part == "..":
            if not parts:
                return
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    yield "/".join(parts)
