"""One component of a document, ready to be compared: without its ``bom-ref``, which is each tool's own business."""

from __future__ import annotations

from collections.abc import Mapping

from uplock.model.digest import Sha256, digest_of
from uplock.model.value import Value
from uplock.sbom.checking.walk import Tree, items
from uplock.sbom.difference.facts import Facts, facts_of, label_of, name_of, text_of, version_of
from uplock.sbom.difference.purl import package_url

Claims = Mapping[str, tuple[str, ...]]
"""What is claimed, by the ``bom-ref`` that it is claimed of."""


class Part(Value, frozen=True, kw_only=True):
    """A component with what is inside it. Two of one digest say the same."""

    ref: str
    """Only to follow references within its own document."""
    name: str
    """With its group."""
    label: str
    package: str
    """Package URL without version and qualifiers; empty if there is none."""
    named: tuple[str, str, str]
    """Type, group and name, folded."""
    version: str | None
    facts: Facts
    parts: tuple[Part, ...]
    digest: Sha256

    @property
    def is_platform(self) -> bool:
        """Whether it is an interpreter, say, or an operating system."""
        return self.named[0] == "platform"


def part_of(component: Tree, claims: Claims) -> Part:
    """Return a component for comparing. Readers bound how deep components nest, and so this recursion."""
    purl = package_url(component.get("purl"))
    ref, name, group = (text_of(component, key) for key in ("bom-ref", "name", "group"))
    version = version_of(component, purl)
    facts = facts_of(component, purl, claims.get(ref, ()))
    parts = tuple(part_of(each, claims) for _, each in items(None, component, "components"))
    package = purl.package if purl else ""
    named = (text_of(component, "type"), group.lower(), name.lower())
    identity = package or named
    return Part(
        ref=ref,
        name=name_of(component),
        label=label_of(component),
        package=package,
        named=named,
        version=version,
        facts=facts,
        parts=parts,
        digest=digest_of((identity, version, facts, sorted(each.digest for each in parts))),
    )
