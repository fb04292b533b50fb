"""The pages of a static index: PEP 503 HTML and PEP 691 JSON, with PEP 592, 658, 700, 714 and 740. Pure.

Addresses are relative, so that the same pages work from ``file://`` and from any web server below any path; PEP 740
asks for absolute addresses of provenance, which nobody could know here. Everything that comes from elsewhere is
escaped: quoted in addresses, entities in HTML.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape
from urllib.parse import quote

from uplock.model.digest import Sha256
from uplock.model.value import Value, encode_pretty

_WITH_PROVENANCE = "1.3"
"""Version of the API that knows provenance (PEP 740)."""
_PLAIN = "1.1"
"""Version of the API that knows sizes and times (PEP 700)."""


class ListedFile(Value, frozen=True, kw_only=True):
    """A file as a page lists it; size in bytes."""

    project: str
    version: str
    filename: str
    sha256: Sha256
    size: int
    upload_time: datetime | None = None
    requires_python: str | None = None
    yanked: str | None = None
    """The reason, empty if none was given; ``None`` if it was not yanked."""
    metadata: Sha256 | None = None
    provenance: Sha256 | None = None

    @property
    def path(self) -> str:
        """Where it stands below the directory: by its digest, so that a file never changes under its address."""
        return f"files/{self.sha256[:2]}/{self.sha256[2:]}/{self.filename}"


def pages(files: Iterable[ListedFile]) -> dict[str, bytes]:
    """Return every page by its path below the directory: those of the projects first, the list of them last."""
    by_project: dict[str, list[ListedFile]] = {}
    for each in sorted(files, key=lambda file: (file.project, file.filename)):
        by_project.setdefault(each.project, []).append(each)
    made: dict[str, bytes] = {}
    for name, listed in by_project.items():
        made[f"simple/{name}/index.html"] = project_html(name, listed)
        made[f"simple/{name}/index.json"] = project_json(name, listed)
    made["simple/index.html"] = root_html(by_project)
    made["simple/index.json"] = encode_pretty(
        {"meta": {"api-version": _PLAIN}, "projects": [{"name": name} for name in by_project]}
    )
    return made


def project_html(name: str, files: Sequence[ListedFile]) -> bytes:
    """Return the page of a project (PEP 503); ``files`` are sorted."""
    version = _version(files)
    anchors = [
        f"    <a {_attributes(_html_facts(each, offered=version == _WITH_PROVENANCE))}>{escape(each.filename)}</a><br>"
        for each in files
    ]
    return _document(f"Links for {name}", version, anchors)


def root_html(names: Iterable[str]) -> bytes:
    """Return the list of projects (PEP 503); ``names`` are sorted."""
    anchors = [f"    <a {_attributes({'href': f'{quote(name)}/'})}>{escape(name)}</a><br>" for name in names]
    return _document("Simple index", _PLAIN, anchors)


def project_json(name: str, files: Sequence[ListedFile]) -> bytes:
    """Return the page of a project (PEP 691); ``files`` are sorted."""
    version = _version(files)
    return encode_pretty(
        {
            "meta": {"api-version": version},
            "name": name,
            "versions": sorted({each.version for each in files}),
            "files": [_json_facts(each, offered=version == _WITH_PROVENANCE) for each in files],
        }
    )


def _version(files: Iterable[ListedFile]) -> str:
    """Return the version of the API that a page has.

    Without any document, the page does not claim to know provenance: what nobody could ask must not become a "has none"
    by being served from here.
    """
    return _WITH_PROVENANCE if any(each.provenance is not None for each in files) else _PLAIN


def _document(title: str, version: str, anchors: Iterable[str]) -> bytes:
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "  <head>",
        '    <meta charset="utf-8">',
        f"    <meta {_attributes({'name': 'pypi:repository-version', 'content': version})}>",
        f"    <title>{escape(title)}</title>",
        "  </head>",
        "  <body>",
        f"    <h1>{escape(title)}</h1>",
        *anchors,
        "  </body>",
        "</html>",
    ]
    return "".join(f"{line}\n" for line in lines).encode()


def _attributes(facts: dict[str, str]) -> str:
    return " ".join(f'{key}="{escape(value)}"' for key, value in facts.items())


def _html_facts(file: ListedFile, *, offered: bool) -> dict[str, str]:
    address = _address(file)
    facts = {"href": f"{address}#sha256={file.sha256}"}
    if file.requires_python is not None:
        facts["data-requires-python"] = file.requires_python
    if file.metadata is not None:
        facts["data-core-metadata"] = f"sha256={file.metadata}"
        facts["data-dist-info-metadata"] = f"sha256={file.metadata}"
    if offered and file.provenance is not None:
        facts["data-provenance"] = f"{address}.provenance"
    if file.yanked is not None:
        facts["data-yanked"] = file.yanked
    return facts


def _json_facts(file: ListedFile, *, offered: bool) -> dict[str, object]:
    address = _address(file)
    facts: dict[str, object] = {
        "filename": file.filename,
        "url": address,
        "hashes": {"sha256": file.sha256},
        "size": file.size,
        "yanked": False if file.yanked is None else file.yanked or True,
    }
    if file.upload_time is not None:
        facts["upload-time"] = _time(file.upload_time)
    if file.requires_python is not None:
        facts["requires-python"] = file.requires_python
    if file.metadata is not None:
        facts["core-metadata"] = facts["dist-info-metadata"] = {"sha256": file.metadata}
    if offered:
        facts["provenance"] = None if file.provenance is None else f"{address}.provenance"
    return facts


def _address(file: ListedFile) -> str:
    """Return the address of a file from the page of its project."""
    return f"../../{quote(file.path)}"


def _time(moment: datetime) -> str:
    """Return a moment as PEP 700 writes it: UTC, with ``Z``, at most microseconds."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
