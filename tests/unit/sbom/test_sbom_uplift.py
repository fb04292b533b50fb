"""The document of an uplift: both interpreters, and what changed between their locks."""

from __future__ import annotations

import json

from support.sboms import AT, Tree, component, properties, python_lifecycles, references, wheel
from support.subjects import make_artifact_results, make_lock, make_target
from uplock.model.digest import sha256_of
from uplock.model.lock import LockedPackage
from uplock.model.value import changed
from uplock.sbom.uplift import DescribedLock, UpliftSubject, build_uplift
from uplock.sbom.validate import validate_sbom

OLD, NEW, NEWER = "py39-linux-x86_64", "py312-linux-x86_64", "py313-linux-x86_64"


def described(python: str, *packages: LockedPackage, glibc: tuple[int, int] = (2, 28)) -> DescribedLock:
    target = make_target(python, glibc)
    return DescribedLock(
        lock=make_lock(target, packages),
        link=f"urn:cdx:{'0' * 8}-0000-4000-8000-{python.replace('.', '').zfill(12)}/1",
        path=f"{target.name}.cdx.json",
        sha256=sha256_of(python.encode()),
    )


def uplift(before: tuple[DescribedLock, ...], after: tuple[DescribedLock, ...], *files: str) -> Tree:
    subject = UpliftSubject(
        project_name="shop",
        project_version="1.0",
        about=None,
        before=before,
        after=after,
        artifacts=tuple(make_artifact_results(each) for each in files),
        lifecycles=python_lifecycles(),
        timestamp=AT,
        generator_version="0.1.0",
    )
    document = build_uplift(subject)
    assert validate_sbom(document) == ()
    shuffled = changed(subject, artifacts=subject.artifacts[::-1])
    assert build_uplift(shuffled) == document
    tree: Tree = json.loads(document)
    return tree


def change(tree: Tree, name: str) -> list[str]:
    return properties(component(tree, name), "uplock:uplift:change")


def test_every_kind_of_change_is_told_and_what_stayed_is_not() -> None:
    old = described(
        "3.9.25",
        wheel("gone-1.0-py3-none-any.whl"),
        wheel("lower-2.0-py3-none-any.whl"),
        wheel("native-1.0-cp39-cp39-manylinux_2_28_x86_64.whl"),
        wheel("same-1.0-py3-none-any.whl"),
        wheel("up-1.9-py3-none-any.whl"),
    )
    new = described(
        "3.12.16",
        wheel("fresh-1.0-py3-none-any.whl"),
        wheel("lower-1.0-py3-none-any.whl"),
        wheel("native-1.0-cp312-cp312-manylinux_2_28_x86_64.whl"),
        wheel("same-1.0-py3-none-any.whl"),
        wheel("up-1.10-py3-none-any.whl"),
    )
    tree = uplift((old,), (new,))
    pair = f"{OLD} -> {NEW}"
    assert {each["name"] for each in tree["components"]} == {"fresh", "gone", "lower", "native", "python", "up"}
    assert change(tree, "fresh") == [f"{pair}: added 1.0"]
    assert change(tree, "gone") == [f"{pair}: removed 1.0"]
    assert component(tree, "gone")["scope"] == "excluded"
    assert change(tree, "lower") == [f"{pair}: downgraded 2.0 -> 1.0"]
    assert change(tree, "native") == [f"{pair}: other file of 1.0"]
    assert change(tree, "up") == [f"{pair}: upgraded 1.9 -> 1.10"]
    (ancestor,) = component(tree, "up")["pedigree"]["ancestors"]
    assert (ancestor["version"], ancestor["purl"]) == ("1.9", "pkg:pypi/up@1.9?file_name=up-1.9-py3-none-any.whl")


def test_both_interpreters_are_there_and_the_new_one_names_the_old_as_its_ancestor() -> None:
    tree = uplift((described("3.9.25"),), (described("3.12.16"), described("3.13.18")))
    found = {each["version"]: each for each in tree["components"] if each["type"] == "platform"}
    assert sorted(found) == ["3.12.16", "3.13.18", "3.9.25"]
    assert "pedigree" not in found["3.9.25"]
    assert [each["version"] for each in found["3.13.18"]["pedigree"]["ancestors"]] == ["3.9.25"]


def test_the_documents_of_the_targets_are_named_by_link_and_by_digest() -> None:
    old, new = described("3.9.25"), described("3.12.16")
    named = references(uplift((old,), (new,)), "bom")
    assert {each["url"] for each in named} == {old.link, new.link, old.path, new.path}
    assert {each["hashes"][0]["content"] for each in named if "hashes" in each} == {old.sha256, new.sha256}


def test_one_file_that_succeeds_in_two_targets_is_one_component_with_both_changes() -> None:
    up = wheel("up-2.0-py3-none-any.whl")
    old = described("3.9.25", wheel("up-1.0-py3-none-any.whl"))
    tree = uplift((old,), (described("3.12.16", up), described("3.13.18", up)), "up-2.0-py3-none-any.whl")
    assert change(tree, "up") == [f"{OLD} -> {NEW}: upgraded 1.0 -> 2.0", f"{OLD} -> {NEWER}: upgraded 1.0 -> 2.0"]
    assert [each["alg"] for each in component(tree, "up")["hashes"]] == ["SHA-256", "SHA-512"]


def test_locks_of_different_platforms_are_not_compared() -> None:
    old = described("3.9.25", wheel("up-1.0-py3-none-any.whl"), glibc=(2, 17))
    tree = uplift((old,), (described("3.12.16", wheel("up-2.0-py3-none-any.whl")),))
    assert [each["name"] for each in tree["components"]] == ["python", "python"]
    assert properties(tree["metadata"], "uplock:uplift") == []
