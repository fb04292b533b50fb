"""One requirement (PEP 508): what can be locked by name and hash, in canonical form."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.requirements import Requirement


def canonical(text: object, place: str, defects: list[str]) -> str | None:
    """Return a requirement in canonical form; note a defect and return ``None`` if it is none that can be locked."""
    requirement = parse(text, place, defects)
    return None if requirement is None else render(requirement)


def parse(text: object, place: str, defects: list[str]) -> Requirement | None:
    """Parse a requirement (PEP 508); direct references are refused."""
    from packaging.requirements import InvalidRequirement, Requirement

    if not isinstance(text, str):
        defects.append(f"{place}: must be a string")
        return None
    try:
        requirement = Requirement(text)
    except InvalidRequirement as error:
        defects.append(f"{place}: {text[:80]!r} is not a requirement: {str(error).splitlines()[0]}")
        return None
    if requirement.url is not None:
        defects.append(f"{place}: {requirement.name} is asked for by URL, which no index hash can pin")
        return None
    return requirement


def render(requirement: Requirement) -> str:
    """Return a requirement in canonical form: normalized names, sorted extras and specifiers."""
    from packaging.utils import canonicalize_name

    extras = ",".join(sorted(canonicalize_name(extra) for extra in requirement.extras))
    name = canonicalize_name(requirement.name) + (f"[{extras}]" if extras else "")
    marker = f" ; {requirement.marker}" if requirement.marker is not None else ""
    return f"{name}{requirement.specifier}{marker}"
