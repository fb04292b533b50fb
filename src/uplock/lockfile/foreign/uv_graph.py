"""The graph of ``uv.lock``: who needs whom under which marker, from the project on, with all its extras and groups.

Where extras or groups exclude each other (``conflicts``), none of them is followed: with all of them the lock has no
answer. uv says in its markers, by extras of its own making, what holds with which of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from uplock.lockfile.fields import Fields
from uplock.lockfile.foreign.entry import MAX_PACKAGES, Notes, bounded_name
from uplock.lockfile.foreign.lock import ForeignEdge
from uplock.lockfile.foreign.marker import checked_marker

MAX_STEPS = 1_000_000
"""Most edges and comparisons: dependencies and packages of one name multiply."""
MAX_EXTRAS = 1000
PROJECT = ""


@dataclass(frozen=True)
class Entry:
    """A package of the lock as far as the graph needs it; its node is its position."""

    fields: Fields
    name: str
    version: str | None
    source: str


def graph(top: Fields, entries: list[Entry], notes: Notes) -> tuple[tuple[ForeignEdge, ...], frozenset[int]]:
    """Return the edges and the positions of the project's own packages; no edges if the lock names no project."""
    walk = _Graph(top, entries, notes)
    roots = walk.roots()
    for at, entry in enumerate(entries):
        walk.package(at, entry, own=at in roots)
    asked = walk.manifest()
    if walk.steps > MAX_STEPS:
        top.defects.append("too many dependencies, or too many packages of one name")
    if not roots and not asked:
        return (), roots
    return tuple(walk.edges), roots


class _Graph:
    """The edges of one lock, while they are read."""

    def __init__(self, top: Fields, entries: list[Entry], notes: Notes) -> None:
        self.top = top
        self.entries = entries
        self.notes = notes
        self.edges: list[ForeignEdge] = []
        self.steps = 0
        self.places: dict[str, list[int]] = defaultdict(list)
        self.markers: dict[str, str | None] = {}
        for at, entry in enumerate(entries):
            self.places[entry.name].append(at)
        self.conflicts = frozenset(self._conflicts())

    def roots(self) -> frozenset[int]:
        """Return the positions of the workspace's members, or of the only project."""
        members = self.top.child("manifest").raw.get("members")
        if isinstance(members, list):
            names = {bounded_name(each) for each in members if isinstance(each, str)}
            return frozenset(at for at, entry in enumerate(self.entries) if entry.name in names)
        return frozenset(at for at, entry in enumerate(self.entries) if _is_here(entry))

    def package(self, at: int, entry: Entry, *, own: bool) -> None:
        """Add the edges of one package, and if it is the project's own, those from the project to all its parts."""
        node = str(at)
        self._needs(node, entry.fields, "dependencies")
        if own:
            self._edge(PROJECT, node, None)
        for table, kind in (("optional-dependencies", "extra"), ("dev-dependencies", "group")):
            parts = entry.fields.child(table) if table in entry.fields.raw else None
            for key in parts.raw if parts is not None else ():
                part = bounded_name(key)
                if parts is None or part is None:
                    entry.fields.defect(table, f"{key[:80]!r} is not a name")
                    continue
                self._needs(_part(node, kind, part), parts, key)
                if own and (entry.name, kind, part) in self.conflicts:
                    self.notes.add(
                        f"The {kind} {part} of {entry.name} excludes others: what only it needs is not taken over; "
                        "export it with uv export for that."
                    )
                elif own:
                    self._edge(PROJECT, _part(node, kind, part), None)

    def manifest(self) -> bool:
        """Add what a lock without a project (of a script) asks for by itself; return whether there is anything."""
        manifest = self.top.child("manifest")
        before = len(self.edges)
        self._needs(PROJECT, manifest, "requirements")
        if "dependency-groups" in manifest.raw:
            groups = manifest.child("dependency-groups")
            for key in groups.raw:
                self._needs(PROJECT, groups, key)
        return len(self.edges) > before

    def _needs(self, parent: str, table: Fields, key: str) -> None:
        for need in table.children(key, MAX_PACKAGES):
            name = bounded_name(need.text("name"))
            marker = self._marker(need)
            extras = [*_names(need, "extra"), *_names(need, "extras")]
            for at in self._meant(need, name or ""):
                self._edge(parent, str(at), marker)
                for extra in extras:
                    self._edge(parent, _part(str(at), "extra", extra), marker)

    def _meant(self, need: Fields, name: str) -> Iterator[int]:
        """Yield the positions of the packages that a dependency means; uv names what tells several of a name apart."""
        version, source = need.raw.get("version"), need.raw.get("source")
        for at in self.places.get(name, ()):
            self.steps += 1
            if self.steps > MAX_STEPS:
                return
            raw = self.entries[at].fields.raw
            if (version is None or version == raw.get("version")) and (source is None or source == raw.get("source")):
                yield at

    def _edge(self, parent: str, child: str, marker: str | None) -> None:
        self.steps += 1
        if self.steps <= MAX_STEPS:
            self.edges.append(ForeignEdge(parent=parent, child=child, marker=marker))

    def _marker(self, need: Fields) -> str | None:
        raw = need.raw.get("marker")
        if raw is None:
            return None
        if not isinstance(raw, str) or raw not in self.markers:
            marker = checked_marker(raw, need.at("marker"), need.defects)
            if not isinstance(raw, str):
                return None
            self.markers[raw] = marker
        return self.markers[raw]

    def _conflicts(self) -> Iterator[tuple[str, str, str]]:
        sets = self.top.raw.get("conflicts", [])
        if not isinstance(sets, list) or len(sets) > MAX_EXTRAS or not all(isinstance(each, list) for each in sets):
            self.top.defect("conflicts", f"must be an array of at most {MAX_EXTRAS} arrays of tables")
            return
        for at, each in enumerate(sets):
            for item in Fields({"items": each}, f"conflicts[{at}]", self.top.defects).children("items", MAX_EXTRAS):
                for kind in ("extra", "group"):
                    if kind in item.raw:
                        yield item.text("package"), kind, item.text(kind)


def _is_here(entry: Entry) -> bool:
    source = entry.fields.raw.get("source")
    return isinstance(source, Mapping) and any(source.get(kind) == "." for kind in ("virtual", "editable", "directory"))


def _part(node: str, kind: str, name: str) -> str:
    return f"{node} {kind} {name}"


def _names(need: Fields, key: str) -> list[str]:
    names = need.texts(key) if key in need.raw else None
    return [name for each in names or () if (name := bounded_name(each)) is not None]
