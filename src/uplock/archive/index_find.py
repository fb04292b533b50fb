"""Questions that are asked of an archive when something came to light: which generations have it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from uplock.archive.index import Index
from uplock.errors import UsageError
from uplock.model.archive_outcome import FindResult, FoundGeneration
from uplock.model.digest import Sha256, parse_sha256

_MINOR = re.compile(r"[0-9]\.[0-9]{1,2}")
_LIBRARY = re.compile(r"(?P<name>[^=*\s]{1,200})(==(?P<version>[^*\s]{1,100})(?P<any>\*)?)?")
_ARTIFACT = """\
SELECT seq, filename FROM member
JOIN span ON span.member = member.number JOIN generation ON seq BETWEEN span.first AND span.last
WHERE sha256 = ?"""
_CARRIED = """\
SELECT seq, library.project || ' ' || library.version || ' in ' || filename FROM library
JOIN member ON member.results = library.results
JOIN span ON span.member = member.number JOIN generation ON seq BETWEEN span.first AND span.last
WHERE library.project = ?1 AND (?2 = '' OR library.version = ?2 OR (?3 AND substr(library.version, 1, ?4) = ?2))"""


def with_artifact(index: Index, digest: str) -> FindResult:
    """Return the generations that have an artifact of this SHA-256. Raises :class:`InputError` if it is no digest."""
    return _result(index, index.database.execute(_ARTIFACT, (parse_sha256(digest),)))


def with_python(index: Index, minor: str) -> FindResult:
    """Return the generations that have a target of an interpreter, ``3.9``; targets without a lock count too.

    Raises :class:`UsageError` for any other form.
    """
    if not _MINOR.fullmatch(minor):
        raise UsageError(f"{minor[:40]!r} is no minor version", remedy="Give one as in 3.9.")
    return _result(index, index.database.execute("SELECT seq, target FROM python WHERE minor = ?", (minor,)))


def with_library(index: Index, text: str) -> FindResult:
    """Return the generations with an artifact that carries a native library, ``openssl`` or ``openssl==1.1.1*``.

    What their results say counts; results that are not here say nothing. Raises :class:`UsageError` for another form,
    :class:`IntegrityError` for damaged results.
    """
    match = _LIBRARY.fullmatch(text)
    if match is None:
        raise UsageError(f"{text[:80]!r} is not NAME, NAME==VERSION or NAME==PREFIX*", remedy="Give one of these.")
    _describe(index)
    version = match["version"] or ""
    asked = (match["name"].lower(), version, match["any"] is not None, len(version))
    return _result(index, index.database.execute(_CARRIED, asked))


def _describe(index: Index) -> None:
    """Take the libraries of all results into the index that it has not read yet."""
    database, archive = index.database, index.archive
    unread = database.execute(
        "SELECT DISTINCT results FROM member WHERE results NOT IN (SELECT results FROM described)"
    )
    digests = [Sha256(digest) for (digest,) in unread if archive.has(digest)]
    for digest in digests:
        found = {(each.project.lower(), each.version or "") for each in archive.results(digest).native.libraries}
        database.execute("INSERT INTO described VALUES (?)", (digest,))
        database.executemany(
            "INSERT INTO library VALUES (?, ?, ?)", [(project, version, digest) for project, version in sorted(found)]
        )
    if digests:
        index.save()


def _result(index: Index, rows: Iterable[tuple[int, str]]) -> FindResult:
    """Return what rows of place and match say, in the order of recording."""
    matches: dict[int, set[str]] = {}
    for seq, match in rows:
        matches.setdefault(seq, set()).add(match)
    entries = list(index.entries().values())
    places = dict(index.database.execute("SELECT id, seq FROM generation"))
    return FindResult(
        generations=tuple(
            FoundGeneration(id=each.id, recorded_at=each.recorded_at, matches=tuple(sorted(matches[places[each.id]])))
            for each in entries
            if places[each.id] in matches
        )
    )
