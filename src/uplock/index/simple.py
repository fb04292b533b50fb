"""The simple repository API (PEP 503, 592, 658, 691, 700, 714, 740): a page's bytes to an :class:`IndexPage`. Pure.

Strict where a page contradicts the specification, silent about files that nobody could pin: those of other projects,
or of formats that are neither wheel nor sdist. A file without a SHA-256 (other algorithms do not count) has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from urllib.parse import unquote, urljoin

from uplock.errors import InputError, located
from uplock.index.address import redact, without_credentials
from uplock.index.file_name import FilesOf, normalized
from uplock.index.simple_html import read_html
from uplock.index.simple_json import NO_KEY, SimpleFile, SimplePage
from uplock.model.digest import Sha256, parse_sha256
from uplock.model.value import decode
from uplock.model.view import IndexFile, IndexPage

ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"  # PEP 691
"""What to ask for: JSON, else HTML."""

MAX_FILES = 200_000
"""A page with more files is refused."""

MAX_SIZE = 1 << 53
"""Largest size of a file that is believed, in bytes."""

_MAX_TEXT = 4096
_JSON_TYPE = "application/vnd.pypi.simple.v1+json"
_HTML_TYPES = frozenset({"application/vnd.pypi.simple.v1+html", "text/html"})
_PROVENANCE_SINCE = (1, 3)
_REMEDY = "Report it to the index's operators, or name another index."

_API_VERSION = re.compile(r"(?P<major>\d{1,4})\.(?P<minor>\d{1,4})\Z")
_PLAIN_URL = re.compile(r"https://[a-z0-9.-]{1,253}/[A-Za-z0-9._~/+%-]{0,4096}\Z")


def parse_page(body: bytes, content_type: str, url: str, name: str) -> IndexPage:
    """Parse the page of project ``name`` (normalized) that came from ``url``; files sorted by name.

    Raises :class:`InputError` for a malformed page, one of another project or API version, and for a page that lists
    one file twice and differently.
    """
    with located(redact(url)):
        try:
            offered, files = _read(body, content_type, url, name)
            admitted = _unique(files)
        except InputError as error:
            error.remedy = _REMEDY
            raise
    offered = offered or any(file.provenance is not None for file in admitted)
    return IndexPage(name=name, files=admitted, provenance_offered=offered)


def _read(body: bytes, content_type: str, url: str, name: str) -> tuple[bool, Iterator[IndexFile]]:
    """Return whether provenance is offered, and the files as they come, by the type of the page."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == _JSON_TYPE:
        return _json_page(body, url, name)
    if kind in _HTML_TYPES:
        return _html_page(body, url, name)
    raise InputError(f"{kind[:80]!r} is not a simple API page")


def _unique(files: Iterator[IndexFile]) -> tuple[IndexFile, ...]:
    found: dict[str, IndexFile] = {}
    for file in files:
        known = found.setdefault(file.filename, file)
        if known.sha256 != file.sha256:
            raise InputError(f"lists {file.filename} with two digests, or with one and without")
        if file.sha256 is None and known.url != file.url:
            raise InputError(f"lists {file.filename} at two addresses and without a digest")
    return tuple(found[filename] for filename in sorted(found))


def _offers_provenance(version: object) -> bool:
    """Whether an API version knows provenance. Raises :class:`InputError` unless its major number is 1."""
    match = _API_VERSION.match(version) if isinstance(version, str) else None
    if match is None or int(match["major"]) != 1:
        raise InputError(f"simple API version {str(version)[:40]!r} is not supported")
    return (int(match["major"]), int(match["minor"])) >= _PROVENANCE_SINCE


# --- JSON ---------------------------------------------------------------------------------------------------------


def _json_page(body: bytes, url: str, name: str) -> tuple[bool, Iterator[IndexFile]]:
    page = decode(body, SimplePage)
    offered = _offers_provenance(page.meta.api_version)
    if normalized(page.name) != name:
        raise InputError(f"is the page of {page.name[:80]!r}, not of {name}")
    if len(page.files) > MAX_FILES:
        raise InputError(f"more than {MAX_FILES} files")
    offered = offered or any(entry.provenance != NO_KEY for entry in page.files)
    return offered, _json_files(page.files, url, name)


