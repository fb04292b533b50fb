from __future__ import annotations

from collections.abc import Callable

import pytest

from support.sboms import Tree, component, read, shop_subject
from uplock.sbom.lint import lint_document


def node(tree: Tree, ref: str) -> Tree:
    (found,) = [each for each in tree["dependencies"] if each["ref"] == ref]
    assert isinstance(found, dict)
    return found


def first(tree: Tree, name: str, kind: str) -> Tree:
    (found,) = [each for each in component(tree, name)["externalReferences"] if each["type"] == kind]
    assert isinstance(found, dict)
    return found


PURE = "pkg:pypi/pure@1.2.3?file_name=pure-1.2.3-py3-none-any.whl"
DEFECTS: dict[str, tuple[Callable[[Tree], object], str]] = {
    "two components share a reference": (
        lambda tree: component(tree, "gpu").update({"bom-ref": PURE}),
        f".bom-ref: {PURE} is the bom-ref of components[",
    ),
    "a component shares the reference of a tool": (
        lambda tree: tree["metadata"]["tools"]["components"][0].update({"bom-ref": "project:shop"}),
        "metadata.tools.components[0].bom-ref: project:shop is the bom-ref of metadata.component as well",
    ),
    "a component has no reference": (
        lambda tree: component(tree, "glibc").pop("bom-ref"),
        "]: glibc has no bom-ref",
    ),
    "an edge leads nowhere": (
        lambda tree: node(tree, "project:shop")["dependsOn"].append("nowhere"),
        "]: nowhere is the bom-ref of nothing",
    ),
    "a node is no component": (
        lambda tree: tree["dependencies"].append({"ref": "nowhere"}),
        ".ref: nowhere is the bom-ref of nothing",
    ),
    "a node stands twice": (
        lambda tree: tree["dependencies"].append({"ref": PURE}),
        f"]: {PURE} has a node already",
    ),
    "a component has no node": (
        lambda tree: tree["dependencies"].remove(node(tree, PURE)),
        f"]: {PURE} has no node in dependencies",
    ),
    "a nested component has no node": (
        lambda tree: tree["dependencies"].remove(node(tree, component(tree, "openssl")["bom-ref"])),
        "#openssl@4.0.3 has no node in dependencies",
    ),
    "a component is out of reach": (
        lambda tree: node(tree, "project:shop")["dependsOn"].remove("pkg:generic/python@3.12.16"),
        "]: pkg:generic/python@3.12.16 is out of the reach of project:shop",
    ),
    "nothing is the project": (
        lambda tree: tree["metadata"].pop("component"),
        "metadata.component: there is none with a bom-ref",
    ),
    "a composition leads nowhere": (
        lambda tree: tree["compositions"].append({"aggregate": "complete", "assemblies": ["nowhere"]}),
        ".assemblies[0]: nowhere is the bom-ref of nothing",
    ),
    "a package URL has another name": (
        lambda tree: component(tree, "pure").update(name="impure"),
        f".purl: {PURE} has another name than the component, impure",
    ),
    "a package URL has another version": (
        lambda tree: component(tree, "pure").update(version="1.2.4"),
        f".purl: {PURE} has another version than the component, 1.2.4",
    ),
    "a package URL has no version though the component has": (
        lambda tree: component(tree, "pure").update(purl="pkg:pypi/pure"),
        ".purl: pkg:pypi/pure has another version than the component, 1.2.3",
    ),
    "a package URL is none": (
        lambda tree: component(tree, "pure").update(purl="pure@1.2.3"),
        ".purl: pure@1.2.3 is no package URL",
    ),
    "a URL is a file of some machine": (
        lambda tree: first(tree, "pure", "distribution").update(url="file:///home/me/pure.whl"),
        "names a place on one machine",
    ),
    "a URL is an absolute path": (
        lambda tree: first(tree, "pure", "distribution").update(url="/home/me/pure.whl"),
        "names a place on one machine",
    ),
    "a URL carries a user": (
        lambda tree: first(tree, "pure", "distribution").update(url="https://me:secret@index.example/pure.whl"),
        "may carry a credential",
    ),
    "a URL carries a token": (
        lambda tree: first(tree, "pure", "distribution").update(url="https://index.example/pure.whl?token=x"),
        "may carry a credential",
    ),
    "a supplier's URL carries a user": (
        lambda tree: component(tree, "pure")["supplier"].update(url=["https://me@index.example/"]),
        ".supplier.url[0]: may carry a credential",
    ),
    "an occurrence is an absolute path": (
        lambda tree: component(tree, "openssl")["evidence"]["occurrences"][0].update(location="C:\\x.so"),
        ".evidence.occurrences[0].location: names a place on one machine",
    ),
    "a package URL was fetched from a file": (
        lambda tree: component(tree, "pure").update(
            purl="pkg:pypi/pure@1.2.3?download_url=file%3A%2F%2F%2Fhome%2Fme%2Fpure.whl"
        ),
        ".purl: names a place on one machine",
    ),
    "a package URL was fetched with a password": (
        lambda tree: component(tree, "pure").update(
            purl="pkg:pypi/pure@1.2.3?vcs_url=git%2Bhttps%3A%2F%2Fme%3Asecret%40index.example%2Fpure"
        ),
        ".purl: may carry a credential",
    ),
    "a property is a file of some machine": (
        lambda tree: tree["metadata"]["properties"].append({"name": "x", "value": "made from file:///home/me"}),
        "].value: names a place on one machine",
    ),
    "a claim is about nothing": (
        lambda tree: tree["declarations"]["claims"][0].update(target="nowhere"),
        "declarations.claims[0].target: nowhere is the bom-ref of nothing",
    ),
    "a claim rests on nothing": (
        lambda tree: tree["declarations"]["claims"][0].update(evidence=["nowhere"]),
        "declarations.claims[0].evidence[0]: nowhere is the bom-ref of nothing",
    ),
    "a claim rests on evidence of no time": (
        lambda tree: tree["declarations"]["evidence"][0].pop("created"),
        "declarations.evidence[0]: is what a claim rests on, without the time",
    ),
    "an attestation is by nobody": (
        lambda tree: tree["declarations"]["attestations"][0].update(assessor="nowhere"),
        "declarations.attestations[0].assessor: nowhere is the bom-ref of nothing",
    ),
    "an attestation speaks of no requirement": (
        lambda tree: tree["declarations"]["attestations"][0]["map"][0].update(requirement="nowhere"),
        "].map[0].requirement: nowhere is the bom-ref of nothing",
    ),
    "a step uses a tool that is not there": (
        lambda tree: tree["formulation"][0]["workflows"][0]["tasks"][0].update(resourceReferences=[{"ref": "nowhere"}]),
        ".resourceReferences[0].ref: nowhere is the bom-ref of nothing",
    ),
    "an annotation is about nothing": (
        lambda tree: tree.update(annotations=[{"subjects": ["nowhere"], "text": "x"}]),
        "annotations[0].subjects[0]: nowhere is the bom-ref of nothing",
    ),
    "a vulnerability affects nothing": (
        lambda tree: tree.update(vulnerabilities=[{"affects": [{"ref": "nowhere"}]}]),
        "vulnerabilities[0].affects[0].ref: nowhere is the bom-ref of nothing",
    ),
    "something is provided that is not there": (
        lambda tree: node(tree, "project:shop").update(provides=["nowhere"]),
        ".provides[0]: nowhere is the bom-ref of nothing",
    ),
    "a link into the document itself leads nowhere": (
        lambda tree: first(tree, "pure", "distribution").update(
            url=f"urn:cdx:{tree['serialNumber'].removeprefix('urn:uuid:')}/1#nowhere"
        ),
        "/1#nowhere is the bom-ref of nothing",
    ),
    "there are no dependencies": (
        lambda tree: tree.pop("dependencies"),
        "dependencies: there are none",
    ),
    "something that is delivered has a range of versions": (
        lambda tree: component(tree, "glibc").pop("isExternal"),
        ".versionRange: stands at a component that is not external",
    ),
    "a range of versions stands beside a version": (
        lambda tree: component(tree, "glibc").update(version="2.28"),
        ".versionRange: stands beside a version",
    ),
    "a reference is a path of some machine": (
        lambda tree: tree["metadata"]["tools"]["components"][0].update({"bom-ref": "/usr/bin/uplock"}),
        "metadata.tools.components[0].bom-ref: names a place on one machine",
    ),
}


