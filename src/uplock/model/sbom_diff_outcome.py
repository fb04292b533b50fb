"""What ``uplock sbom diff`` answers: what one document says and another does not."""

from __future__ import annotations

from typing import Literal

from uplock.model.digest import Sha256
from uplock.model.value import Value

SbomChangeKind = Literal[
    "other-digest",
    "downgraded",
    "other-file",
    "other-version",
    "upgraded",
    "added",
    "removed",
    "changed",
    "rebuilt",
]
"""The first that applies, the gravest first.

``other-digest``: the same version and file, or no file is named, and digests of one algorithm without one in common.
``other-file``: the same version, and another file of it. ``other-version``: versions without an order. ``changed``: the
same version, and other facts about it, or other contents. ``rebuilt``: other digests of the same version inside a
package that is itself of another version or file.
"""

SbomFact = Literal[
    "name",
    "package-url",
    "origin",
    "type",
    "external",
    "range",
    "file",
    "hash",
    "declared-license",
    "concluded-license",
    "scope",
    "supplier",
    "requirement",
    "marker",
    "yanked",
    "attestation",
    "attestation-failure",
    "attested-by",
    "attestation-document",
    "claim",
    "glibc",
    "symbol-floor",
    "soname",
    "end-of-support",
    "ancestor",
]
"""What is compared of a component besides its version, in this order."""

SbomAlarm = Literal[
    "other-digest",
    "downgraded",
    "attestation-lost",
    "attestation-failed",
    "publisher-changed",
    "origin-changed",
    "yanked",
]
"""What somebody should look at first."""


class SbomFactChange(Value, frozen=True, kw_only=True):
    """A fact about a component that differs: all its values before and after, sorted; nothing where none is said."""

    fact: SbomFact
    before: tuple[str, ...]
    after: tuple[str, ...]


class SbomMetadataChange(Value, frozen=True, kw_only=True):
    """A fact about a document as a whole that differs. ``fact`` may be the name of a property of its metadata."""

    fact: str
    before: tuple[str, ...]
    after: tuple[str, ...]


class SbomComponentChange(Value, frozen=True, kw_only=True):
    """A component that differs. Of one that was added or removed, every fact stands on its one side."""

    kind: SbomChangeKind
    name: str
    """With its group. Where the documents call it differently, the first of both names in the order of characters."""
    package: str
    """Package URL without version and qualifiers; empty if it has none."""
    platform: bool
    """Whether it is of type ``platform``: an interpreter."""
    before: str | None
    """The version. ``None`` if the component has none, or is not there."""
    after: str | None
    major: bool = False
    """Whether the first number of the version, or its epoch, is another."""
    alarms: tuple[SbomAlarm, ...] = ()
    """Its own, not those of what is inside it."""
    facts: tuple[SbomFactChange, ...] = ()
    inside: tuple[SbomComponentChange, ...] = ()
    """What differs of the components inside it: native libraries, mostly."""


class SbomEdgeChange(Value, frozen=True, kw_only=True):
    """A dependency between components that both documents have; named as the document names them that has the edge."""

    kind: Literal["added", "removed"]
    source: str
    target: str


class SbomDiffSide(Value, frozen=True, kw_only=True):
    """One of the two documents."""

    file: str
    sha256: Sha256
    format: Literal["json", "xml"]
    spec_version: str
    components: int
    """At any depth, without the subject."""
    objections: int
    """Of the official schema. What is invalid is compared as far as it can be understood."""


class SbomDiffResult(Value, frozen=True, kw_only=True):
    """``uplock sbom diff A B``. ``equal``: nothing that is compared differs. Time, serial number and order are not."""

    before: SbomDiffSide
    after: SbomDiffSide
    equal: bool
    unchanged: int
    """Components at the top that are equal, with all that is inside them."""
    subject: SbomComponentChange | None = None
    """What the documents are about, if it differs."""
    metadata: tuple[SbomMetadataChange, ...] = ()
    components: tuple[SbomComponentChange, ...] = ()
    """Those at the top, sorted by name."""
    edges: tuple[SbomEdgeChange, ...] = ()
    not_compared: tuple[str, ...] = ()
    """Sections of a document that nothing was compared of."""
