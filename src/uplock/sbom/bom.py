"""A whole document, before anybody spells it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from uplock.model.value import Value
from uplock.sbom.parts import Component, Contact, Organization, Property, Reference
from uplock.sbom.sections.values import Sections


class Bom(Value, frozen=True, kw_only=True):
    """One document. ``edges`` names every component at any depth, leaves with nothing."""

    timestamp: datetime
    generator: Component
    phase: Literal["pre-build", "build"] = "pre-build"
    root: Component
    authors: tuple[Contact, ...] = ()
    """Who answers for the document."""
    manufacturer: Organization | None = None
    """Who makes the project, and :attr:`supplier`, who delivers it."""
    supplier: Organization | None = None
    components: tuple[Component, ...]
    edges: dict[str, tuple[str, ...]]
    references: tuple[Reference, ...]
    properties: tuple[Property, ...]
    sections: Sections
