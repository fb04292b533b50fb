"""Reading requirement lines for one question: whether somebody asks for a package on a target."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.requirements import Requirement


def parsed(line: str) -> Requirement | None:
    """Return a requirement (PEP 508), or ``None`` for what is none."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(line)
    except InvalidRequirement:
        return None


def asks(line: str, name: str, environment: dict[str, str], extras: Iterable[str]) -> bool:
    """Whether a requirement is on ``name`` and may hold on the target, with any of the extras."""
    from packaging.utils import canonicalize_name

    requirement = parsed(line)
    if requirement is None or canonicalize_name(requirement.name) != name:
        return False
    marker = requirement.marker
    return marker is None or any(marker.evaluate({**environment, "extra": extra}) for extra in ("", *extras))
