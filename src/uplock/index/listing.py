"""Pages of a view as a simple index has them (PEP 691, 700), with addresses on the server that shows them."""

from __future__ import annotations

import re
from urllib.parse import quote

from uplock.model.target import Target
from uplock.model.value import Value, encode
from uplock.model.view import IndexFile, IndexPage

_PLAIN = re.compile(r"[A-Za-z0-9._-]+")


def page_json(page: IndexPage) -> bytes:
    """Return a page as PEP 691 JSON (API version 1.1, PEP 700) with addresses on this server."""
    return _page_json(page, [_entry(file) for file in _by_name(page)])


def page_json_for(page: IndexPage, target: Target) -> bytes:
    """Return what of a page fits a target, without digests and sizes: the files there are hollow wheels."""
    return _page_json(page, [_entry(file, f"/for/{target.name}") for file in _by_name(page)])


class _Entry(Value, frozen=True, kw_only=True, rename="kebab", omit_defaults=True):
    """A file of a page; ``yanked`` is false unless said otherwise."""

    filename: str
    url: str
    hashes: dict[str, str]
    yanked: bool | str = False
    core_metadata: bool = False
    size: int | None = None
    upload_time: str | None = None
    requires_python: str | None = None


def _page_json(page: IndexPage, entries: list[_Entry]) -> bytes:
    versions = sorted({_version(file.filename) for file in page.files})
    return encode({"meta": {"api-version": "1.1"}, "name": page.name, "versions": versions, "files": entries})


def _by_name(page: IndexPage) -> list[IndexFile]:
    return sorted(page.files, key=lambda file: file.filename)


def _entry(file: IndexFile, prefix: str = "") -> _Entry:
    """Return a file of a page; below a ``prefix`` its hollow wheel, without digest and size."""
    hollow = bool(prefix)
    name = file.filename if _PLAIN.fullmatch(file.filename) else quote(file.filename)
    return _Entry(
        filename=file.filename,
        url=f"{prefix}/files/{file_key(file)}/{name}",
        hashes={} if hollow or file.sha256 is None else {"sha256": file.sha256},
        yanked=False if file.yanked is None else file.yanked or True,
        core_metadata=file.filename.endswith(".whl"),
        size=None if hollow else file.size,
        upload_time=None if file.upload_time is None else file.upload_time.isoformat().replace("+00:00", "Z"),
        requires_python=file.requires_python,
    )


def file_key(file: IndexFile) -> str:
    """Return what tells files of one name apart in addresses."""
    return file.sha256 or "unhashed"


def _version(filename: str) -> str:
    """Return the version as a file name carries it."""
    if filename.endswith(".whl"):
        return filename.split("-")[1]
    return filename.removesuffix(".tar.gz").removesuffix(".zip").rpartition("-")[2]