def test_a_document_that_we_built_has_no_defect() -> None:
    assert list(lint_document(read(shop_subject()))) == []


@pytest.mark.parametrize("defect", DEFECTS)
def test_every_defect_is_found(defect: str) -> None:
    break_it, message = DEFECTS[defect]
    tree = read(shop_subject())
    break_it(tree)
    found = list(lint_document(tree))
    assert any(message in each for each in found), found


def test_a_document_of_nothing_has_no_defect() -> None:
    assert list(lint_document({"bomFormat": "CycloneDX"})) == []


def test_names_of_python_packages_are_compared_normalized() -> None:
    tree = read(shop_subject())
    component(tree, "pure").update(name="Pure")
    assert list(lint_document(tree)) == []


def test_a_member_path_may_hold_what_would_be_a_credential_in_a_url() -> None:
    tree = read(shop_subject())
    component(tree, "openssl")["evidence"]["occurrences"][0].update(location="x?token=1")
    assert list(lint_document(tree)) == []


@pytest.mark.parametrize(
    ("named", "purl"),
    [
        ({"name": "name", "group": "@scope", "version": "1"}, "pkg:npm/%40scope/name@1"),
        ({"name": "@scope/name", "version": "1"}, "pkg:npm/%40scope/name@1"),
        ({"name": "lib", "group": "org.example", "version": "1"}, "pkg:maven/org.example/lib@1?type=jar"),
        ({"name": "org.example:lib", "version": "1"}, "pkg:maven/org.example/lib@1"),
        ({"name": "github.com/team/lib", "version": "v1.2.0"}, "pkg:golang/github.com/team/lib@1.2.0"),
        ({"name": "bash", "version": "1:5.2"}, "pkg:rpm/fedora/bash@5.2?epoch=1&arch=x86_64"),
        ({"name": "Team/Lib", "version": "1+2"}, "pkg:github/team/lib@1%2B2"),
        ({"name": "curl"}, "pkg:generic/curl"),
        ({"name": "libfoo", "version": "1"}, "pkg:deb/debian/libfoo@1?vcs_url=git%2Bssh%3A%2F%2Fgit%40example.org%2Fx"),
    ],
)
def test_other_producers_split_names_in_their_own_ways(named: Tree, purl: str) -> None:
    assert list(lint_document(alone({"type": "library", "purl": purl, **named}))) == []


