"""Pins of requirements files, as pip freeze, pip-compile, uv pip compile, uv export and poetry export write them.

Lines are joined, and comments taken away, as pip does; what is no pin is noted by its line, never quoted: URLs and
options may carry credentials.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from uplock.errors import InputError
from uplock.lockfile.fields import listed
from uplock.lockfile.foreign.entry import MAX_NAME, MAX_PACKAGES, Notes, normalized_version, sha256_in, sorted_set
from uplock.lockfile.foreign.lock import ForeignLock, ForeignPin
from uplock.lockfile.foreign.marker import MAX_DEPTH, nesting
from uplock.lockfile.names import normalized
from uplock.lockfile.requirement import MAX_LENGTH
from uplock.lockfile.toml_document import MAX_BYTES

if TYPE_CHECKING:
    from packaging.requirements import Requirement

    from uplock.model.digest import Sha256

MAX_LINES = 1_000_000
MAX_DEFECTS = 2000
MAX_LINE = 1_000_000
"""Longest line with its continuations: some thousands of hashes."""

_ENCODINGS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_END = re.compile(r"\r\n|\r|\n")
_HIDDEN_END = re.compile(r"[\x00\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
"""Characters at which only some programs end a line: what follows would be read by one and not by another."""
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*")
_OPTIONS = re.compile(r"(?<=\s)-")
_OPTION = re.compile(r"--[a-z][a-z-]{0,40}(?=[=\s]|$)|-[A-Za-z]")
_EDITABLE = frozenset({"-e", "--editable"})
_FILES = frozenset({"-r", "--requirement", "-c", "--constraint"})
_INDEXES = frozenset({"-i", "--index-url", "--pypi-url", "--extra-index-url", "-f", "--find-links", "--no-index"})
_OTHERS = frozenset(
    {
        *("--all-releases", "--no-binary", "--only-binary", "--only-final", "--pre", "--prefer-binary"),
        *("--config-setting", "--config-settings", "--global-option", "--install-option", "--no-build-isolation"),
        *("--no-use-wheel", "--require-hashes", "--trusted-host", "--use-feature", "--uploaded-prior-to", "-C"),
    }
)
_ADDRESS = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:|\.{0,2}[/\\]|\.{1,2}$)")
_PATH = re.compile(r"[/\\]|\.(?:whl|zip|tgz|tar\.[a-z0-9]{2,3})$", re.IGNORECASE)
_REMEDY = "Give a file whose lines are NAME==VERSION, as pip freeze or pip-compile writes it."


def read_requirements_lock(raw: bytes, filename: str) -> ForeignLock:
    """Parse a requirements file. Raises :class:`InputError` with every defect and its line."""
    reading = _Reading()
    for number, line in _logical_lines(_text(raw, filename), reading.defects):
        reading.line(line, f"line {number}")
        if len(reading.defects) >= MAX_DEFECTS:
            reading.defects.append(f"line {number}: too many defects to read on")
            break
    if reading.defects:
        raise InputError(listed(reading.defects), context=filename, remedy=_REMEDY)
    return ForeignLock(kind="requirements", pins=tuple(reading.pins), notes=reading.notes.told())


def _text(raw: bytes, filename: str) -> str:
    """Return the text: UTF-8, or what a byte order mark says, as PowerShell writes and pip reads it."""
    if len(raw) > MAX_BYTES:
        raise InputError(f"larger than {MAX_BYTES} bytes", context=filename, remedy=_REMEDY)
    encoding = next((name for mark, name in _ENCODINGS if raw.startswith(mark)), "utf-8")
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(f"line {line}: not {encoding} text", context=filename, remedy="Save it as UTF-8.") from error


def _logical_lines(text: str, defects: list[str]) -> Iterator[tuple[int, str]]:
    """Yield numbers and lines, continuations joined and comments gone; a comment line ends a continuation."""
    physical = _END.split(text)
    if len(physical) > MAX_LINES:
        defects.append(f"more than {MAX_LINES} lines")
        return
    held: list[str] = []
    began = 0
    for number, line in enumerate(physical, start=1):
        if _HIDDEN_END.search(line):
            defects.append(f"line {number}: a character that ends a line only for some programs")
            return
        began = began or number
        comment = line.lstrip().startswith("#")
        goes_on = line.endswith("\\") and not comment
        held.append(" " if comment else line[:-1] if goes_on else line)
        if goes_on and number < len(physical):
            continue
        joined = "".join(held)
        if len(joined) > MAX_LINE:
            defects.append(f"line {began}: longer than {MAX_LINE} characters")
        elif bare := _COMMENT.sub("", joined).strip():
            yield began, bare
        held, began = [], 0


class _Reading:
    """Pins, notes and defects of one file."""

    def __init__(self) -> None:
        self.pins: list[ForeignPin] = []
        self.notes = Notes()
        self.defects: list[str] = []

    def line(self, line: str, place: str) -> None:
        if line.startswith("-"):
            self.option(line, place)
            return
        split = _OPTIONS.search(line)
        head = line[: split.start()].strip() if split else line
        if len(head) > MAX_LENGTH or not head.replace("\t", " ").isprintable():
            self.defects.append(f"{place}: a requirement is at most {MAX_LENGTH} printable characters")
        elif _marker_depth(head) > MAX_DEPTH:
            self.defects.append(f"{place}: parentheses more than {MAX_DEPTH} deep")
        elif _is_nameless(head):
            self.notes.add(f"{place}: an address or path without a name is not taken over.")
        elif (requirement := self.requirement(head, place)) is not None:
            self.pin(requirement, self.hashes(line[split.start() :] if split else "", place), place)

    def option(self, line: str, place: str) -> None:
        """Note an option by its name; a value is never repeated."""
        match = _OPTION.match(line)
        name = match[0] if match else ""
        if name in _EDITABLE:
            self.notes.add(f"{place}: an editable install is not taken over.")
        elif name in _FILES:
            self.notes.add(f"{place}: {name} names another file, which is not read.")
        elif name in _INDEXES:
            self.notes.add(f"{name} is not taken over: the configuration says which indexes are asked.")
        elif name in _OTHERS:
            self.notes.add(f"{name} is not taken over.")
        else:
            self.defects.append(f"{place}: {name or '-'} is not an option of requirements files")

    def requirement(self, head: str, place: str) -> Requirement | None:
        from packaging.requirements import InvalidRequirement, Requirement

        try:
            return Requirement(head)
        except InvalidRequirement as error:
            # addresses are not repeated: they may carry credentials
            why = "" if "://" in head or "@" in head else f", {head[:80]!r}: {str(error).splitlines()[0]}"
            self.defects.append(f"{place}: not a requirement{why}")
            return None

    def hashes(self, options: str, place: str) -> tuple[Sha256, ...]:
        """Return the SHA-256 among the options of a requirement."""
        found: list[Sha256 | None] = []
        words = iter(options.split())
        for word in words:
            name, equals, value = word.partition("=")
            if name == "--hash":
                text = value if equals else next(words, "")
                digest = sha256_in(text.strip("\"'"), place, self.defects)
                if digest is None:
                    self.notes.add("Hashes of other algorithms than SHA-256 are not taken over.")
                found.append(digest)
            elif word.startswith("-"):
                self.option(word, place)
        return sorted_set(found)

    def pin(self, requirement: Requirement, hashes: tuple[Sha256, ...], place: str) -> None:
        name = normalized(requirement.name) if len(requirement.name) <= MAX_NAME else None
        if name is None:
            self.defects.append(f"{place}: {requirement.name[:80]!r} is not the name of a package")
        elif len(self.pins) >= MAX_PACKAGES:
            self.defects.append(f"{place}: more than {MAX_PACKAGES} pins")
        elif requirement.url is not None:
            self.notes.add(f"{name} is not taken over: it comes from an address, not from an index.")
        elif (version := _exact(requirement)) is None:
            self.notes.add(f"{name} is not taken over: it is not pinned to one version.")
        else:
            marker = None if requirement.marker is None else str(requirement.marker)
            self.pins.append(ForeignPin(name=name, version=version, marker=marker, hashes=hashes))


def _marker_depth(head: str) -> int:
    """Return how deep the marker of a requirement nests.

    It starts at the first semicolon, after a URL at the first one behind white space. What stands before is left out:
    a quote there is no string, and would hide parentheses.
    """
    return max(nesting(head.partition(";")[2]), *map(nesting, re.split(r"\s;", head, maxsplit=1)[1:]), 0)


def _is_nameless(head: str) -> bool:
    """Whether a requirement is an address or a path, without a name in front of it."""
    word = re.split(r"[\s;\[]", head, maxsplit=1)[0]
    return bool(_ADDRESS.match(word) or ("@" not in word and _PATH.search(word)))


def _exact(requirement: Requirement) -> str | None:
    """Return the one version that a requirement allows, or ``None``."""
    specifiers = list(requirement.specifier)
    if len(specifiers) != 1 or specifiers[0].operator not in {"==", "==="}:
        return None
    return normalized_version(specifiers[0].version)
