"""The truth files: which libraries of others are in a wheel, each with evidence that a tool can check again."""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

HERE = Path(__file__).parent
Linkage = Literal["bundled", "static"]
Kind = Literal["file", "line", "text", "wide-text", "symbol", "constant", "data", "document"]


@dataclass(frozen=True, kw_only=True)
class Library:
    """A library of somebody else in a wheel, as a person found it there."""

    project: str
    """As upstream calls it, in lower case."""
    version: str | None = None
    """`None` if nothing in the wheel proves one."""
    accept: tuple[str, ...] = ()
    """Other spellings of the version that are right as well; without a version, those that would be no error."""
    linkage: Linkage
    by: Kind
    """Where the evidence is: the name of the file, a line of `strings` or a part of one (in ASCII or UTF-16), a symbol
    that the file defines, a number in the code of a function or behind a symbol, or a part of a document."""
    member: str
    """The file, or the document, that holds the evidence."""
    evidence: str
    files: tuple[str, ...] = ()
    """All files that this library is, if it is bundled."""
    own: bool = False
    """It is the project of the wheel itself, which need not be found, and may be."""
    uncertain: str | None = None
    """Why the evidence does not decide; such an entry is counted apart, whether it is found or not."""

    @property
    def versions(self) -> tuple[str, ...]:
        return self.accept if self.version is None else (self.version, *self.accept)


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What is known of one wheel."""

    wheel: str
    sha256: str
    natives: int
    """How many native files it has, by their first bytes."""
    crates: int
    """How many Rust crates are certainly in it: by `.dep-v0`, or else by paths of sources in its binaries."""
    crates_named: int
    """How many its binaries or documents name in all: an upper bound, macros and build tools among them."""
    absent: dict[str, str]
    """Projects that look as if they were inside and are not, each with the reason."""
    libraries: tuple[Library, ...]


def parse(text: str) -> Truth:
    """Read a truth file; an unknown key or value is an error."""
    table = tomllib.loads(text)
    libraries = tuple(_library(entry) for entry in table.pop("library", []))
    return Truth(libraries=libraries, absent=table.pop("absent", {}), **table)


def _library(entry: dict[str, Any]) -> Library:
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}
    library = Library(**values)
    if library.linkage not in get_args(Linkage) or library.by not in get_args(Kind):
        raise ValueError(f"unknown linkage or kind of evidence: {entry}")
    return library


def dump(truth: Truth) -> str:
    """Write a truth file."""
    lines = [
        f"{name} = {as_toml(getattr(truth, name))}" for name in ("wheel", "sha256", "natives", "crates", "crates_named")
    ]
    if truth.absent:
        lines += ["", "[absent]", *(f"{project} = {as_toml(reason)}" for project, reason in truth.absent.items())]
    for library in truth.libraries:
        lines += ["", "[[library]]"]
        for field in fields(library):
            value = getattr(library, field.name)
            if value not in {None, (), False}:
                lines.append(f"{field.name} = {as_toml(value)}")
    return "\n".join(lines) + "\n"


def as_toml(value: str | int | tuple[str, ...]) -> str:
    """Write one value."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple):
        return f"[{', '.join(map(as_toml, value))}]"
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t") + '"'


def committed(folder: Path = HERE / "wheels") -> tuple[Truth, ...]:
    """Return all truth files of a folder, by the names of their wheels."""
    found = [parse(path.read_text("utf-8")) for path in sorted(folder.glob("*.toml"))]
    return tuple(sorted(found, key=lambda truth: truth.wheel))
