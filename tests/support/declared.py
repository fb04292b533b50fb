"""Documents as real tools write them into wheels (PEP 770), small."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence

from uplock.inspect.declared import read_document
from uplock.model.native_sbom import DeclaredDocument

FOLDER = "demo-1.0.dist-info/sboms"
SPDX3_CONTEXT = "https://spdx.org/rdf/3.0.1/spdx-context.jsonld"

Raw = Mapping[str, object]


def encoded(document: object) -> bytes:
    """Return a document's bytes."""
    return json.dumps(document).encode()


def cyclonedx(*components: Raw, version: str = "1.5", about: Raw | None = None) -> dict[str, object]:
    """Return a CycloneDX document, about a subject if there is one."""
    made: dict[str, object] = {"bomFormat": "CycloneDX", "specVersion": version, "version": 1, "components": components}
    return made if about is None else made | {"metadata": {"component": about}}


def library(name: str, version: str | None = None, purl: str | None = None, **more: object) -> dict[str, object]:
    """Return a CycloneDX component."""
    told = {"type": "library", "name": name, "version": version, "purl": purl}
    return {key: value for key, value in told.items() if value is not None} | more


def auditwheel(*packages: tuple[str, str, str]) -> dict[str, object]:
    """Return what auditwheel writes of packages (file, name, version): itself among the components, one per file."""
    wheel = library("demo", "1.0", "pkg:pypi/demo@1.0?file_name=demo-1.0-py3-none-any.whl")
    wheel["bom-ref"] = wheel["purl"]
    grafted = []
    for file, name, version in packages:
        purl = f"pkg:rpm/almalinux/{name}@{version}"
        grafted.append(library(name, version, purl, **{"bom-ref": f"{purl}#{zlib.crc32(file.encode()):08x}"}))
    return cyclonedx(wheel, *grafted, version="1.4", about=wheel)


def crate(name: str, version: str, scope: str = "required") -> dict[str, object]:
    """Return a component as cargo-cyclonedx writes it."""
    ref = f"registry+https://github.com/rust-lang/crates.io-index#{name}@{version}"
    return library(name, version, f"pkg:cargo/{name}@{version}", scope=scope, **{"bom-ref": ref})


def spdx(
    packages: Iterable[Raw], relationships: Iterable[tuple[str, str, str]] = (), **more: object
) -> dict[str, object]:
    """Return an SPDX 2.3 document; relationships are triples in the order of the sentence that they make."""
    return {
        "spdxVersion": "SPDX-2.3",
        "SPDXID": "SPDXRef-DOCUMENT",
        "packages": list(packages),
        "relationships": [
            {"spdxElementId": begin, "relationshipType": kind, "relatedSpdxElement": end}
            for begin, kind, end in relationships
        ],
        **more,
    }


def spdx_package(ref: str, name: str, version: str | None = None, purl: str | None = None) -> dict[str, object]:
    """Return an SPDX 2.3 package."""
    made: dict[str, object] = {"SPDXID": ref, "name": name, "downloadLocation": "NOASSERTION"}
    if version is not None:
        made["versionInfo"] = version
    if purl is not None:
        made["externalRefs"] = [
            {"referenceCategory": "SECURITY", "referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:a:x"},
            {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl},
        ]
    return made


def spdx3(*elements: Raw) -> dict[str, object]:
    """Return an SPDX 3.0 document."""
    return {"@context": SPDX3_CONTEXT, "@graph": [{"type": "CreationInfo", "specVersion": "3.0.1"}, *elements]}


def read(document: object, name: str = "a.json") -> DeclaredDocument:
    """Return what is read of a document."""
    return read_document(f"{FOLDER}/{name}", encoded(document))


def audit_data(packages: Sequence[Raw]) -> bytes:
    """Return the content of ``.dep-v0`` as cargo-auditable writes it."""
    return zlib.compress(encoded({"packages": list(packages), "format": 1}), 9)