def _json_files(entries: tuple[SimpleFile, ...], url: str, name: str) -> Iterator[IndexFile]:
    belongs = FilesOf(name)
    for position, entry in enumerate(entries):
        try:
            if belongs(entry.filename):
                yield _json_file(entry, url)
        except InputError as error:
            error.prefix(f"files[{position}]")
            raise


def _json_file(entry: SimpleFile, url: str) -> IndexFile:
    size, digest, uploaded = entry.size, entry.hashes.sha256, entry.upload_time
    if size is not None and not 0 <= size <= MAX_SIZE:
        raise InputError("impossible size")
    yanked = "" if entry.yanked is True else entry.yanked
    return IndexFile(
        filename=entry.filename,
        sha256=None if digest is None else parse_sha256(digest),
        url=_absolute(url, entry.url),
        size=size,
        upload_time=None if uploaded is None else _time(uploaded),
        requires_python=_bounded(entry.requires_python),
        yanked=None if yanked is False else _bounded(yanked),
        core_metadata=_core_metadata(entry),
        provenance=_absolute(url, entry.provenance) if entry.provenance else None,
    )


def _core_metadata(entry: SimpleFile) -> Sha256 | None:
    """Return the digest of the METADATA file, by its names in history; ``true`` names none and is not used."""
    for named in (entry.core_metadata, entry.dist_info_metadata, entry.data_dist_info_metadata):
        if named is not None:
            digest = None if isinstance(named, bool) else named.sha256
            return None if digest is None else parse_sha256(digest)
    return None


def _time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InputError(f"upload-time {text[:40]!r} is not a time") from error
    raise InputError(f"upload-time {text[:40]!r} has no time zone")


# --- HTML ---------------------------------------------------------------------------------------------------------


def _html_page(body: bytes, url: str, name: str) -> tuple[bool, Iterator[IndexFile]]:
    page = read_html(body, MAX_FILES)
    offered = page.version is not None and _offers_provenance(page.version)
    base = url if page.base is None else _absolute(url, page.base)
    offered = offered or any("data-provenance" in anchor for anchor in page.anchors)
    return offered, _html_files(page.anchors, base, name)


def _html_files(anchors: list[dict[str, str]], base: str, name: str) -> Iterator[IndexFile]:
    belongs = FilesOf(name)
    for position, anchor in enumerate(anchors):
        address, _, fragment = anchor.get("href", "").partition("#")
        filename = unquote(address.partition("?")[0].rpartition("/")[2])
        if not belongs(filename):
            continue
        with located(f"anchor {position}"):
            provenance = anchor.get("data-provenance")
            yield IndexFile(
                filename=filename,
                sha256=_fragment_digest(fragment),
                url=_absolute(base, address),
                requires_python=_bounded(anchor.get("data-requires-python")),
                yanked=_bounded(anchor.get("data-yanked")),
                core_metadata=_html_metadata(anchor),
                provenance=None if provenance is None else _absolute(base, provenance),
            )


def _fragment_digest(fragment: str) -> Sha256 | None:
    """Return the SHA-256 that a link carries; other algorithms and other fragments name none."""
    if not fragment.startswith("sha256="):
        return None
    return parse_sha256(fragment.removeprefix("sha256=").partition("&")[0])


def _html_metadata(anchor: Mapping[str, str]) -> Sha256 | None:
    value = anchor.get("data-core-metadata", anchor.get("data-dist-info-metadata", ""))
    return parse_sha256(value.removeprefix("sha256=")) if value.startswith("sha256=") else None


# --- both ---------------------------------------------------------------------------------------------------------


def _absolute(base: str, reference: str) -> str:
    """Resolve a reference of a page. Raises :class:`InputError` unless that gives an http or https URL."""
    if _PLAIN_URL.match(reference):
        return reference
    try:
        joined = urljoin(base, reference)
    except ValueError as error:
        raise InputError("not a usable URL") from error
    return without_credentials(joined.partition("#")[0])


def _bounded(text: str | None) -> str | None:
    if text is not None and len(text) > _MAX_TEXT:
        raise InputError(f"a text is longer than {_MAX_TEXT} characters")
    return text
