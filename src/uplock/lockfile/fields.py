"""Reading parsed TOML field by field, collecting every defect with its place instead of stopping at the first."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from uplock.lockfile.toml_text import key_text
from uplock.model.digest import Sha256

MAX_DEFECTS = 100
"""Most unknown keys of one table that are listed, and most strings of an array."""

MAX_LISTED = 200
"""Most defects of one file that an error lists."""

MAX_NUMBER = 2**63 - 1
PRINTABLE = r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]{1,4000}"
"""Text on one line, whoever splits it into lines."""

_SHORT = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]{1,200}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def listed(defects: Sequence[str]) -> str:
    """Return defects as the message of one error, one on a line; beyond a bound they are only counted."""
    more = len(defects) - MAX_LISTED
    return "\n".join([*defects[:MAX_LISTED], *([f"{more} more defects"] if more > 0 else [])])


class Fields:
    """A table at a place. Every reader returns a usable value and notes a defect where the file has another."""

    def __init__(self, raw: object, place: str, defects: list[str] | None = None) -> None:
        """``defects`` is shared by all tables of one file."""
        self.place = place
        self.defects: list[str] = [] if defects is None else defects
        self.raw: Mapping[str, Any] = {}
        if isinstance(raw, Mapping):
            self.raw = raw
        else:
            self.defects.append(f"{place or 'top level'}: must be a table")

    def at(self, key: str) -> str:
        """Return the place of a key."""
        return f"{self.place}.{key}" if self.place else key

    def defect(self, key: str, message: str) -> None:
        """Note a defect at a key."""
        self.defects.append(f"{self.at(key)}: {message}")

    def only(self, known: set[str] | frozenset[str]) -> None:
        """Note every unknown key, with the nearest known one."""
        unknown = [key for key in self.raw if key not in known]
        for key in unknown[:MAX_DEFECTS]:
            near = difflib.get_close_matches(key[:80], sorted(known), n=1)
            self.defect(key_text(key[:80]), f"unknown key{f', did you mean {near[0]}?' if near else ''}")
        if len(unknown) > MAX_DEFECTS:
            self.defects.append(f"{self.place or 'top level'}: {len(unknown) - MAX_DEFECTS} more unknown keys")

    def expect(self, key: str, value: object) -> None:
        """Note a defect unless the key has exactly this value."""
        found = self.raw.get(key)
        if found != value or type(found) is not type(value):
            self.defect(key, f"must be {value!r}" if key in self.raw else f"is missing: must be {value!r}")

    def text(self, key: str, pattern: str = PRINTABLE, meaning: str = "a string on one line") -> str:
        """Return a string that matches ``pattern`` whole, else an empty one."""
        value = self.raw.get(key)
        if isinstance(value, str) and re.fullmatch(pattern, value):
            return value
        self.defect(key, f"must be {meaning}" if key in self.raw else "is missing")
        return ""

    def optional_text(self, key: str) -> str | None:
        """Return a string, or ``None`` if there is none."""
        return self.text(key) if key in self.raw else None

    def texts(self, key: str, *, some: bool = False) -> tuple[str, ...] | None:
        """Return an array of strings of at most 200 characters, or ``None`` if there is none; ``some``: not empty."""
        value = self.raw.get(key)
        if value is None:
            return None
        if not isinstance(value, list) or len(value) > MAX_DEFECTS:
            self.defect(key, f"must be an array of at most {MAX_DEFECTS} strings")
            return None
        if some and not value:
            self.defect(key, "is empty: leave it out for the default")
        for place, each in enumerate(value):
            if not isinstance(each, str):
                self.defect(f"{key}[{place}]", "must be a string")
            elif not _SHORT.fullmatch(each):
                self.defect(f"{key}[{place}]", "must be 1 to 200 printable characters")
        return tuple(each for each in value if isinstance(each, str))

    def number(self, key: str) -> int:
        """Return a non-negative integer, else 0."""
        value = self.raw.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_NUMBER:
            return value
        self.defect(key, "must be an integer from 0 to 2^63 - 1")
        return 0

    def flag(self, key: str) -> bool:
        """Return a boolean; missing is false."""
        value = self.raw.get(key, False)
        if not isinstance(value, bool):
            self.defect(key, "must be true or false")
        return value is True

    def moment(self, key: str) -> datetime | None:
        """Return a moment in UTC: a TOML date-time with offset, or RFC 3339 text with ``Z``."""
        value = self.raw.get(key)
        if isinstance(value, str) and _MOMENT.fullmatch(value):
            try:
                return datetime.strptime(value, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
            except ValueError:
                value = None
        if isinstance(value, datetime) and value.utcoffset() is not None:
            try:
                return value.astimezone(UTC)
            except OverflowError:
                value = None
        must = "must be a moment in RFC 3339 with Z, such as 2026-11-15T00:00:00Z"
        self.defect(key, must if key in self.raw else "is missing")
        return None

    def sha256(self, key: str) -> Sha256:
        """Return a SHA-256, else an empty one."""
        return Sha256(self.text(key, _SHA256.pattern, "64 lower-case hexadecimal digits"))

    def child(self, key: str) -> Fields:
        """Return the table at a key; a missing one is empty."""
        return Fields(self.raw.get(key, {}), self.at(key), self.defects)

    def children(self, key: str, limit: int) -> list[Fields]:
        """Return the tables of an array; missing is empty."""
        value = self.raw.get(key, [])
        if not isinstance(value, list) or len(value) > limit:
            self.defect(key, f"must be an array of at most {limit} tables")
            return []
        return [Fields(each, f"{self.at(key)}[{place}]", self.defects) for place, each in enumerate(value)]
