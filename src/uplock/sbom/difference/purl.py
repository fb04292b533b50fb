"""Package URLs of anybody, taken apart for comparing (purl specification): what they name, and what they say of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import unquote

from uplock.model.value import Value, empty_dict

_RUN = re.compile(r"[-_.]+")


class PackageUrl(Value, frozen=True, kw_only=True):
    """``package`` is type, namespace, name and subpath, folded so that two spellings of one package are equal."""

    package: str
    version: str
    qualifiers: Mapping[str, str] = empty_dict()


def package_url(text: object) -> PackageUrl | None:
    """Return the parts of a package URL, or ``None`` for what is none."""
    if not isinstance(text, str) or not text.startswith("pkg:"):
        return None
    rest, _, subpath = text.removeprefix("pkg:").partition("#")
    rest, _, query = rest.partition("?")
    path, _, version = rest.rpartition("@")
    if not path or "/" in version:  # the @ of a namespace that nobody escaped
        path, version = rest, ""
    kind, _, name = path.strip("/").partition("/")
    if not kind or not name:
        return None
    folded = folded_name(unquote(name), kind.lower())
    below = f"#{subpath.strip('/')}" if subpath else ""
    return PackageUrl(
        package=f"pkg:{kind.lower()}/{folded}{below}", version=unquote(version), qualifiers=_qualifiers(query)
    )


def folded_name(name: str, kind: str) -> str:
    """Return a name for comparing: normalised (PEP 503) for Python, else without regard to case."""
    return _RUN.sub("-", name).lower() if kind == "pypi" else name.lower()


def _qualifiers(query: str) -> dict[str, str]:
    pairs = (each.partition("=") for each in query.split("&") if each)
    return {key.lower(): unquote(value) for key, _, value in pairs}
