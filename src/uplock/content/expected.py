"""What must be at which path of one directory, and what may be there, if exactly some wheels are installed in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from uplock.content.scheme import Layout
from uplock.content.tree import Listing
from uplock.content.wheel_files import NOTES
from uplock.model.content import ContentFile, EntryPointScript, WheelContent
from uplock.model.value import Value, changed

Role = Literal["content", "script", "note", "bytecode"]

_PIP_SCRIPT = re.compile(r"pip[0-9.]*")


class Expected(Value, frozen=True, kw_only=True):
    """One path and what belongs there. Exactly one of :attr:`file` and :attr:`script` is set but for notes."""

    path: str
    """Relative to the directory."""
    package: str
    role: Role
    file: ContentFile | None = None
    script: EntryPointScript | None = None
    required: bool = True
    owners: tuple[str, ...] = ()
    """All distributions that bring this file, if there are several."""


def expected_files(contents: Iterable[WheelContent], layout: Layout) -> dict[str, Expected]:
    """Return what belongs where, by path, when settled ``contents`` are installed into a directory of ``layout``.

    Where two distributions own one path, the one that is first by name stands for it: paths whose owners bring
    different bytes are contested, whatever is there.
    """
    found: dict[str, Expected] = {}
    for content in sorted(contents, key=lambda content: content.name):
        for expected in (*_files(content, layout), *_scripts(content, layout), *_notes(content, layout)):
            present = found.get(expected.path)
            found[expected.path] = expected if present is None else _joined(present, expected)
    return found


def located(expected: dict[str, Expected], listing: Listing, layout: Layout) -> dict[str, Expected]:
    """Return ``expected`` by the paths where headers really are: installers choose different directories for them."""
    elsewhere = {
        place: path
        for path in sorted(listing.files)
        if path not in expected and (place := layout.header_place(path)) in expected
    }
    moved = {place: path for place, path in elsewhere.items() if place not in listing.files}
    return {
        moved.get(path, path): changed(each, path=moved[path]) if path in moved else each
        for path, each in expected.items()
    }


def _joined(first: Expected, second: Expected) -> Expected:
    return changed(first, owners=(*(first.owners or (first.package,)), second.package))


def _files(content: WheelContent, layout: Layout) -> Iterable[Expected]:
    for file in content.files:
        yield Expected(path=layout.place(file.path), package=content.name, role="content", file=file)
    for file in content.bytecode:
        yield Expected(path=layout.place(file.path), package=content.name, role="bytecode", file=file)


def _scripts(content: WheelContent, layout: Layout) -> Iterable[Expected]:
    scripts = content.scripts
    if content.name == "pip":  # pip and uv write them under other names than it declares, and not all of them
        scripts = _pip_scripts(scripts, layout.minor)
    for script in scripts:
        path = f"{layout.scripts}/{script.name}"
        required = content.name != "pip"
        yield Expected(path=path, package=content.name, role="script", script=script, required=required)


def _pip_scripts(declared: tuple[EntryPointScript, ...], minor: str) -> tuple[EntryPointScript, ...]:
    pattern = next((script for script in declared if script.name == "pip"), None)
    if pattern is None:
        return declared
    names = ("pip", f"pip{minor.partition('.')[0]}", f"pip{minor}")
    others = tuple(script for script in declared if not _PIP_SCRIPT.fullmatch(script.name))
    return (*others, *(changed(pattern, name=name) for name in names))


def _notes(content: WheelContent, layout: Layout) -> Iterable[Expected]:
    for name in NOTES:
        path = layout.place(f"site/{content.dist_info}/{name}")
        yield Expected(path=path, package=content.name, role="note", required=name == "RECORD")
