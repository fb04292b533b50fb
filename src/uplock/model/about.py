"""What a project says of itself: who makes and delivers it, and which of its requirements asks for what."""

from __future__ import annotations

from typing import Literal

from uplock.model.value import Value


class Person(Value, frozen=True, kw_only=True):
    """A person, team or list. At least one of the two is there."""

    name: str | None = None
    email: str | None = None


class Company(Value, frozen=True, kw_only=True):
    """An organisation, with the ways to reach it."""

    name: str
    url: str | None = None
    email: str | None = None


class About(Value, frozen=True, kw_only=True):
    """What SBOMs say of the project, from ``[project]`` (PEP 621) and ``[tool.uplock.sbom]``; texts as written."""

    description: str | None = None
    license: str | None = None
    """SPDX expression of ``project.license`` (PEP 639)."""
    authors: tuple[Person, ...] = ()
    urls: tuple[tuple[str, str], ...] = ()
    """Labels and addresses of ``project.urls``."""
    purl: str | None = None
    """Package URL of the project, where the configuration names one."""
    manufacturer: Company | None = None
    supplier: Company | None = None


Origin = Literal["project", "extra", "group"]


class Asked(Value, frozen=True, kw_only=True):
    """One requirement of the project, and where it stands: its dependencies, an extra of it, a dependency group."""

    requirement: str
    """PEP 508, canonical."""
    origin: Origin
    name: str = ""
    """Of the extra or group."""
