"""The anchors of an HTML index page (PEP 503), as attributes. Pure."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import NamedTuple

from uplock.errors import InputError


class HtmlPage(NamedTuple):
    """What a page says: its API version and base address if it names them, and every anchor's attributes."""

    version: str | None
    base: str | None
    anchors: list[dict[str, str]]


def read_html(body: bytes, limit: int) -> HtmlPage:
    """Read a page of at most ``limit`` anchors. Raises :class:`InputError` if it has more or is not UTF-8."""
    reader = _Reader(limit)
    try:
        reader.feed(body.decode("utf-8"))
        reader.close()
    except (UnicodeDecodeError, AssertionError) as error:  # html.parser asserts what it did not foresee
        raise InputError("not a readable HTML page") from error
    return HtmlPage(reader.version, reader.base, reader.anchors)


class _Reader(HTMLParser):
    def __init__(self, limit: int) -> None:
        super().__init__(convert_charrefs=True)
        self._limit = limit
        self.version: str | None = None
        self.base: str | None = None
        self.anchors: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {key: value or "" for key, value in attrs}
        if tag == "a":
            self.anchors.append(attributes)
            if len(self.anchors) > self._limit:
                raise InputError(f"more than {self._limit} anchors")
        elif tag == "base" and self.base is None:
            self.base = attributes.get("href")
        elif tag == "meta" and attributes.get("name") == "pypi:repository-version":
            self.version = attributes.get("content")