@pytest.mark.parametrize(
    ("named", "purl", "message"),
    [
        ({"name": "name", "group": "@other", "version": "1"}, "pkg:npm/%40scope/name@1", "another namespace"),
        ({"name": "scope", "version": "1"}, "pkg:npm/%40scope/name@1", "another name"),
        ({"name": "bash", "version": "2:5.2"}, "pkg:rpm/bash@5.2?epoch=1", "another version"),
    ],
)
def test_a_contradiction_is_found_whoever_made_the_document(named: Tree, purl: str, message: str) -> None:
    (found,) = lint_document(alone({"type": "library", "purl": purl, **named}))
    assert message in found


def alone(subject: Tree) -> Tree:
    """Return a document about one component."""
    return {"metadata": {"component": {"bom-ref": "x", **subject}}, "dependencies": [{"ref": "x"}]}


def test_links_into_other_documents_are_not_followed() -> None:
    tree = read(shop_subject())
    other = "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#anything"
    tree["annotations"] = [{"subjects": [other, f"urn:cdx:{tree['serialNumber'].removeprefix('urn:uuid:')}/1"]}]
    assert list(lint_document(tree)) == []


def test_what_a_document_of_vulnerabilities_alone_affects_need_not_be_in_it() -> None:
    assert list(lint_document({"vulnerabilities": [{"affects": [{"ref": "pkg:npm/other@1"}]}]})) == []


def test_places_are_those_of_the_document_at_any_depth() -> None:
    inner = {"type": "library", "name": "x", "bom-ref": "inner", "purl": "none"}
    tree = alone({"type": "library", "name": "x", "components": [{"name": "y", "bom-ref": "y", "components": [inner]}]})
    found = list(lint_document(tree))
    assert "metadata.component.components[0].components[0].purl: none is no package URL" in found
    assert "metadata.component.components[0]: y has no node in dependencies" in found
