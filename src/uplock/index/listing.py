"""Pages of a view as a simple index has them (PEP 691, 700), with addresses on the server that shows them."""

from __future__ import annotations

from urllib.parse import quote

from uplock.model.target import Target
from uplock.model.value import encode
from uplock.model.view import IndexFile, IndexPage


def page_json(page: IndexPage) -> bytes:
    """Return a page as PEP 691 JSON (API version 1.1, PEP 700) with addresses on this server."""
    return _page_json(page, [_entry(file) for file in _by_name(page)])


def page_json_for(page: IndexPage, target: Target) -> bytes:
    """Return what of a page fits a target, without digests and sizes: the files there are hollow wheels."""
    entries = [_entry(file) | {"hashes": {}} for file in _by_name(page)]
    for entry in entries:
        entry.pop("size", None)
        entry["url"] = f"/for/{target.name}{entry['url']}"
    return _page_json(page, entries)


def _page_json(page: IndexPage, entries: list[dict[str, object]]) -> bytes:
    versions = sorted({_version(file.filename) for file in page.files})
    return encode({"meta": {"api-version": "1.1"}, "name": page.name, "versions": versions, "files": entries})


def _by_name(page: IndexPage) -> list[IndexFile]:
    return sorted(page.files, key=lambda file: file.filename)


def _entry(file: IndexFile) -> dict[str, object]:
    entry: dict[str, object] = {
        "filename": file.filename,
        "url": f"/files/{file_key(file)}/{quote(file.filename)}",
        "hashes": {} if file.sha256 is None else {"sha256": file.sha256},
        "yanked": False if file.yanked is None else file.yanked or True,
    }
    if file.filename.endswith(".whl"):
        entry["core-metadata"] = True
    if file.size is not None:
        entry["size"] = file.size
    if file.upload_time is not None:
        entry["upload-time"] = file.upload_time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if file.requires_python is not None:
        entry["requires-python"] = file.requires_python
    return entry


def file_key(file: IndexFile) -> str:
    """Return what tells files of one name apart in addresses."""
    return file.sha256 or "unhashed"


def _version(filename: str) -> str:
    """Return the version as a file name carries it."""
    if filename.endswith(".whl"):
        return filename.split("-")[1]
    return filename.removesuffix(".tar.gz").removesuffix(".zip").rpartition("-")[2]
