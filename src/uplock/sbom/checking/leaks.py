"""No reference, location or URL names a place on a machine or carries a credential."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from uplock.sbom.checking.walk import Place, Tree, spelled, texts
from uplock.sbom.clean import SECRET_QUERY

_MACHINE = re.compile(r"file:|/|\\|[A-Za-z]:[/\\]|~[/\\]", re.IGNORECASE)
"""What begins a place on one machine; relative references and URLs of other schemes begin otherwise."""
_FILE = re.compile(r"(?:\A|[^A-Za-z])file:/", re.IGNORECASE)
_PASSWORD = re.compile(r"://[^/?#@:\s]*:[^/?#@\s]+@")
_USER = re.compile(r"https?://[^/?#@\s]+@", re.IGNORECASE)
"""Over HTTP a name alone is a credential (a token); over SSH it is the name of an account."""

_PLACES = frozenset({"bom-ref", "location", "ref", "url"})
LEAK_KEYS = _PLACES | {"purl", "value"}
"""Members that are looked at."""
_ORDER = tuple(sorted(LEAK_KEYS))
_BEGIN = frozenset("/\\~fF")


def leak_defects(place: Place, node: Tree) -> Iterator[str]:
    """Yield the leaks in one object."""
    for key in _ORDER:
        value = node.get(key)
        if isinstance(value, str):
            if _is_suspect(value):
                yield from _leaks((place, key), key, value)
        elif isinstance(value, list):
            for at, text in texts(place, node, key):
                yield from _leaks(at, key, text)


def _is_suspect(text: str) -> bool:
    """Whether it is worth looking closer: of many texts few are."""
    return text[:1] in _BEGIN or ":/" in text or ":\\" in text or "%" in text


def _leaks(at: Place, key: str, text: str) -> Iterator[str]:
    plain = _qualifiers(text) if key == "purl" else text
    if (key in _PLACES and _MACHINE.match(text)) or _FILE.search(plain):
        yield f"{spelled(at)}: names a place on one machine"
    if "://" in plain and _carries(plain, key):
        yield f"{spelled(at)}: may carry a credential"


def _qualifiers(purl: str) -> str:
    """Return the part of a package URL that can hold other URLs, as it reads; names and versions are no URLs."""
    _, mark, rest = purl.partition("?")
    return mark + unquote(rest)


def _carries(text: str, key: str) -> bool:
    if "@" in text and (_PASSWORD.search(text) or _USER.search(text)):
        return True
    return key in {"url", "purl"} and "=" in text and bool(SECRET_QUERY.search(text))
