"""A document that holds every point of the rubric, and for each point one change that loses it and no other."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache

from support.native import native_library, native_member
from support.sboms import Tree, component, components, make_sbom_subject, read, wheel, with_metadata
from support.subjects import NOTHING
from support.waivers import make_file
from uplock.model.about import About, Company, Person
from uplock.model.lock import Lock
from uplock.model.native import NativeProfile
from uplock.model.native_sbom import DeclaredComponent, DeclaredDocument
from uplock.model.results import ArtifactResults
from uplock.model.sbom_score_outcome import PointState
from uplock.model.value import changed
from uplock.model.waiver import WaiverScope
from uplock.sbom.reading.read import ReadBom
from uplock.sbom.score.point import Given, Twin
from uplock.sbom.score.rubric import score
from uplock.sbom.spelling.render import serial_of
from uplock.sbom.subject import SbomSubject
from uplock.sbom.validate import defects_of

CRYPTO = "crypto-50.0.2-cp311-abi3-manylinux_2_17_x86_64.whl"
PURE = "pure-1.2.3-py3-none-any.whl"
OTHER = "other-2.0-py3-none-any.whl"
BASELINE = "urn:cdx:6d1f1f3c-6a0e-4f4e-9a53-0a1b2c3d4e5f/1"
_SOURCE = "crypto-50.0.2.dist-info/sboms/sbom.json"
Change = Callable[[Tree], object]


def good_subject() -> SbomSubject:
    """Return a subject that says all that a document can say."""
    subject = make_sbom_subject(
        (wheel(CRYPTO, needs=("pure",)), _crypto()),
        (wheel(PURE, direct=False), _made(PURE)),
        (wheel(OTHER), _made(OTHER)),
    )
    return changed(
        subject,
        about=About(
            authors=(Person(name="The Shop", email="shop@example.org"),),
            supplier=Company(name="Example", url="https://example.org/"),
        ),
        waivers=(make_file(scope=WaiverScope(service="shop", purl="pkg:pypi/pure")),),
        baseline_bom=BASELINE,
    )


def _made(filename: str) -> ArtifactResults:
    return with_metadata(
        filename,
        license_expression="MIT OR Apache-2.0",
        maintainer_email="team@example.org",
        project_urls=(("Homepage", "https://project.example/"),),
    )


def _crypto() -> ArtifactResults:
    known = {"license": "Apache-2.0", "homepage": "https://library.example/", "supplier": "Example"}
    extension, grafted = "crypto/_rust.abi3.so", "crypto.libs/libz-1a2b.so.1"
    return changed(
        _made(CRYPTO),
        document="https://index.example/crypto.provenance",
        native=NativeProfile(
            members=(
                native_member(extension, abi="abi3", needed=("libc.so.6",), symbol_floors={"GLIBC": "2.17"}),
                native_member(grafted, role="library", soname="libz-1a2b.so.1", needed=("libgcc_s.so.1",)),
            ),
            libraries=(
                native_library("openssl", "4.0.3", paths=(extension,), cpe=_cpe("openssl", "4.0.3"), **known),
                native_library("blake3", "1.8.2", paths=(extension,), **known),
                native_library(
                    "zlib", "1.3.1", paths=(grafted,), linkage="bundled", cpe=_cpe("zlib", "1.3.1"), **known
                ),
            ),
            system=("libc.so.6", "libgcc_s.so.1"),
            glibc="2.17",
            glibc_claimed="2.17",
            declared=(
                DeclaredDocument(
                    path=_SOURCE,
                    sha256=NOTHING,
                    size=2,
                    components=(_declared("openssl", "4.0.3", "generic"), _declared("asn1", "0.24.1", "cargo")),
                ),
            ),
        ),
    )


def _cpe(name: str, version: str) -> str:
    return f"cpe:2.3:a:{name}:{name}:{version}:*:*:*:*:*:*:*"


def _declared(name: str, version: str, kind: str) -> DeclaredComponent:
    purl = f"pkg:{kind}/{name}@{version}"
    return DeclaredComponent(
        name=name, version=version, purl=purl, type="library", scope="required", source=_SOURCE, licenses=("MIT",)
    )


@cache
def _good() -> Tree:
    return read(good_subject())


def good_document() -> Tree:
    """Return the document of :func:`good_subject`, with what no builder can know of it: see :func:`amend`."""
    tree = copy.deepcopy(_good())
    amend(tree)
    seal(tree)
    return tree


def amend(tree: Tree) -> None:
    """Add what no builder can know: documents in wheels (PEP 770) say no address of who supplies a crate."""
    component(tree, "asn1")["supplier"] = {"name": "Example", "url": ["https://crate.example/"]}


def seal(tree: Tree) -> None:
    """Give a document the serial number of what it says."""
    tree["serialNumber"] = serial_of(tree)


def read_tree(tree: Tree) -> ReadBom:
    return ReadBom(format="json", spec_version=tree["specVersion"], tree=tree)


def good_lock() -> Lock:
    return good_subject().lock


def given_with(tree: Tree) -> Given:
    """Return all that decides the points of a document: its lock, its twin, its baseline and its signature."""
    bom = read_tree(tree)
    return Given(
        schema_defects=defects_of(bom, b"", schema_only=True).count,
        lock=good_lock(),
        lock_sha256=good_subject().pylock_sha256,
        twin=Twin(name="shop.cdx.xml", bom=changed(bom, format="xml", tree=copy.deepcopy(tree))),
        links=frozenset({BASELINE}),
        signature=True,
    )


def states(tree: Tree, given: Given) -> dict[int, PointState]:
    return {each.number: each.state for each in score(read_tree(tree), given)}


# --- one change for each point --------------------------------------------------------------------------------------


def _remove_property(part: Tree, name: str) -> None:
    part["properties"] = [each for each in part["properties"] if each["name"] != name]


def _set_property(part: Tree, name: str, value: str) -> None:
    (found,) = [each for each in part["properties"] if each["name"] == name]
    found["value"] = value


def _rename(tree: Tree, old: str, new: str) -> None:
    """Give a component another reference, wherever it is referred to."""

    def renamed(node: object) -> object:
        if isinstance(node, dict):
            return {key: renamed(each) if key != "purl" else each for key, each in node.items()}
        if isinstance(node, list):
            return [renamed(each) for each in node]
        return new if node == old else node

    for key, value in list(tree.items()):
        tree[key] = renamed(value)


def _node(tree: Tree, name: str) -> Tree:
    ref = component(tree, name)["bom-ref"]
    (found,) = [each for each in tree["dependencies"] if each["ref"] == ref]
    return found  # type: ignore[no-any-return]


def _cut_off(tree: Tree, name: str) -> None:
    """Remove every edge to a component."""
    ref = component(tree, name)["bom-ref"]
    for each in tree["dependencies"]:
        each["dependsOn"] = [other for other in each.get("dependsOn", []) if other != ref]


def _remove(tree: Tree, name: str) -> None:
    """Remove a component with its node and every edge to it, as if it had never been there."""
    tree["dependencies"].remove(_node(tree, name))
    _cut_off(tree, name)
    gone = component(tree, name)
    for holder in (tree, *components(tree["components"])):
        if gone in holder.get("components", []):
            holder["components"].remove(gone)


def _distribution(tree: Tree, kind: str = "distribution") -> Tree:
    (found,) = [each for each in component(tree, "crypto")["externalReferences"] if each["type"] == kind]
    return found  # type: ignore[no-any-return]


def _without(part: Tree, key: str, keep: Callable[[Tree], bool]) -> None:
    part[key] = [each for each in part[key] if keep(each)]


def _unsay(tree: Tree, ref: str) -> None:
    """Remove what is said of how complete the contents of a component are."""
    for each in tree["compositions"]:
        if "assemblies" in each:
            each["assemblies"] = [other for other in each["assemblies"] if other != ref]


def _unclaim(tree: Tree, name: str) -> None:
    """Remove what is claimed of the attestations of a file."""
    ref = f"claim:{component(tree, name)['bom-ref']}"
    declarations = tree["declarations"]
    _without(declarations, "claims", lambda each: each["bom-ref"] != ref)
    for attestation in declarations["attestations"]:
        for mapping in attestation["map"]:
            for key in {"claims", "counterClaims"} & mapping.keys():
                mapping[key] = [each for each in mapping[key] if each != ref]


def _exception(tree: Tree) -> Tree:
    (found,) = [each for each in tree["declarations"]["evidence"] if "expires" in each]
    return found  # type: ignore[no-any-return]


def _flip(hashes: list[Tree], algorithm: str) -> None:
    for each in hashes:
        if each["alg"] == algorithm:
            each["content"] = each["content"][::-1]


_SERVICE = {"name": "till", "data": [{"flow": "inbound", "classification": "cards", "name": "payments"}]}
"""Valid, and refused by the library: it does not know that such data has a name."""

CHANGES: dict[int, Change] = {
    1: lambda tree: tree["declarations"]["claims"][0].update(unknown=1),
    3: lambda tree: tree.pop("version"),
    4: lambda tree: tree["metadata"].update(timestamp="2026-11-23T12:00:00+01:00"),
    5: lambda tree: tree["metadata"]["tools"]["components"][0].pop("version"),
    6: lambda tree: tree["metadata"].pop("lifecycles"),
    7: lambda tree: tree["metadata"].pop("authors"),
    8: lambda tree: tree["metadata"]["component"].pop("purl"),
    9: lambda tree: tree["metadata"].pop("supplier"),
    11: lambda tree: component(tree, "libgcc").pop("versionRange"),
    12: lambda tree: component(tree, "asn1").update(purl="pkg:cargo/asn2@0.24.1"),
    13: lambda tree: component(tree, "pure").update(purl="pkg:pypi/pure@1.2.3"),
    14: lambda tree: _rename(tree, component(tree, "libgcc")["bom-ref"], "6d1f1f3c-6a0e-4f4e-9a53-0a1b2c3d4e5f"),
    15: lambda tree: _flip(component(tree, "pure")["hashes"], "SHA-256"),
    16: lambda tree: _without(_distribution(tree), "hashes", lambda each: each["alg"] != "SHA-512"),
    17: lambda tree: _distribution(tree).update(url="https://index.example/simple/crypto/"),
    18: lambda tree: component(tree, "pure").pop("supplier"),
    19: lambda tree: component(tree, "pure")["licenses"][0].pop("acknowledgement"),
    20: lambda tree: _remove_property(component(tree, "zlib"), "bsi:component:archive"),
    21: lambda tree: tree["dependencies"].remove(_node(tree, "other")),
    22: lambda tree: _cut_off(tree, "libgcc"),
    23: lambda tree: _node(tree, "other").update(dependsOn=[component(tree, "pure")["bom-ref"]]),
    24: lambda tree: _unsay(tree, component(tree, "crypto")["bom-ref"]),
    25: lambda tree: component(tree, "python").pop("isExternal"),
    26: lambda tree: _set_property(component(tree, "python"), "cdx:lifecycle:milestone:endOfSupport", "2026-11-22"),
    27: lambda tree: component(tree, "python").pop("pedigree"),
    28: lambda tree: component(tree, "crypto")["evidence"].pop("occurrences"),
    29: lambda tree: _remove(tree, "blake3"),
    30: lambda tree: _remove_property(component(tree, "libgcc"), "uplock:soname"),
    31: lambda tree: _remove(tree, "asn1"),
    32: lambda tree: _unclaim(tree, "pure"),
    33: lambda tree: _distribution(tree, "attestation").pop("hashes"),
    34: lambda tree: _exception(tree).pop("reviewer"),
    35: lambda tree: component(tree, "pure").pop("scope"),
    36: lambda tree: _flip(tree["externalReferences"][0]["hashes"], "SHA-256"),
    38: lambda tree: component(tree, "pure")["properties"].append({"name": "note", "value": "see file:///home/jane/x"}),
    39: lambda tree: component(tree, "openssl").pop("cpe"),
    40: lambda tree: tree.update(services=[_SERVICE]),
}
"""By number; 2, 10 and 37 are lost by what is given beside the document."""
