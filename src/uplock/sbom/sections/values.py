"""What CycloneDX can say and cyclonedx-python-lib cannot hold: declarations, formulation, compositions.

Plain values, clean like all parts of a document (:mod:`uplock.sbom.parts`). References are ``bom-ref`` of the document,
unique within it and made from content alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from uplock.model.value import Value
from uplock.sbom.parts import Component, Contact, Hash, Organization, Property

Aggregate = Literal["complete", "incomplete", "unknown"]


class Composition(Value, frozen=True, kw_only=True):
    """How complete something is: the contents of ``assemblies``, the needs of ``dependencies`` (references)."""

    aggregate: Aggregate
    assemblies: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()


# --- declarations (CycloneDX attestations) --------------------------------------------------------------------------


class EvidenceData(Value, frozen=True, kw_only=True):
    """A text that is attached to evidence."""

    name: str
    content_type: str
    content: str


class Evidence(Value, frozen=True, kw_only=True):
    """What a claim rests on."""

    ref: str
    description: str
    created: datetime | None = None
    """UTC; from the evidence itself, never from the clock."""
    expires: datetime | None = None
    author: Contact | None = None
    reviewer: Contact | None = None
    data: tuple[EvidenceData, ...] = ()


class Claim(Value, frozen=True, kw_only=True):
    """One sentence about ``target``, with what speaks for it, against it, and what makes up for it."""

    ref: str
    target: str
    predicate: str
    reasoning: str | None = None
    evidence: tuple[str, ...] = ()
    counter_evidence: tuple[str, ...] = ()
    mitigations: tuple[str, ...] = ()


class Requirement(Value, frozen=True, kw_only=True):
    """One requirement of a :class:`Standard`."""

    ref: str
    identifier: str
    title: str
    text: str


class Standard(Value, frozen=True, kw_only=True):
    """What claims are mapped to."""

    ref: str
    name: str
    version: str
    description: str
    owner: str
    requirements: tuple[Requirement, ...]


class Assessor(Value, frozen=True, kw_only=True):
    """Who looked at the evidence."""

    ref: str
    third_party: bool
    organization: Organization


class Mapping(Value, frozen=True, kw_only=True):
    """The claims and counter-claims about one requirement.

    ``score`` is a decimal number from 0 to 1, as text; ``rationale`` says how it was found, and stands beside it only.
    """

    requirement: str
    claims: tuple[str, ...] = ()
    counter_claims: tuple[str, ...] = ()
    score: str | None = None
    rationale: str | None = None


class Attestation(Value, frozen=True, kw_only=True):
    """What one assessor says about the requirements."""

    summary: str
    assessor: str
    mappings: tuple[Mapping, ...]


class Declarations(Value, frozen=True, kw_only=True):
    """``declarations`` with the standards (``definitions``) that they speak of."""

    assessors: tuple[Assessor, ...]
    attestations: tuple[Attestation, ...]
    claims: tuple[Claim, ...]
    evidence: tuple[Evidence, ...]
    standards: tuple[Standard, ...]


# --- formulation ----------------------------------------------------------------------------------------------------

TaskType = Literal["build", "test", "scan", "other"]
"""The CycloneDX task types that we use."""


class Resource(Value, frozen=True, kw_only=True):
    """An input or output: a component by ``ref``, or something outside by ``url`` and digest. One of the two."""

    ref: str | None = None
    url: str | None = None
    hashes: tuple[Hash, ...] = ()
    comment: str | None = None
    type: Literal["bom", "build-meta", "other"] = "other"
    """Of the external reference."""


class Task(Value, frozen=True, kw_only=True):
    """One step. ``parameters`` are names and values that it was given; ``tools`` are references into the formula."""

    ref: str
    uid: str
    name: str
    description: str
    type: TaskType
    tools: tuple[str, ...] = ()
    inputs: tuple[Resource, ...] = ()
    parameters: tuple[Property, ...] = ()
    outputs: tuple[Resource, ...] = ()
    after: tuple[str, ...] = ()
    """References of the tasks that it needs."""


class Formula(Value, frozen=True, kw_only=True):
    """``formulation[0]``: one workflow with its tools."""

    ref: str
    tools: tuple[Component, ...]
    workflow_ref: str
    uid: str
    name: str
    description: str
    tasks: tuple[Task, ...]


class Sections(Value, frozen=True, kw_only=True):
    """All sections of one document that are grafted into it."""

    compositions: tuple[Composition, ...] = ()
    declarations: Declarations | None = None
    formula: Formula | None = None
