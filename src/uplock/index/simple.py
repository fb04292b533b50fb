"""The simple repository API (PEP 503, 592, 658, 691, 700, 714, 740): a page's bytes to an :class:`IndexPage`. Pure.

Strict where a page contradicts the specification, silent about files that nobody could pin: those without a SHA-256
digest, of other projects, or of formats that are neither wheel nor sdist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from uplock.errors import InputError, located
from uplock.index.address import redact, without_credentials
from uplock.index.simple_html import read_html
from uplock.model.digest import Sha256, parse_sha256
from uplock.model.value import decode_json
from uplock.model.view import IndexFile, IndexPage

ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"  # PEP 691
"""What to ask for: JSON, else HTML."""

MAX_FILES = 200_000
"""A page with more files is refused."""

_MAX_TEXT = 4096
_JSON_TYPE = "application/vnd.pypi.simple.v1+json"
_HTML_TYPES = frozenset({"application/vnd.pypi.simple.v1+html", "text/html"})
_PROVENANCE_SINCE = (1, 3)
_REMEDY = "Report it to the index's operators, or name another index."

_API_VERSION = re.compile(r"(?P<major>\d{1,4})\.(?P<minor>\d{1,4})\Z")
_NAME_RUNS = re.compile(r"[-_.]+")
_WHEEL = re.compile(
    r"(?P<name>[A-Za-z0-9._]+)-(?P<version>[A-Za-z0-9._!+]+)(?:-\d[A-Za-z0-9._]*)?"
    r"-[A-Za-z0-9._]+-[A-Za-z0-9._]+-[A-Za-z0-9._]+\.whl\Z"
)
_SDIST = re.compile(r"(?P<stem>[A-Za-z0-9._!+-]+)\.(?:tar\.gz|zip)\Z")
_PLAIN_URL = re.compile(r"https://[a-z0-9.-]{1,253}/[A-Za-z0-9._~/+%-]{0,4096}\Z")
_MAX_FILENAME = 255


def normalized(name: str) -> str:
    """Return a project name as PEP 503 normalizes it."""
    return _NAME_RUNS.sub("-", name).lower()


def parse_page(body: bytes, content_type: str, url: str, name: str) -> IndexPage:
    """Parse the page of project ``name`` (normalized) that came from ``url``; files sorted by name.

    Raises :class:`InputError` for a malformed page, one of another project or API version, and for a page that lists
    one file with two digests.
    """
    kind = content_type.partition(";")[0].strip().lower()
    with located(redact(url)):
        if kind == _JSON_TYPE:
            offered, files = _json_page(body, url, name)
        elif kind in _HTML_TYPES:
            offered, files = _html_page(body, url, name)
        else:
            raise InputError(f"{kind[:80]!r} is not a simple API page", remedy=_REMEDY)
        admitted = _unique(files)
    offered = offered or any(file.provenance is not None for file in admitted)
    return IndexPage(name=name, files=admitted, provenance_offered=offered)


def _unique(files: Iterator[IndexFile]) -> tuple[IndexFile, ...]:
    found: dict[str, IndexFile] = {}
    for file in files:
        if found.setdefault(file.filename, file).sha256 != file.sha256:
            raise InputError(f"lists {file.filename} with two digests", remedy=_REMEDY)
    return tuple(found[filename] for filename in sorted(found))


def _offers_provenance(version: object) -> bool:
    """Whether an API version knows provenance. Raises :class:`InputError` unless its major number is 1."""
    match = _API_VERSION.match(version) if isinstance(version, str) else None
    if match is None or int(match["major"]) != 1:
        raise InputError(f"simple API version {str(version)[:40]!r} is not supported", remedy=_REMEDY)
    return (int(match["major"]), int(match["minor"])) >= _PROVENANCE_SINCE


# --- JSON ---------------------------------------------------------------------------------------------------------


def _json_page(body: bytes, url: str, name: str) -> tuple[bool, Iterator[IndexFile]]:
    data = decode_json(body)
    if not isinstance(data, dict) or not isinstance(data.get("meta"), dict):
        raise InputError("not a simple API page: no meta", remedy=_REMEDY)
    offered = _offers_provenance(data["meta"].get("api-version"))
    named = data.get("name")
    if not isinstance(named, str) or normalized(named) != name:
        raise InputError(f"is the page of {str(named)[:80]!r}, not of {name}", remedy=_REMEDY)
    entries = data.get("files")
    if not isinstance(entries, list) or len(entries) > MAX_FILES:
        raise InputError(f"files is not a list of at most {MAX_FILES}", remedy=_REMEDY)
    offered = offered or any(isinstance(entry, dict) and "provenance" in entry for entry in entries)
    return offered, _json_files(entries, url, name)


def _json_files(entries: list[Any], url: str, name: str) -> Iterator[IndexFile]:
    versions: dict[str, bool] = {}
    for position, entry in enumerate(entries):
        try:
            if (file := _json_file(entry, url, name, versions)) is not None:
                yield file
        except InputError as error:
            error.prefix(f"files[{position}]")
            raise


def _json_file(entry: object, url: str, name: str, versions: dict[str, bool]) -> IndexFile | None:
    """Return one file, ``None`` if nobody could pin it."""
    if not isinstance(entry, dict):
        raise InputError("not an object", remedy=_REMEDY)
    filename, hashes = _typed(entry, "filename", str), _typed(entry, "hashes", dict)
    if filename is None or hashes is None:
        raise InputError("no filename or no hashes", remedy=_REMEDY)
    digest = _typed(hashes, "sha256", str)
    if digest is None or not _is_file_of(filename, name, versions):
        return None
    size = _typed(entry, "size", int)
    if size is not None and size < 0:
        raise InputError("negative size", remedy=_REMEDY)
    yanked = _typed(entry, "yanked", (bool, str))
    provenance = _typed(entry, "provenance", str)
    uploaded = _typed(entry, "upload-time", str)
    return IndexFile(
        filename=filename,
        sha256=parse_sha256(digest),
        url=_absolute(url, _typed(entry, "url", str) or ""),
        size=size,
        upload_time=None if uploaded is None else _time(uploaded),
        requires_python=_bounded(_typed(entry, "requires-python", str)),
        yanked=None if yanked in {None, False} else _bounded(yanked if isinstance(yanked, str) else ""),
        core_metadata=_core_metadata(entry),
        provenance=None if provenance is None else _absolute(url, provenance),
    )


def _core_metadata(entry: Mapping[str, Any]) -> Sha256 | None:
    """Return the digest of the METADATA file, by its names in history; ``true`` names none and is not used."""
    for key in ("core-metadata", "dist-info-metadata", "data-dist-info-metadata"):
        value = _typed(entry, key, (bool, dict))
        if isinstance(value, dict):
            digest = _typed(value, "sha256", str)
            return None if digest is None else parse_sha256(digest)
        if value is not None:
            return None
    return None


def _typed(entry: Mapping[str, Any], key: str, kind: type | tuple[type, ...]) -> Any:
    """Return the value under ``key`` or ``None``. Raises :class:`InputError` if it is of another type."""
    value = entry.get(key)
    if value is None or (isinstance(value, kind) and not (kind is int and isinstance(value, bool))):
        return value
    raise InputError(f"{key} has the wrong type", remedy=_REMEDY)


def _time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InputError(f"upload-time {text[:40]!r} is not a time", remedy=_REMEDY) from error
    raise InputError(f"upload-time {text[:40]!r} has no time zone", remedy=_REMEDY)


# --- HTML ---------------------------------------------------------------------------------------------------------


def _html_page(body: bytes, url: str, name: str) -> tuple[bool, Iterator[IndexFile]]:
    page = read_html(body, MAX_FILES)
    offered = page.version is not None and _offers_provenance(page.version)
    base = url if page.base is None else _absolute(url, page.base)
    offered = offered or any("data-provenance" in anchor for anchor in page.anchors)
    return offered, _html_files(page.anchors, base, name)


def _html_files(anchors: list[dict[str, str]], base: str, name: str) -> Iterator[IndexFile]:
    from urllib.parse import unquote

    versions: dict[str, bool] = {}
    for position, anchor in enumerate(anchors):
        address, _, fragment = anchor.get("href", "").partition("#")
        filename = unquote(address.partition("?")[0].rpartition("/")[2])
        if not fragment.startswith("sha256=") or not _is_file_of(filename, name, versions):
            continue
        with located(f"anchor {position}"):
            provenance = anchor.get("data-provenance")
            yield IndexFile(
                filename=filename,
                sha256=parse_sha256(fragment.removeprefix("sha256=").partition("&")[0]),
                url=_absolute(base, address),
                requires_python=_bounded(anchor.get("data-requires-python")),
                yanked=_bounded(anchor.get("data-yanked")),
                core_metadata=_html_metadata(anchor),
                provenance=None if provenance is None else _absolute(base, provenance),
            )


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
        raise InputError("not a usable URL", remedy=_REMEDY) from error
    return without_credentials(joined.partition("#")[0])


def _bounded(text: str | None) -> str | None:
    if text is not None and len(text) > _MAX_TEXT:
        raise InputError(f"a text is longer than {_MAX_TEXT} characters", remedy=_REMEDY)
    return text


def _is_file_of(filename: str, name: str, versions: dict[str, bool]) -> bool:
    """Whether this is a plain name of a wheel or sdist of project ``name``; ``versions`` remembers what was parsed."""
    if len(filename) > _MAX_FILENAME or filename.startswith("."):
        return False
    if wheel := _WHEEL.match(filename):
        return normalized(wheel["name"]) == name and _is_version(wheel["version"].replace("_", "-"), versions)
    if sdist := _SDIST.match(filename):
        stem: str = sdist["stem"]
        cuts = (position for position, char in enumerate(stem) if char == "-")
        return any(normalized(stem[:cut]) == name and _is_version(stem[cut + 1 :], versions) for cut in cuts)
    return False


def _is_version(text: str, versions: dict[str, bool]) -> bool:
    from packaging.version import InvalidVersion, Version

    if text not in versions:
        try:
            Version(text)
        except InvalidVersion:
            versions[text] = False
        else:
            versions[text] = True
    return versions[text]
