"""Making foreign text fit for a document: bounded, printable, valid, without credentials or machine paths.

Nothing is dropped silently: what was changed or left out is noted, and the notes become properties.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import quote

from uplock.sbom.parts import Property
from uplock.sbom.vocabulary import Term

NAME_LIMIT = 256
TEXT_LIMIT = 1024
"""Most characters of a name, and of anything else on one line. CycloneDX bounds versions at 1024 as well."""
PAGE_LIMIT = 65_536
"""Most characters of a text of many lines."""
URL_LIMIT = 2048

_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
"""Control characters (most are not valid in XML either), what turns the direction of writing, lone surrogates."""

_SEGMENT = r"(?:[\w\-.~:@!$&()*+,;=]|%[0-9A-Fa-f]{2})"
_URL = re.compile(
    r"https?://(?P<host>[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?)(?::[0-9]{1,5})?"
    rf"(?:/(?:{_SEGMENT}|/)*)?(?P<query>\?(?:{_SEGMENT}|[/?])*)?(?:\#(?:{_SEGMENT}|[/?])*)?\Z",
    re.ASCII,
)
"""RFC 3986 without user information and without the characters that CycloneDX libraries rewrite."""
SECRET_QUERY = re.compile(
    r"[?&](?:[\w-]*(?:token|password|passwd|secret|signature|credential)|sig|key|api_?key)=", re.ASCII | re.IGNORECASE
)
"""A query that looks as if it carried a credential."""
_ADDRESS = re.compile(
    r"(?=.{3,254}\Z)(?=[^@]{1,64}@)[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}\Z"
)
"""A dot-atom address (RFC 5322) at a host name: what is certain to be valid everywhere."""
_ROOT = re.compile(r"\A(?:[A-Za-z][A-Za-z0-9+.-]*:|~?[/\\])+")
"""What makes a path begin at a place of some machine."""

_PLACE = re.compile(r"(?<![A-Za-z])file:/\S*", re.IGNORECASE)
_LOGIN = re.compile(r"(?<=://)[^/?#\s]*@")
"""What leads to a place on one machine, and what stands before the host of a URL."""


class Cleaner:
    """Cleans the texts of one component and remembers what it had to do."""

    def __init__(self) -> None:
        self._notes: set[str] = set()

    @property
    def notes(self) -> tuple[Property, ...]:
        """One property for each thing that was changed or left out."""
        return tuple(Term.OMITTED.of(note) for note in sorted(self._notes))

    def note(self, field: str, reason: str) -> None:
        """Remember that something about ``field`` is not there as it came; neither may hold foreign text."""
        self._notes.add(f"{field}: {reason}")

    def line(self, field: str, text: str | None, limit: int = TEXT_LIMIT) -> str | None:
        """Return ``text`` on one line of at most ``limit`` characters, or ``None`` if nothing is left."""
        if text is None:
            return None
        if text.isascii() and text.isprintable() and len(text) <= limit and "  " not in text and ":/" not in text:
            return text.strip() or None  # nearly all texts: nothing about them has to change
        whole = self._discreet(field, " ".join(self._printable(field, text).split()))
        return self._bounded(field, whole, limit).rstrip() or None

    def facts(self, term: Term, text: str | None) -> tuple[Property, ...]:
        """Return the property ``term`` with ``text`` on one line, or nothing if nothing is left."""
        line = self.line(term.property_name, text)
        return () if line is None else (term.of(line),)

    def page(self, field: str, text: str) -> str:
        """Return ``text`` with its lines, of at most :data:`PAGE_LIMIT` characters."""
        return self._bounded(field, self._printable(field, text.replace("\r\n", "\n").replace("\r", "\n")), PAGE_LIMIT)

    def name(self, field: str, text: str) -> str:
        """Return ``text`` as the name of a component: never empty, and without the slash that ends purl names."""
        line = self.line(field, text, NAME_LIMIT)
        if line is None:
            self.note(field, "empty")
            return "unnamed"
        if "/" in line:
            self.note(field, "slashes replaced")
        return line.replace("/", "_")

    def url(self, field: str, text: str) -> str | None:
        """Return an absolute HTTP URL without credentials, non-ASCII characters quoted; else note it."""
        quoted = quote(text.strip(), safe="%:/?#@!$&()*+,;=~", errors="replace")
        match = _URL.match(quoted) if len(quoted) <= URL_LIMIT else None
        if match is None:
            self.note(field, "not a plain HTTP URL")
            return None
        if match["query"] and SECRET_QUERY.search(match["query"]):
            self.note(field, "may carry a credential")
            return None
        return quoted

    def address(self, field: str, text: str) -> str | None:
        """Return an e-mail address; else note it."""
        if _ADDRESS.match(text):
            return text
        self.note(field, "not an e-mail address")
        return None

    def member(self, field: str, path: str) -> str:
        """Return the path of a member of a wheel, relative as it must be."""
        folded = " ".join(self._printable(field, path).split())
        inside = _ROOT.sub("", folded)
        line = self.line(field, inside) or "unnamed"
        relative = _ROOT.sub("", line) or "unnamed"
        if inside != folded or relative != line:
            self.note(field, "made relative")
        return relative

    def _discreet(self, field: str, line: str) -> str:
        """Return a text without what leads to a place on one machine, or carries a name or password."""
        discreet = _LOGIN.sub("[removed]", _PLACE.sub("[removed]", line))
        if discreet != line:
            self.note(field, "a place on a machine or a credential removed")
        return discreet

    def _printable(self, field: str, text: str) -> str:
        clean = _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)
        if clean != text:
            self.note(field, "unprintable characters replaced")
        return clean

    def _bounded(self, field: str, text: str, limit: int) -> str:
        if len(text) > limit:
            self.note(field, f"cut to {limit} characters")
        return text[:limit]


def in_utc(moment: datetime) -> datetime:
    """Return a moment in UTC; without a time zone it is taken for UTC, never for the zone of this machine."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
