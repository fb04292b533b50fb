"""What a wheel's own documents say it contains (PEP 770), what its binaries say, and where the two differ."""

from __future__ import annotations

from typing import Literal

from uplock.model.digest import Sha256
from uplock.model.value import Value

Scope = Literal["required", "optional", "excluded"]
"""As CycloneDX defines it: ``excluded`` was used while building or testing and is no part of the wheel."""


class DeclaredComponent(Value, frozen=True, kw_only=True):
    """One component that a document names. All texts are the document's own, cut at a bound: never trust them.

    Components that differ in nothing but their reference, licenses and supplier are one, with all the references:
    auditwheel writes one component per file that it grafts.
    """

    name: str
    version: str | None
    purl: str | None
    type: str
    """Of CycloneDX (``library``, ``application``, …), or the primary purpose of SPDX, in lower case."""
    scope: Scope
    source: str
    """Member of the wheel: the document."""
    refs: tuple[str, ...] = ()
    """``bom-ref`` (CycloneDX), ``SPDXID`` or ``spdxId``, in the document's order."""
    hashes: tuple[tuple[str, str], ...] = ()
    """Algorithm as the document spells it, and hexadecimal digits in lower case; sorted."""
    licenses: tuple[str, ...] = ()
    """SPDX identifiers, expressions and names, as the document says; of SPDX documents what was declared, else what
    was concluded."""
    supplier: str | None = None
    """Name of the organization or person that the document calls supplier, else manufacturer or author."""


class DeclaredDocument(Value, frozen=True, kw_only=True):
    """One file under ``.dist-info/sboms/``, read as far as it can be."""

    path: str
    """Member of the wheel."""
    size: int
    sha256: Sha256 | None
    """``None`` of a file that is over the bound: it was not inflated."""
    format: Literal["CycloneDX", "SPDX"] | None = None
    version: str | None = None
    """Of the format (``1.5``, ``2.3``)."""
    subject: DeclaredComponent | None = None
    """What the document is about: the wheel, a crate of it, or one library in it."""
    components: tuple[DeclaredComponent, ...] = ()
    """In the document's order, nested ones behind their holder, without the subject."""
    reason: str | None = None
    """Why the components are not known: the document is damaged, over a bound, or of a form that is not read."""


class Crate(Value, frozen=True, kw_only=True):
    """A Rust package that ``.dep-v0`` of a binary names (cargo-auditable)."""

    name: str
    version: str
    kind: Literal["runtime", "build"]
    """``build``: used by build scripts and procedural macros only, so not in the binary."""
    source: str = ""
    """``crates.io``, ``git``, ``local``, ``registry`` or what else the tool wrote."""


class Difference(Value, frozen=True, kw_only=True):
    """One contradiction between the documents of a wheel and its binaries.

    - ``missing``: in the binaries, with evidence, and no document names it;
    - ``over-claimed``: declared as part of the wheel, and nothing of it is there;
    - ``version``: declared and there, in versions that contradict each other;
    - ``wrong-platform``: declared as part of the wheel, and taken from the system instead.
    """

    kind: Literal["missing", "over-claimed", "version", "wrong-platform"]
    name: str
    """Project of the library table, or the name of a crate."""
    ecosystem: Literal["native", "cargo"] = "native"
    declared: tuple[str, ...] = ()
    """Versions that the documents tell, sorted."""
    observed: tuple[str, ...] = ()
    """Versions that the binaries prove, sorted."""
    documents: tuple[str, ...] = ()
    """Members of the wheel: documents that name it, sorted."""
    members: tuple[str, ...] = ()
    """Members of the wheel in which it was found, sorted."""
    detail: str
    """One sentence without a full stop."""
