"""The parts of a document as CycloneDX JSON: plain trees, in one pass.

What a version of the format cannot say in fields of its own is said by properties of ours, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from uplock.sbom.parts import (
    Component,
    Contact,
    Hash,
    Identity,
    License,
    NamedLicense,
    Occurrence,
    Organization,
    Property,
    Reference,
    SpdxExpression,
    SpdxId,
    Specification,
)
from uplock.sbom.vocabulary import Term

Tree = dict[str, Any]


def component_tree(part: Component, spec: Specification) -> Tree:
    """Return a component with all that it contains; a field that says nothing is left out."""
    newest = spec == "1.7"
    licenses, others = _licenses(part.licenses)
    properties = part.properties if newest else (*part.properties, *_unsaid(part))
    tree: Tree = {
        "bom-ref": part.ref,
        "type": part.type,
        "name": part.name,
        "version": part.version,
        "versionRange": part.version_range if newest else None,
        "isExternal": True if part.external and newest else None,
        "scope": part.scope,
        "description": part.description,
        "purl": part.purl,
        "cpe": part.cpe,
        "hashes": [hash_tree(each) for each in part.hashes],
        "licenses": licenses,
        "supplier": None if part.supplier is None else organization_tree(part.supplier),
        "authors": [contact_tree(each) for each in part.authors],
        "externalReferences": [reference_tree(each) for each in part.references],
        "properties": [property_tree(each) for each in properties],
        "evidence": _evidence(part.identity, part.occurrences, others),
        "components": [component_tree(each, spec) for each in part.components],
        "pedigree": _pedigree(part, spec),
    }
    return said(tree)


def hash_tree(part: Hash) -> Tree:
    """Return a digest."""
    return {"alg": part.algorithm, "content": part.content}


def property_tree(part: Property) -> Tree:
    """Return a property."""
    return {"name": part.name, "value": part.value}


def contact_tree(part: Contact) -> Tree:
    """Return a person."""
    return said({"name": part.name, "email": part.email})


def organization_tree(part: Organization) -> Tree:
    """Return an organization."""
    contacts = [contact_tree(each) for each in part.contacts]
    return said({"name": part.name, "url": list(part.urls), "contact": contacts})


def reference_tree(part: Reference) -> Tree:
    """Return an external reference."""
    hashes = [hash_tree(each) for each in part.hashes]
    return said({"type": part.type, "url": part.url, "comment": part.comment, "hashes": hashes})


def _licenses(licenses: tuple[License, ...]) -> tuple[list[Tree], list[Tree]]:
    """Return the licenses of a component, and those that must stand with its evidence.

    1.6 wants an expression alone, and cyclonedx-python-lib refuses to load 1.7 documents where it is not. So does
    evidence: an expression more than there may be is given by name.
    """
    trees = [license_tree(each) for each in licenses]
    first = next((tree for tree in trees if "expression" in tree), None)
    if first is None:
        return trees, []
    return [first], [_by_name(tree) for tree in trees if tree != first]


def _by_name(tree: Tree) -> Tree:
    if "license" in tree:
        return tree
    return {"license": {"name": tree["expression"], "acknowledgement": tree["acknowledgement"]}}


def license_tree(part: License) -> Tree:
    """Return a license, as one of the two forms that a list of licenses can hold."""
    match part:
        case SpdxExpression(expression=expression, acknowledgement=acknowledged):
            return {"expression": expression, "acknowledgement": acknowledged}
        case SpdxId(id=identifier, acknowledgement=acknowledged):
            return {"license": {"id": identifier, "acknowledgement": acknowledged}}
        case NamedLicense(name=name, text=text, acknowledgement=acknowledged):
            attached = None if text is None else {"content": text, "contentType": "text/plain"}
            return {"license": said({"name": name, "text": attached, "acknowledgement": acknowledged})}


def _unsaid(part: Component) -> Iterator[Property]:
    """Yield what 1.6 has no field for."""
    if part.external:
        yield Term.EXTERNAL.of("true")
    if part.version_range is not None:
        yield Term.VERSION_RANGE.of(part.version_range)


def _pedigree(part: Component, spec: Specification) -> Tree | None:
    if part.ancestor is None:
        return None
    return said({"ancestors": [component_tree(part.ancestor, spec)], "notes": part.ancestor_note})


def _evidence(identity: Identity | None, occurrences: tuple[Occurrence, ...], licenses: list[Tree]) -> Tree:
    return said(
        {
            "identity": [] if identity is None else [_identity(identity)],
            "occurrences": [{"location": each.location, "additionalContext": each.context} for each in occurrences],
            "licenses": licenses,
        }
    )


def _identity(part: Identity) -> Tree:
    return {
        "field": part.field,
        "confidence": float(part.confidence),
        "concludedValue": part.concluded,
        "methods": [
            {"technique": each.technique, "confidence": float(each.confidence), "value": each.value}
            for each in part.methods
        ],
    }


def said(tree: Tree) -> Tree:
    """Return a tree without the members that say nothing."""
    return {name: value for name, value in tree.items() if value is not None and value not in ([], {})}
