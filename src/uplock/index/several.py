"""Several indexes behind one port: who answers for which project, and who else could have.

A project that the configuration pins to an index is that index's alone. Any other belongs to the first index that has
it, whatever versions later ones offer; all are asked all the same, since a name that two of them have is what
dependency confusion lives on. An index that cannot be asked is an error: its silence never hands a project on.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from posixpath import commonpath
from typing import NamedTuple

from uplock.errors import ConfigError, InputError, NetworkError, located
from uplock.index.address import origin
from uplock.index.file_name import is_version, normalized, readings
from uplock.index.provenance import unasked
from uplock.model.lock import Artifact
from uplock.model.provenance import ProvenanceAnswer
from uplock.model.results import Unchecked
from uplock.model.view import IndexFile, IndexPage
from uplock.ports import Index, RemoteFile, Sink


class Member(NamedTuple):
    """An index by name and address, and the projects pinned to it: normalized names, ``*`` for any part of one."""

    name: str
    url: str
    client: Index
    packages: tuple[str, ...] = ()
    explicit: bool = False
    """Serves its ``packages`` and nothing else."""


class _Found(NamedTuple):
    """The page of a project, and all indexes that have one, the page's own first."""

    page: IndexPage | None
    members: tuple[Member, ...]


class SeveralIndexes:
    """Implements the ``Index`` port over indexes in their order. Safe for concurrent use."""

    def __init__(self, members: Sequence[Member]) -> None:
        """``members`` are at least one; the last is asked about what no other stands for."""
        self._members = tuple(members)
        self._patterns = [(member, _pattern(member.packages)) for member in self._members if member.packages]
        self._guard = threading.Lock()
        self._found: dict[str, _Found] = {}

    def page(self, name: str) -> IndexPage | None:
        """Return a project's page from the one index that it belongs to.

        Raises what that index raises and, for a project that is not pinned, what any other does;
        :class:`ConfigError` if the project is pinned to two.
        """
        return self._find(name).page

    def address(self, name: str) -> str:
        """Return the address of the index that a project belongs to, of the last index if none has it."""
        members = self._find(name).members or self._members[-1:]
        return members[0].client.address(name)

    def holders(self, name: str) -> tuple[str, ...]:
        """Return the names of all indexes that have a project, its own first; of a pinned one that index alone."""
        pinned = self._pinned(name)
        return (pinned.name,) if pinned else tuple(member.name for member in self._find(name).members)

    def metadata(self, file: IndexFile) -> bytes:
        """Return METADATA of a wheel from the index that lists it. Raises what that index raises."""
        return self._index_of(file.filename, file.url).metadata(file)

    def open(self, file: IndexFile) -> RemoteFile:
        """Open a listed file with the index that lists it. Raises what that index raises."""
        return self._index_of(file.filename, file.url).open(file)

    def fetch(self, artifact: Artifact, out: Sink, offset: int) -> int:
        """Write an artifact from ``offset`` on, with the index that its project belongs to; return where it began."""
        return self._index_of(artifact.filename, artifact.url).fetch(artifact, out, offset)

    def download(self, file: IndexFile, out: Sink) -> None:
        """Write the bytes of a listed file, with the index that lists it."""
        self._index_of(file.filename, file.url).download(file, out)

    def provenance(self, filename: str, name: str) -> ProvenanceAnswer:
        """Ask the index that the project belongs to. Raises :class:`ConfigError` if it is pinned to two."""
        try:
            members = self._find(name).members
        except (NetworkError, InputError) as error:
            return unasked(error)
        if not members:
            return Unchecked(reason="unreachable", detail=f"no index lists {filename}")
        return members[0].client.provenance(filename, name)

    # --- who answers --------------------------------------------------------------------------------------------------

    def _pinned(self, name: str) -> Member | None:
        """Return the index that a project is pinned to: by its whole name, else by a pattern."""
        found = [member for member in self._members if name in member.packages]
        found = found or [member for member, pattern in self._patterns if pattern.match(name)]
        if len(found) > 1:
            raise ConfigError(
                f"{name[:80]!r} is pinned to two indexes, {found[0].name} and {found[1].name}",
                context="tool.uplock.indexes",
                remedy="Let the packages of one index alone match it, or name it in full there.",
            )
        return found[0] if found else None

    def _find(self, name: str) -> _Found:
        with self._guard:
            if name in self._found:
                return self._found[name]
        pinned = self._pinned(name)
        asked = [pinned] if pinned else [member for member in self._members if not member.explicit]
        answers = [(member, page) for member, page in zip(asked, _ask(asked, name), strict=True) if page is not None]
        found = _Found(answers[0][1] if answers else None, tuple(member for member, _ in answers))
        with self._guard:
            return self._found.setdefault(name, found)

    def _index_of(self, filename: str, url: str) -> Index:
        """Return the index that a file's project belongs to; unless that was asked in this run, by its address."""
        for project, version in readings(filename):
            name = normalized(project)
            known = self._found.get(name)
            if known is not None and known.members and is_version(version):
                return known.members[0].client
        return self._nearest(url).client

    def _nearest(self, url: str) -> Member:
        """Return the index at the origin of ``url`` whose address has most in common with it, else the last."""
        try:
            same = [member for member in self._members if origin(member.url) == origin(url)]
        except InputError:
            same = []
        return max(same, key=lambda member: len(commonpath([member.url, url])), default=self._members[-1])


def _pattern(packages: tuple[str, ...]) -> re.Pattern[str]:
    parts = "|".join(re.escape(each).replace(r"\*", ".*") for each in packages)
    return re.compile(rf"(?:{parts})\Z")


def _ask(members: Sequence[Member], name: str) -> list[IndexPage | None]:
    """Return every member's page, asked for at the same time. Raises the error of the first that has one.

    The threads are daemons: whoever presses Ctrl-C does not wait for an index that is slow to answer.
    """
    from concurrent.futures import Future

    def ask(member: Member) -> IndexPage | None:
        with located(f"index {member.name}"):
            return member.client.page(name)

    def settle(future: Future[IndexPage | None], member: Member) -> None:
        try:
            future.set_result(ask(member))
        except BaseException as error:  # noqa: BLE001 - handed to the thread that waits for it
            future.set_exception(error)

    if len(members) == 1:
        return [ask(members[0])]
    futures: list[Future[IndexPage | None]] = [Future() for _ in members]
    for future, member in zip(futures, members, strict=True):
        threading.Thread(target=settle, args=(future, member), name=f"index-{member.name}", daemon=True).start()
    return [future.result() for future in futures]
