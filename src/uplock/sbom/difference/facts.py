"""What is compared of a component: facts with their values, read tolerantly out of a foreign tree.

What has another type than the specification says is passed over: the schema objects to it, and that is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from uplock.model.sbom_diff_outcome import SbomFact
from uplock.sbom.checking.walk import Tree, items, members
from uplock.sbom.difference.purl import PackageUrl, folded_name, package_url
from uplock.sbom.vocabulary import END_OF_SUPPORT, Term

Facts = Mapping[SbomFact, tuple[str, ...]]

_PROPERTIES: Mapping[str, SbomFact] = {
    END_OF_SUPPORT: "end-of-support",
    Term.ATTESTATION.property_name: "attestation",
    Term.ATTESTATION_FAILURE.property_name: "attestation-failure",
    Term.ATTESTATION_PUBLISHER.property_name: "attested-by",
    Term.EXTERNAL.property_name: "external",
    Term.MARKER.property_name: "marker",
    Term.NATIVE_FLOOR.property_name: "symbol-floor",
    Term.NATIVE_GLIBC.property_name: "glibc",
    Term.REQUIREMENT.property_name: "requirement",
    Term.SONAME.property_name: "soname",
    Term.VERSION_RANGE.property_name: "range",
    Term.YANKED.property_name: "yanked",
}
_ORIGINS = ("download_url", "repository_url", "vcs_url")
"""Qualifiers that say where a package comes from, where that is not the registry of its type."""

_MAX_LABEL = 256
"""Characters of a name, and of a version, where a component is only mentioned."""

Said = tuple[SbomFact, str]


def facts_of(component: Tree, purl: PackageUrl | None, claims: Iterable[str]) -> Facts:
    """Return the facts, each with its values sorted and none twice; ``claims`` are those that name the component."""
    found: dict[SbomFact, set[str]] = {}
    for fact, value in _said(component, purl):
        found.setdefault(fact, set()).add(value)
    found["claim"] = set(claims)
    return {fact: tuple(sorted(values)) for fact, values in found.items() if values}


def _said(component: Tree, purl: PackageUrl | None) -> Iterator[Said]:
    yield "name", folded_name(name_of(component), "pypi" if purl and purl.package.startswith("pkg:pypi/") else "")
    yield "scope", text_of(component, "scope") or "required"
    yield "type", text_of(component, "type")
    if component.get("isExternal") is True:
        yield "external", "true"
    if value := text_of(component, "versionRange"):
        yield "range", value
    if value := text_of(members(component, "supplier"), "name"):
        yield "supplier", value
    if purl is not None:
        yield "package-url", purl.package
        if value := purl.qualifiers.get("file_name", ""):
            yield "file", value
        yield from (("origin", f"{each}={purl.qualifiers[each]}") for each in _ORIGINS if each in purl.qualifiers)
    for name, value in properties_of(component):
        if name in _PROPERTIES:
            yield _PROPERTIES[name], value
    yield from (("hash", each) for each in hashes_of(component))
    yield from _licenses(component)
    yield from _references(component)
    for _, each in items(None, members(component, "pedigree"), "ancestors"):
        yield "ancestor", label_of(each)


def _licenses(component: Tree) -> Iterator[Said]:
    """Yield licenses; until 1.5 nobody could say whether one is declared or concluded, and it counts as declared."""
    for _, choice in items(None, component, "licenses"):
        license_ = members(choice, "license")
        value = text_of(choice, "expression") or text_of(license_, "id") or text_of(license_, "name")
        concluded = "concluded" in (choice.get("acknowledgement"), license_.get("acknowledgement"))
        if value:
            yield "concluded-license" if concluded else "declared-license", value


def _references(component: Tree) -> Iterator[Said]:
    for _, reference in items(None, component, "externalReferences"):
        match reference.get("type"):
            case "distribution":
                yield from (("hash", each) for each in hashes_of(reference))
            case "attestation":
                digests = tuple(hashes_of(reference))
                yield "attestation-document", " ".join(digests) or text_of(reference, "url")


def hashes_of(tree: Tree) -> Iterator[str]:
    """Yield the digests of a component or a reference as ``SHA-256:HEX``."""
    for _, each in items(None, tree, "hashes"):
        algorithm, content = text_of(each, "alg"), text_of(each, "content")
        if algorithm and content:
            yield f"{algorithm}:{content.lower()}"


def properties_of(tree: Tree) -> Iterator[tuple[str, str]]:
    """Yield names and values of properties."""
    for _, each in items(None, tree, "properties"):
        yield text_of(each, "name"), text_of(each, "value")


def label_of(component: Tree) -> str:
    """Return a component in a word: its package with the version, else its name with it."""
    purl = package_url(component.get("purl"))
    version = version_of(component, purl)
    known = (purl.package if purl else name_of(component))[:_MAX_LABEL]
    return f"{known}@{version[:_MAX_LABEL]}" if version else known


def name_of(component: Tree) -> str:
    """Return the name, behind the group if there is one."""
    group, name = text_of(component, "group"), text_of(component, "name")
    return f"{group}/{name}" if group else name


def version_of(component: Tree, purl: PackageUrl | None) -> str | None:
    """Return the version, from the package URL if the component has none of its own."""
    return text_of(component, "version") or (purl.version if purl else "") or None


def text_of(tree: Mapping[str, Any], key: str) -> str:
    """Return the text at ``key``, empty if there is none."""
    value = tree.get(key)
    return value if isinstance(value, str) else ""
