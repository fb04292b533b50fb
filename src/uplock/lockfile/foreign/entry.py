"""What every format of lock has: names, versions, hashes and file names, checked in the same way."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import unquote

from uplock.lockfile.fields import Fields
from uplock.lockfile.names import normalized
from uplock.model.digest import Sha256

if TYPE_CHECKING:
    from collections.abc import Iterable

T = TypeVar("T", bound=str)

MAX_PACKAGES = 20_000
MAX_FILES = 5000
"""Most files of one package."""
MAX_NOTES = 100
MAX_NAME = 200

_HASH = re.compile(r"(?P<algorithm>[a-z0-9_]{1,20}):(?P<digest>[0-9A-Fa-f]{1,200})")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_FILENAME = re.compile(r"[A-Za-z0-9._+!-]{1,500}")
_VERSION = re.compile(r"[ -~]{1,200}")


def name_of(fields: Fields) -> str | None:
    """Return the normalized name of a package; note a defect if there is none."""
    text = fields.text("name")
    if text and (name := bounded_name(text)) is not None:
        return name
    if text:
        fields.defect("name", f"{text[:80]!r} is not the name of a package")
    return None


def bounded_name(text: str) -> str | None:
    """Return a name in normal form, or ``None`` if it is none."""
    return normalized(text) if len(text) <= MAX_NAME else None


def version_of(fields: Fields) -> str | None:
    """Return the normalized version of a package; note a defect if there is none."""
    text = fields.text("version")
    if text and (version := normalized_version(text)) is not None:
        return version
    if text:
        fields.defect("version", f"{text[:80]!r} is not a version")
    return None


def normalized_version(text: str) -> str | None:
    """Return a version as its scheme writes it (PEP 440), or ``None`` if it is none."""
    from packaging.version import InvalidVersion, Version

    if not _VERSION.fullmatch(text):
        return None
    try:
        return str(Version(text))
    except InvalidVersion:
        return None


def python_of(fields: Fields, key: str) -> str | None:
    """Return which versions of Python a lock is for; note a defect if that is no set of specifiers (PEP 440)."""
    text = fields.optional_text(key)
    if text and not is_specifiers(text):
        fields.defect(key, "is not a set of version specifiers")
    return text or None


def is_specifiers(text: str) -> bool:
    """Whether a text is a set of version specifiers (PEP 440)."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        SpecifierSet(text)
    except InvalidSpecifier:
        return False
    return True


def sha256_in(text: object, place: str, defects: list[str]) -> Sha256 | None:
    """Return the digest of ``sha256:DIGEST``; ``None`` for other algorithms; note a defect for anything else."""
    match = _HASH.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        defects.append(f"{place}: must be a hash, as sha256:DIGEST")
        return None
    if match["algorithm"] != "sha256":
        return None
    if not _SHA256.fullmatch(digest := match["digest"].lower()):
        defects.append(f"{place}: a SHA-256 has 64 hexadecimal digits")
        return None
    return Sha256(digest)


def filename_in(address: str) -> str | None:
    """Return the file name at the end of a URL or path, if it is a plain one."""
    name = unquote(re.split(r"[?#]", address, maxsplit=1)[0].replace("\\", "/").rpartition("/")[2])
    return name if _FILENAME.fullmatch(name) else None


class Notes:
    """Sentences about what is not taken over: each once, and a bounded number of them."""

    def __init__(self) -> None:
        self._sentences: dict[str, None] = {}

    def add(self, sentence: str) -> None:
        """Remember a sentence. It must be free of credentials, paths and characters that are not printable."""
        self._sentences[sentence] = None

    def told(self) -> tuple[str, ...]:
        """Return the sentences in the order in which they came."""
        found = tuple(self._sentences)
        more = len(found) - MAX_NOTES
        return found if more <= 0 else (*found[:MAX_NOTES], f"{more} more entries are not taken over.")


def sorted_set(values: Iterable[T | None]) -> tuple[T, ...]:
    """Return every value once, sorted, without ``None``."""
    return tuple(sorted({value for value in values if value is not None}))
