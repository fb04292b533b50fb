"""The document as CycloneDX: the only door to cyclonedx-python-lib and to what it bundles.

The library's model checks and spells what it knows. What it cannot hold (``versionRange``, ``compositions``) is added
to its JSON; order is ours, so that no set of the library shows in the bytes.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from uplock.model.digest import digest_of
from uplock.model.value import decode_json, encode, encode_pretty
from uplock.sbom.bom import Bom
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

if TYPE_CHECKING:
    from cyclonedx import model
    from cyclonedx.model import bom, component, component_evidence, contact, dependency
    from cyclonedx.model import license as cyclonedx_license

SPEC_VERSION = "1.7"

_SERIALS = uuid.UUID("6f0a3d1e-7f0b-5c55-9a43-1d6b3c6a5b0e")
"""Namespace (RFC 9562, UUIDv5) of our serial numbers; their names are digests of documents."""

_IDENTIFYING = ("bom-ref", "ref", "location", "name")
"""The fields that put the items of an array in order, the first that is there."""


def render(document: Bom, *, spec: Specification = "1.7", form: Literal["json", "xml"] = "json") -> bytes:
    """Return CycloneDX 1.7 JSON, sorted throughout, with a serial number that is made from the content."""
    from cyclonedx.output import make_outputter
    from cyclonedx.schema import OutputFormat, SchemaVersion

    spelled = make_outputter(
        _bom(document), OutputFormat[form.upper()], SchemaVersion.from_version(spec)
    ).output_as_string()
    tree = decode_json(spelled)
    _add_ranges(tree["components"], {each.ref: each.version_range for each in document.components})
    tree["compositions"] = [
        {"aggregate": each.aggregate}
        | ({"assemblies": list(each.assemblies)} if each.assemblies else {})
        | ({"dependencies": list(each.dependencies)} if each.dependencies else {})
        for each in document.sections.compositions
    ]
    del tree["serialNumber"]
    tree = _sorted(tree)
    tree["serialNumber"] = uuid.uuid5(_SERIALS, digest_of(tree)).urn
    return encode_pretty(tree)


def is_spdx_id(text: str) -> bool:
    """Whether ``text`` is an identifier of the SPDX license list."""
    from cyclonedx.spdx import is_supported_id

    return is_supported_id(text)


def is_spdx_expression(text: str) -> bool:
    """Whether ``text`` is a license expression over identifiers of the SPDX license list."""
    from cyclonedx.spdx import is_expression

    return is_expression(text)


def official_schemas() -> tuple[Path, ...]:
    """Return the files of the official JSON schema of our version: the schema itself, then what it refers to."""
    from cyclonedx.schema import SchemaVersion, _res

    bom_schema = _res.BOM_JSON[SchemaVersion.V1_7]
    return tuple(Path(each) for each in (bom_schema, _res.SPDX_JSON, _res.JSF, _res.CRYPTOGRAPHY_DEFS) if each)


def _bom(document: Bom) -> bom.Bom:
    from cyclonedx.model.bom import Bom as CycloneDxBom
    from cyclonedx.model.bom import BomMetaData
    from cyclonedx.model.lifecycle import LifecyclePhase, PredefinedLifecycle
    from cyclonedx.model.tool import ToolRepository

    return CycloneDxBom(
        serial_number=_SERIALS,  # replaced by that of the content; without one the library draws a random number
        metadata=BomMetaData(
            timestamp=document.timestamp,
            tools=ToolRepository(components=[_component(document.generator)]),
            component=_component(document.root),
            authors=[_contact(each) for each in document.authors],
            manufacturer=None if document.manufacturer is None else _organization(document.manufacturer),
            supplier=None if document.supplier is None else _organization(document.supplier),
            lifecycles=[PredefinedLifecycle(phase=LifecyclePhase.PRE_BUILD)],
            properties=_properties(document.properties),
        ),
        components=[_component(each) for each in document.components],
        external_references=[_reference(each) for each in document.references],
        dependencies=_dependencies(document),
    )


def _dependencies(document: Bom) -> Iterator[dependency.Dependency]:
    from cyclonedx.model.bom_ref import BomRef
    from cyclonedx.model.dependency import Dependency

    for ref, needs in document.edges.items():
        yield Dependency(ref=BomRef(ref), dependencies=[Dependency(ref=BomRef(each)) for each in needs])


def _component(part: Component) -> component.Component:
    from cyclonedx.model.component import Component as CycloneDxComponent
    from cyclonedx.model.component import ComponentScope, ComponentType, Pedigree
    from packageurl import PackageURL

    pedigree = None
    if part.ancestor is not None:
        pedigree = Pedigree(ancestors=[_component(part.ancestor)], notes=part.ancestor_note)
    return CycloneDxComponent(
        bom_ref=part.ref,
        type=ComponentType(part.type),
        name=part.name,
        version=part.version,
        is_external=part.external or None,
        scope=None if part.scope is None else ComponentScope(part.scope),
        description=part.description,
        purl=None if part.purl is None else PackageURL.from_string(part.purl),
        cpe=part.cpe,
        hashes=_hashes(part.hashes),
        licenses=[_license(each) for each in part.licenses],
        supplier=None if part.supplier is None else _organization(part.supplier),
        authors=[_contact(each) for each in part.authors],
        external_references=[_reference(each) for each in part.references],
        properties=_properties(part.properties),
        evidence=_evidence(part.identity, part.occurrences),
        components=[_component(each) for each in part.components],
        pedigree=pedigree,
    )


def _license(part: License) -> cyclonedx_license.License:
    from cyclonedx.model import AttachedText
    from cyclonedx.model.license import DisjunctiveLicense, LicenseAcknowledgement, LicenseExpression

    acknowledged = LicenseAcknowledgement(part.acknowledgement)
    match part:
        case SpdxId(id=identifier):
            return DisjunctiveLicense(id=identifier, acknowledgement=acknowledged)
        case SpdxExpression(expression=expression):
            return LicenseExpression(expression, acknowledgement=acknowledged)
        case NamedLicense(name=name, text=text):
            attached = None if text is None else AttachedText(content=text)
            return DisjunctiveLicense(name=name, text=attached, acknowledgement=acknowledged)


def _organization(part: Organization) -> contact.OrganizationalEntity:
    from cyclonedx.model import XsUri
    from cyclonedx.model.contact import OrganizationalEntity

    return OrganizationalEntity(
        name=part.name, urls=[XsUri(each) for each in part.urls], contacts=[_contact(each) for each in part.contacts]
    )


def _contact(part: Contact) -> contact.OrganizationalContact:
    from cyclonedx.model.contact import OrganizationalContact

    return OrganizationalContact(name=part.name, email=part.email)


def _reference(part: Reference) -> model.ExternalReference:
    from cyclonedx.model import ExternalReference, ExternalReferenceType, XsUri

    return ExternalReference(
        type=ExternalReferenceType(part.type), url=XsUri(part.url), comment=part.comment, hashes=_hashes(part.hashes)
    )


def _hashes(parts: Iterable[Hash]) -> Iterator[model.HashType]:
    from cyclonedx.model import HashAlgorithm, HashType

    for each in parts:
        yield HashType(alg=HashAlgorithm(each.algorithm), content=each.content)


def _properties(parts: Iterable[Property]) -> Iterator[model.Property]:
    from cyclonedx.model import Property as CycloneDxProperty

    for each in parts:
        yield CycloneDxProperty(name=each.name, value=each.value)


def _evidence(
    identity: Identity | None, occurrences: Iterable[Occurrence]
) -> component_evidence.ComponentEvidence | None:
    from cyclonedx.model.component_evidence import ComponentEvidence
    from cyclonedx.model.component_evidence import Occurrence as CycloneDxOccurrence

    found = [CycloneDxOccurrence(location=each.location, additional_context=each.context) for each in occurrences]
    if identity is None and not found:
        return None
    return ComponentEvidence(identity=[] if identity is None else [_identity(identity)], occurrences=found)


def _identity(part: Identity) -> component_evidence.Identity:
    from cyclonedx.model.component_evidence import AnalysisTechnique, IdentityField, Method
    from cyclonedx.model.component_evidence import Identity as CycloneDxIdentity

    return CycloneDxIdentity(
        field=IdentityField(part.field),
        confidence=Decimal(part.confidence),
        concluded_value=part.concluded,
        methods=[
            Method(technique=AnalysisTechnique(each.technique), confidence=Decimal(each.confidence), value=each.value)
            for each in part.methods
        ],
    )


def _add_ranges(components: Iterable[dict[str, Any]], ranges: dict[str, str | None]) -> None:
    for each in components:
        if (accepted := ranges[each["bom-ref"]]) is not None:
            each["versionRange"] = accepted


def _sorted(tree: Any) -> Any:
    """Return a JSON tree with every array in a fixed order: all arrays here are sets."""
    match tree:
        case dict():
            return {name: _sorted(value) for name, value in tree.items()}
        case list():
            return sorted(map(_sorted, tree), key=_place)
        case _:
            return tree


def _place(item: Any) -> tuple[str, bytes]:
    """Return what puts an item into its order: what identifies it, if anything does, then its canonical form."""
    names = item if isinstance(item, dict) else {}
    return next((names[name] for name in _IDENTIFYING if name in names), ""), encode(item)
