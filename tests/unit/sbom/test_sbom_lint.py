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
        f"bom-ref {PURE}: given 2 times",
    ),
    "a component shares the reference of a tool": (
        lambda tree: tree["metadata"]["tools"]["components"][0].update({"bom-ref": "project:shop"}),
        "bom-ref project:shop: given 2 times",
    ),
    "a component has no reference": (
        lambda tree: component(tree, "glibc").pop("bom-ref"),
        "glibc: no bom-ref",
    ),
    "an edge leads nowhere": (
        lambda tree: node(tree, "project:shop")["dependsOn"].append("nowhere"),
        "dependencies: nowhere is no component",
    ),
    "a node is no component": (
        lambda tree: tree["dependencies"].append({"ref": "nowhere"}),
        "dependencies: nowhere is no component",
    ),
    "a node stands twice": (
        lambda tree: tree["dependencies"].append({"ref": PURE}),
        f"dependencies: {PURE} has 2 nodes",
    ),
    "a component has no node": (
        lambda tree: tree["dependencies"].remove(node(tree, PURE)),
        f"dependencies: no node for {PURE}",
    ),
    "a nested component has no node": (
        lambda tree: tree["dependencies"].remove(node(tree, component(tree, "openssl")["bom-ref"])),
        "#openssl@4.0.3",
    ),
    "a component is out of reach": (
        lambda tree: node(tree, "project:shop")["dependsOn"].remove("pkg:generic/python@3.12.16"),
        "dependencies: pkg:generic/python@3.12.16 is out of the project's reach",
    ),
    "nothing is the project": (
        lambda tree: tree["metadata"].pop("component"),
        f"dependencies: {PURE} is out of the project's reach",
    ),
    "a composition leads nowhere": (
        lambda tree: tree["compositions"].append({"aggregate": "complete", "assemblies": ["nowhere"]}),
        "compositions: nowhere is no component",
    ),
    "a package URL has another name": (
        lambda tree: component(tree, "pure").update(name="impure"),
        f"{PURE}: {PURE} has another name",
    ),
    "a package URL has another version": (
        lambda tree: component(tree, "pure").update(version="1.2.4"),
        f"{PURE}: {PURE} has another version",
    ),
    "a package URL has no version though the component has": (
        lambda tree: component(tree, "pure").update(purl="pkg:pypi/pure"),
        f"{PURE}: pkg:pypi/pure has another version",
    ),
    "a package URL is none": (
        lambda tree: component(tree, "pure").update(purl="pure@1.2.3"),
        f"{PURE}: pure@1.2.3 is no package URL",
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
