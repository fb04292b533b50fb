"""The parts of a document, free of any library: what is said, not how CycloneDX spells it.

Everything here is already clean (:mod:`uplock.sbom.clean`): texts are bounded and printable, URLs hold no credentials.
:mod:`uplock.sbom.spelling` turns it into CycloneDX.
"""

from __future__ import annotations

from typing import Literal

from uplock.model.value import Value

ComponentType = Literal["application", "library", "platform"]
"""The CycloneDX component types that we use."""

Scope = Literal["required", "optional", "excluded"]
"""As CycloneDX defines it: ``excluded`` was used to build or test and is no part of what is delivered."""

Acknowledgement = Literal["declared", "concluded"]
"""``declared``: the authors of the component say so. ``concluded``: uplock made it of what they say."""

Specification = Literal["1.6", "1.7"]
"""The versions of CycloneDX that are written."""

ReferenceType = Literal[
    "attestation",
    "bom",
    "build-meta",
    "distribution",
    "documentation",
    "issue-tracker",
    "other",
    "release-notes",
    "source-distribution",
    "vcs",
    "website",
]
"""The CycloneDX types of external references that we use."""

Technique = Literal["binary-analysis", "dynamic-analysis", "filename", "manifest-analysis", "source-code-analysis"]
"""The CycloneDX techniques of analysis that we use."""


class Property(Value, frozen=True, kw_only=True):
    """A name of a registered namespace (``cdx:``) or of our own (:mod:`uplock.sbom.vocabulary`), with its value."""

    name: str
    value: str


class Hash(Value, frozen=True, kw_only=True):
    """A digest in lower-case hexadecimal digits."""

    algorithm: Literal["SHA-256", "SHA-512"]
    content: str


class Reference(Value, frozen=True, kw_only=True):
    """Something outside the document, by URL or by a reference relative to the document's own place."""

    type: ReferenceType
    url: str
    comment: str | None = None
    hashes: tuple[Hash, ...] = ()


class Contact(Value, frozen=True, kw_only=True):
    """A person or list. At least one of the two is there."""

    name: str | None = None
    email: str | None = None


class Organization(Value, frozen=True, kw_only=True):
    """Whoever supplies a component. A name, a URL or a contact is there."""

    name: str | None = None
    urls: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()


class SpdxId(Value, frozen=True, kw_only=True):
    """One license of the SPDX list."""

    id: str
    acknowledgement: Acknowledgement = "declared"


class SpdxExpression(Value, frozen=True, kw_only=True):
    """A valid SPDX license expression."""

    expression: str
    acknowledgement: Acknowledgement = "declared"


class NamedLicense(Value, frozen=True, kw_only=True):
    """A license in somebody's own words; ``text`` if they did not fit into a name."""

    name: str
    text: str | None = None
    acknowledgement: Acknowledgement = "declared"


License = SpdxId | SpdxExpression | NamedLicense


class Occurrence(Value, frozen=True, kw_only=True):
    """Where a component was found: a member of the wheel, by its path inside."""

    location: str
    context: str


class Method(Value, frozen=True, kw_only=True):
    """How an identity was concluded; ``confidence`` is a decimal number from 0 to 1, as text."""

    technique: Technique
    confidence: str
    value: str


class Identity(Value, frozen=True, kw_only=True):
    """What was concluded about a component, and how. ``confidence`` is that of the best method."""

    field: Literal["name", "version"]
    concluded: str
    confidence: str
    methods: tuple[Method, ...]


class Component(Value, frozen=True, kw_only=True):
    """One component. ``ref`` is unique within a document and the same in every document that says the same."""

    ref: str
    type: ComponentType
    name: str
    version: str | None = None
    version_range: str | None = None
    """In ``vers`` syntax; only for external components, and never beside ``version``."""
    external: bool = False
    """Not delivered with the project, but expected where it runs."""
    description: str | None = None
    purl: str | None = None
    cpe: str | None = None
    hashes: tuple[Hash, ...] = ()
    licenses: tuple[License, ...] = ()
    """Declared and concluded ones, at most one of them an expression."""
    scope: Scope | None = None
    supplier: Organization | None = None
    authors: tuple[Contact, ...] = ()
    references: tuple[Reference, ...] = ()
    properties: tuple[Property, ...] = ()
    identity: Identity | None = None
    occurrences: tuple[Occurrence, ...] = ()
    components: tuple[Component, ...] = ()
    """What it contains."""
    ancestor: Component | None = None
    """What was there before it."""
    ancestor_note: str | None = None
