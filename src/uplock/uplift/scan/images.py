"""Container images by their references: which interpreter, distribution and managed runtime they stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from uplock.uplift.scan.versions import read_version

Implementation = Literal["cpython", "pypy", "graalpy"]

NO_VERSION = "names no version: what it runs on moves with the tag"
DIGEST_ONLY = "a digest alone names no version"

_CODENAMES = {
    "trixie": "debian-13",
    "bookworm": "debian-12",
    "bullseye": "debian-11",
    "buster": "debian-10",
    "stretch": "debian-9",
    "noble": "ubuntu-24.04",
    "jammy": "ubuntu-22.04",
    "focal": "ubuntu-20.04",
    "bionic": "ubuntu-18.04",
}
_DISTROLESS = {"13": "3.13", "12": "3.11", "11": "3.9", "10": "3.7"}
"""The interpreter of each Debian release, which ``distroless/python3-debianN`` carries."""

_UBI = re.compile(r"(?P<family>ubi|rhel|centos)(?P<release>\d+)")
_TAGGED = re.compile(r"(?:^|[-_.])(?:python|py)-?(?P<version>3\.\d{1,2})(?![\d])")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadImage:
    """What a reference says: exact minors, or nothing with a note."""

    minors: tuple[str, ...] | None
    """``None`` for a tag that names the major version alone: a range."""
    specifier: str | None = None
    base: str | None = None
    runtime: str | None = None
    implementation: Implementation = "cpython"
    note: str | None = None


def read_image(text: str) -> ReadImage | None:  # noqa: PLR0911 - one return for each kind of image
    """Return what a reference (``[registry/]name[:tag][@digest]``) says of Python; ``None`` if it is another's."""
    name, _, digest = text.strip().strip("\"'").partition("@")
    path, _, tag = name.rpartition(":") if ":" in name.rpartition("/")[2] else (name, "", "")
    parts = [part for part in path.lower().split("/") if part]
    if not parts:
        return None
    last, before = parts[-1], parts[-2] if len(parts) > 1 else ""
    if match := re.fullmatch(r"python3-debian(?P<release>\d+)", last):
        minor = _DISTROLESS.get(match["release"])
        found = ReadImage(minors=(minor,) if minor else (), base=f"debian-{match['release']}")
        return found if minor else _unknown(found)
    if (ubi := _UBI.fullmatch(before)) and (match := re.fullmatch(r"python-(?P<glued>\d{2,3})(?:-\w+)?", last)):
        return ReadImage(minors=read_version(match["glued"]), base=f"rhel-{ubi['release']}")
    if last == "python" and before == "lambda":
        minors = read_version(tag)
        return ReadImage(
            minors=minors, runtime=f"python{minors[0]}" if minors else None, note=_noted(minors, tag, digest)
        )
    if last in {"python", "python3"}:
        return _official(tag, digest, devcontainer=before == "devcontainers")
    if last == "pypy":
        minors = read_version(tag)
        return ReadImage(minors=minors, implementation="pypy", base=_base(tag), note=_noted(minors, tag, digest))
    if match := _TAGGED.search(tag):
        return ReadImage(minors=(match["version"],), base=_base(tag))
    return None


def _official(tag: str, digest: str, *, devcontainer: bool) -> ReadImage:
    """Return what the tag of an image that is called python says."""
    text = re.sub(r"^(?:dev-)?\d+-(?=3)", "", tag) if devcontainer else tag
    text = re.sub(r"^dev-", "", text)
    minors = read_version(text)
    if not minors and re.fullmatch(r"3(?:-.*)?", text):
        return ReadImage(minors=None, specifier=">=3,<4", base=_base(text))
    return ReadImage(minors=minors, base=_base(text), note=_noted(minors, tag, digest))


def _noted(minors: tuple[str, ...], tag: str, digest: str) -> str | None:
    if minors:
        return None
    return DIGEST_ONLY if digest and not tag else NO_VERSION


def _unknown(found: ReadImage) -> ReadImage:
    return ReadImage(minors=(), base=found.base, note=NO_VERSION)


def _base(tag: str) -> str | None:
    """Return the distribution that a tag ends with, by the names of the lifecycle table."""
    for part in tag.lower().split("-")[1:] or [tag.lower()]:
        if part in _CODENAMES:
            return _CODENAMES[part]
        if match := re.fullmatch(r"alpine(?P<line>\d+\.\d+)", part):
            return f"alpine-{match['line']}"
    return None
