"""Where installers put the members of a wheel (PEP 427, "The .data directory"; ``sysconfig`` install schemes).

A neutral path names scheme and place in it; a :class:`Layout` says where that is in one kind of directory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from uplock.errors import InputError
from uplock.model.value import Value

LayoutKind = Literal["venv", "prefix", "target"]

_SCHEMES = {"purelib": "site", "platlib": "site", "scripts": "scripts", "data": "data"}
_REMEDY = "Do not install it: installers would put its files into different places."


class Layout(Value, frozen=True, kw_only=True):
    """Where the schemes are in one directory. Paths are relative to it, with ``/``; ``site`` is empty for a target."""

    kind: LayoutKind
    minor: str
    """Of the interpreter: ``3.12``."""
    site: str
    scripts: str
    headers: tuple[str, ...]
    """Directories below which headers of a distribution lie in one of its name: pip's and uv's differ."""

    def place(self, neutral: str) -> str:
        """Return where a neutral path is. Headers are given below the first of :attr:`headers`."""
        scheme, _, path = neutral.partition("/")
        root = {"site": self.site, "scripts": self.scripts, "headers": self.headers[0], "data": ""}[scheme]
        return f"{root}/{path}" if root else path

    def header_place(self, path: str) -> str | None:
        """Return the place below the first of :attr:`headers` that a path below any of them stands for, or ``None``."""
        from packaging.utils import canonicalize_name

        for root in self.headers:
            if path.startswith(f"{root}/"):
                name, slash, rest = path[len(root) + 1 :].partition("/")
                if slash:
                    return f"{self.headers[0]}/{canonicalize_name(name)}/{rest}"
        return None

    def below_site(self, path: str) -> str | None:
        """Return a path relative to site-packages, or ``None`` if it is elsewhere."""
        if not self.site:
            return path
        return path[len(self.site) + 1 :] if path.startswith(f"{self.site}/") else None


def layout_of(kind: LayoutKind, minor: str) -> Layout:
    """Return the layout of a directory for an interpreter of ``minor`` (``3.12``) on a POSIX system."""
    if kind == "target":
        return Layout(kind=kind, minor=minor, site="", scripts="bin", headers=("include/python", "include"))
    site, include = f"lib/python{minor}/site-packages", f"include/python{minor}"
    return Layout(kind=kind, minor=minor, site=site, scripts="bin", headers=(f"include/site/python{minor}", include))


def neutral_path(member: str, dist_info: str, name: str) -> str:
    """Return the neutral path of a wheel's member; ``name`` is the normalized name of the distribution.

    Raises :class:`InputError` for what installers treat differently: other ``.data`` directories than the wheel's own,
    unknown schemes, files that lie in no scheme.
    """
    top, _, rest = member.partition("/")
    if not (top.lower().endswith(".data") and rest):
        return f"site/{member}"
    scheme, _, path = rest.partition("/")
    if top != f"{dist_info.removesuffix('.dist-info')}.data" or not path:
        raise InputError(
            "is in a .data directory that is not the wheel's own", context=ascii(member[:200])[1:-1], remedy=_REMEDY
        )
    if scheme == "headers":
        return f"headers/{name}/{path}"
    if scheme not in _SCHEMES:
        raise InputError(
            f"is in a scheme that does not exist: {scheme!r}", context=ascii(member[:200])[1:-1], remedy=_REMEDY
        )
    return f"{_SCHEMES[scheme]}/{path}"


def parents(path: str) -> Iterator[str]:
    """Yield the directories that a path lies in, outermost first."""
    parts = path.split("/")
    return ("/".join(parts[:count]) for count in range(1, len(parts)))


def settled_path(neutral: str, minor: str, os_name: str) -> str:
    """Return the neutral path that stands for the same place on a target, where the prefix holds the other schemes.

    ``data/bin/tool`` is ``scripts/tool`` where scripts are in ``bin``; ``os_name`` is ``posix`` or ``nt``.
    """
    scheme, _, path = neutral.partition("/")
    if scheme != "data":
        return neutral
    if os_name == "nt":
        places, flags = {"site": r"lib/site-packages", "scripts": "scripts"}, re.IGNORECASE
    else:
        places, flags = {"site": rf"lib(?:64)?/python{re.escape(minor)}/site-packages", "scripts": "bin"}, re.NOFLAG
    for kind, pattern in places.items():
        match = re.match(rf"{pattern}/(?=.)", path, flags)
        if match:
            return f"{kind}/{path[match.end() :]}"
    return neutral
