"""One requirement (PEP 508): what can be locked by name and hash, in canonical form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from uplock.lockfile.reference import reference_defect

if TYPE_CHECKING:
    from packaging.requirements import Requirement

MAX_LENGTH = 4000
MAX_PARENTHESES = 50
"""Most parentheses of one requirement: parsers of markers go down one level for each."""

_FORBIDDEN = re.compile(r"\\|#|\$\{")
"""What means something else in a requirements file: continuation, comment, environment variable."""

_ARCHIVE = re.compile(r".*\.(?:whl|zip|tar|tgz|tbz|txz|tar\.(?:gz|bz2|xz|zst))", re.IGNORECASE)
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_UNKNOWABLE = re.compile(r"\b(?:extras?|dependency_groups)\b")


def canonical(text: object, place: str, defects: list[str]) -> str | None:
    """Return a requirement in canonical form; note a defect and return ``None`` if it is none that can be locked."""
    requirement = parse(text, place, defects)
    return None if requirement is None else render(requirement)


def canonical_lines(raw: object, place: str, defects: list[str]) -> list[str]:
    """Return an array of requirements in canonical form, without those that a defect was noted for."""
    if not isinstance(raw, list):
        defects.append(f"{place}: must be an array of requirements")
        return []
    found = (canonical(each, f"{place}[{at}]", defects) for at, each in enumerate(raw))
    return [line for line in found if line is not None]


def parse(text: object, place: str, defects: list[str]) -> Requirement | None:
    """Parse a requirement (PEP 508): by name, or by the URL of an archive with its SHA-256.

    Refused are version control, paths, URLs without a hash, and text that no line of a file can carry.
    """
    from packaging.requirements import InvalidRequirement, Requirement

    if not isinstance(text, str):
        defects.append(f"{place}: must be a string")
        return None
    if len(text) > MAX_LENGTH or not text.replace("\t", " ").isprintable():
        defects.append(f"{place}: a requirement is at most {MAX_LENGTH} printable characters")
        return None
    if text.count("(") > MAX_PARENTHESES:
        defects.append(f"{place}: more than {MAX_PARENTHESES} parentheses in one requirement")
        return None
    try:
        requirement = Requirement(text)
    except InvalidRequirement as error:
        defects.append(f"{place}: {_why_not(text, error)}")
        return None
    if (reason := _unlockable(text, requirement)) is not None:
        defects.append(f"{place}: {reason}")
        return None
    return requirement


def render(requirement: Requirement) -> str:
    """Return a requirement in canonical form: normalized names, sorted extras and specifiers."""
    from packaging.utils import canonicalize_name

    extras = ",".join(sorted({canonicalize_name(extra) for extra in requirement.extras}))
    name = canonicalize_name(requirement.name) + (f"[{extras}]" if extras else "")
    specifiers = ",".join(sorted(str(specifier) for specifier in requirement.specifier))
    marker = f" ; {requirement.marker}" if requirement.marker is not None else ""
    return f"{name}{specifiers}{marker}" if requirement.url is None else f"{name} @ {requirement.url}{marker}"


def _why_not(text: str, error: Exception) -> str:
    if "://" in text:
        if re.match(r"\s*(?:git|hg|svn|bzr)\+", text):
            return "version control, which no hash can pin: ask for a release, or for its archive by URL"
        return "a URL without a name: write NAME @ URL#sha256=DIGEST"  # not quoted: it may carry credentials
    return f"{text[:80]!r} is not a requirement: {str(error).splitlines()[0]}"


def _unlockable(text: str, requirement: Requirement) -> str | None:
    if requirement.url is not None:
        if (defect := reference_defect(requirement.name, requirement.url)) is not None:
            return f"{requirement.name} {defect}"
        text = text.replace(requirement.url, "")
    if _ARCHIVE.fullmatch(requirement.name):
        return f"{requirement.name} is a file, which no index hash can pin"
    if found := _FORBIDDEN.search(text):
        return f"{found[0]!r} is not allowed in a requirement"
    if requirement.marker is not None and _UNKNOWABLE.search(_QUOTED.sub("", str(requirement.marker))):
        return "a marker on extras or groups never holds here: put the requirement into the extra or group itself"
    return None
