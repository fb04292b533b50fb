"""What SBOMs say of the project: ``[project]`` (PEP 621) and the table ``sbom`` of the configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from uplock.lockfile.fields import Fields
from uplock.model.about import About, Company, Person

MAX_ENTRIES = 64
"""Most authors, and most URLs, that are read of ``[project]``."""

_COMPANY: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {
        "name": {"type": "string"},
        "url": {"type": "string", "format": "uri"},
        "email": {"type": "string", "format": "email"},
    },
}

SBOM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "manufacturer": _COMPANY,
        "supplier": _COMPANY,
        "purl": {"type": "string", "pattern": "^pkg:[a-z0-9.+-]+/[^@?#]+$"},
    },
    "examples": [
        {"manufacturer": {"name": "Example Ltd", "url": "https://www.example.org", "email": "sbom@example.org"}}
    ],
}

_PURL = r"pkg:[a-z0-9.+-]{1,40}/[A-Za-z0-9._~%/+-]{1,200}"
_URL = r"https?://[^\s\x00-\x1f\x7f-\x9f]{1,2000}"
_EMAIL = r"[^\s@<>\x00-\x1f\x7f-\x9f]{1,64}@[A-Za-z0-9.-]{1,253}"


def read_about(fields: Fields, project: Mapping[str, Any]) -> About:
    """Return what the project says of itself; notes defects of the table ``sbom``.

    ``[project]`` belongs to the build backend: what is malformed there is passed over.
    """
    table = Fields(fields.raw.get("sbom", {}), fields.at("sbom"), fields.defects)
    table.only({"manufacturer", "supplier", "purl"})
    return About(
        description=_text(project, "description"),
        license=_text(project, "license"),
        authors=tuple(_people(project.get("authors"))),
        urls=tuple(_urls(project.get("urls"))),
        purl=_purl(table),
        manufacturer=_company(table, "manufacturer"),
        supplier=_company(table, "supplier"),
    )


def _company(table: Fields, key: str) -> Company | None:
    if key not in table.raw:
        return None
    inner = Fields(table.raw[key], table.at(key), table.defects)
    inner.only({"name", "url", "email"})
    return Company(
        name=inner.text("name"),
        url=inner.text("url", _URL, "an HTTP URL") if "url" in inner.raw else None,
        email=inner.text("email", _EMAIL, "an e-mail address") if "email" in inner.raw else None,
    )


def _purl(table: Fields) -> str | None:
    if "purl" not in table.raw:
        return None
    return table.text("purl", _PURL, "a package URL without version and qualifiers: pkg:generic/example/shop")


def _people(raw: object) -> Iterator[Person]:
    for entry in raw[:MAX_ENTRIES] if isinstance(raw, list) else ():
        if isinstance(entry, Mapping):
            person = Person(name=_text(entry, "name"), email=_text(entry, "email"))
            if person.name is not None or person.email is not None:
                yield person


def _urls(raw: object) -> Iterator[tuple[str, str]]:
    for label, address in list(raw.items())[:MAX_ENTRIES] if isinstance(raw, Mapping) else ():
        if isinstance(address, str):
            yield str(label), address


def _text(table: Mapping[str, Any], key: str) -> str | None:
    value = table.get(key)
    return value if isinstance(value, str) and value.strip() else None
