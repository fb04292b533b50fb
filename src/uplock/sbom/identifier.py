"""Identifiers: package URLs (purl), and the references that tie a document together.

A reference is the purl where there is one, so it is the same in every document that speaks of the same thing.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote


def purl(kind: str, name: str, version: str | None, file_name: str | None = None) -> str:
    """Return ``pkg:KIND/NAME@VERSION?file_name=FILE`` with everything quoted that purl wants quoted."""
    text = f"pkg:{kind}/{_quoted(name)}"
    if version:
        text += f"@{_quoted(version)}"
    if file_name:
        text += f"?file_name={_quoted(file_name)}"
    return text


def with_version(base: str, version: str | None) -> str:
    """Return the package URL ``base``, which has neither version nor qualifiers, with a version."""
    return base if not version else f"{base}@{_quoted(version)}"


def within(ref: str, name: str, version: str | None) -> str:
    """Return the reference of something that the component ``ref`` contains."""
    return f"{ref}#{_quoted(name)}" + (f"@{_quoted(version)}" if version else "")


def relative(file_name: str) -> str:
    """Return a relative reference (RFC 3986) that names a file and no place."""
    return _quoted(file_name).replace(":", "%3A")


@lru_cache(maxsize=8192)
def _quoted(text: str) -> str:
    return quote(text, safe=":")
