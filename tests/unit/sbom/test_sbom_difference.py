"""What differs between two documents, whoever made them."""

from __future__ import annotations

from typing import Any

import pytest

from support.sbom_differences import Tree, bom, diff, facts, only, package, properties
from uplock.errors import InputError
from uplock.sbom.difference.document import MAX_COMPONENTS, document_of
from uplock.sbom.difference.purl import package_url

ONE, TWO = "1" * 64, "2" * 64


def changed(before: Tree, after: Tree) -> Any:
    return only(diff(bom(before), bom(after)))


@pytest.mark.parametrize(
    ("before", "after", "kind", "alarms"),
    [
        (package("a", "1", ONE), package("a", "1", TWO), "other-digest", ("other-digest",)),
        (package("a", "1", ONE, "a.whl"), package("a", "1", TWO, "a.whl"), "other-digest", ("other-digest",)),
        (package("a", "1", ONE, "a.whl"), package("a", "1", TWO, "b.whl"), "other-file", ()),
        (package("a", "1", file="a.whl"), package("a", "1", file="b.whl"), "other-file", ()),
        (package("a", "1", ONE, "a.whl"), package("a", "1", TWO), "other-digest", ("other-digest",)),
        (package("a", "1.0", ONE), package("a", "1.0.0", TWO), "other-digest", ("other-digest",)),
        (package("a", "1", ONE), package("a", "1"), "changed", ()),
        (package("a", "1.9", ONE), package("a", "1.10", TWO), "upgraded", ()),
        (package("a", "1.10", ONE), package("a", "1.9", TWO), "downgraded", ("downgraded",)),
        (package("a", "1.1.1k"), package("a", "1.1.1w"), "other-version", ()),
        (package("a", "1"), package("a", "9" * 200), "other-version", ()),
    ],
)
def test_the_gravest_that_applies_is_said(before: Tree, after: Tree, kind: str, alarms: tuple[str, ...]) -> None:
    change = changed(before, after)
    assert (change.kind, change.alarms) == (kind, alarms)


def test_digests_contradict_only_within_one_algorithm_and_without_a_common_one() -> None:
    other = package("a", "1") | {"hashes": [{"alg": "SHA-512", "content": "3"}]}
    assert changed(package("a", "1", ONE), other).kind == "changed"
    bag = package("a", "1", ONE)
    bag["hashes"].append({"alg": "SHA-256", "content": TWO})
    assert changed(package("a", "1", ONE), bag).kind == "changed"
    assert diff(bom(package("a", "1", "AB")), bom(package("a", "1", "ab"))).equal


def test_the_digest_of_the_distribution_is_one_of_the_package() -> None:
    reference = {"type": "distribution", "url": "u", "hashes": [{"alg": "SHA-256", "content": ONE}]}
    assert diff(bom(package("a", "1", ONE)), bom(package("a", "1", externalReferences=[reference]))).equal


def test_major_is_the_first_number_or_the_epoch() -> None:
    assert changed(package("a", "1.9"), package("a", "2.0")).major
    assert changed(package("a", "1.9"), package("a", "1!1.9")).major
    assert not changed(package("a", "1.9"), package("a", "1.10")).major


def test_components_are_known_again_by_package_url_then_by_type_group_and_name() -> None:
    spelled = {"name": "Zope.Interface", "purl": "pkg:PyPI/zope_interface@1", "version": "1", "type": "library"}
    assert diff(bom(package("zope-interface", "1")), bom(spelled)).equal
    bare = {"type": "library", "group": "g", "name": "n", "version": "1"}
    assert changed(bare, bare | {"version": "2"}).kind == "upgraded"
    change = changed(bare, bare | {"version": "2", "purl": "pkg:maven/g/n@2"})
    assert (change.kind, change.package) == ("upgraded", "pkg:maven/g/n")
    found = diff(bom(bare), bom(bare | {"type": "file"}))
    assert {each.kind for each in found.components} == {"added", "removed"}


def test_the_same_name_of_another_registry_is_an_alarm() -> None:
    change = changed(package("a", "1"), package("a", "1") | {"purl": "pkg:generic/a@1"})
    assert change.alarms == ("origin-changed",)
    origin = package("a", "1") | {"purl": "pkg:pypi/a@1?repository_url=https%3A%2F%2Findex.example"}
    assert facts(changed(package("a", "1"), origin))["origin"] == ((), ("repository_url=https://index.example",))
    assert changed(package("a", "1"), origin).alarms == ("origin-changed",)


def test_several_versions_of_one_package_are_paired_by_likeness_then_from_the_top() -> None:
    def pairs(before: list[str], after: list[str]) -> set[tuple[str | None, str | None]]:
        found = diff(bom(*(package("a", v) for v in before)), bom(*(package("a", v) for v in after)))
        return {(each.before, each.after) for each in found.components}

    assert pairs(["1", "2"], ["1", "3"]) == {("2", "3")}
    assert pairs(["1"], ["2", "1"]) == {(None, "2")}
    assert pairs(["1", "2"], ["3", "4"]) == {("1", "3"), ("2", "4")}
    assert pairs(["1", "2"], ["3"]) == {("2", "3"), ("1", None)}
    assert pairs(["odd", "2"], ["3", ""]) == {("2", "3"), ("odd", None)}


def test_files_of_one_version_stay_with_their_own() -> None:
    before = bom(package("a", "1", ONE, "x.whl"), package("a", "1", TWO, "y.whl"))
    after = bom(package("a", "1", "4" * 64, "y.whl"), package("a", "1", ONE, "x.whl"))
    change = only(diff(before, after))
    assert change.kind == "other-digest"
    assert list(facts(change)) == ["hash"]


def test_licenses_are_compared_apart_and_count_as_declared_where_nothing_is_said() -> None:
    old = package("a", "1", licenses=[{"license": {"id": "MIT"}}])
    new = package("a", "1", licenses=[{"license": {"id": "MIT", "acknowledgement": "declared"}}])
    assert diff(bom(old), bom(new)).equal
    new["licenses"] = [{"expression": "MIT", "acknowledgement": "concluded"}]
    assert facts(changed(old, new)) == {"declared-license": (("MIT",), ()), "concluded-license": ((), ("MIT",))}


@pytest.mark.parametrize(
    ("before", "after", "alarm"),
    [
        ({"attestation": "verified"}, {"attestation": "not-attested"}, "attestation-lost"),
        ({"attestation": "not-attested"}, {"attestation": "invalid"}, "attestation-failed"),
        ({"attestation_publisher": "a"}, {"attestation_publisher": "b"}, "publisher-changed"),
        ({}, {"yanked": "broken"}, "yanked"),
    ],
)
def test_what_to_look_at_first(before: dict[str, str], after: dict[str, str], alarm: str) -> None:
    old, new = (package("a", "1", properties=properties(**values)) for values in (before, after))
    assert changed(old, new).alarms == (alarm,)
    assert changed(new, old).alarms in {(), ("publisher-changed",)}


def test_a_lost_attestation_document_is_an_alarm_whatever_the_version() -> None:
    attested = package("a", "1", externalReferences=[{"type": "attestation", "url": "https://index.example/a"}])
    change = changed(attested, package("a", "2"))
    assert change.alarms == ("attestation-lost",)
    assert facts(change)["attestation-document"] == (("https://index.example/a",), ())


def test_the_supplier_and_the_scope_are_facts_and_required_is_the_scope_of_who_says_none() -> None:
    old = package("a", "1", supplier={"name": "Example"}, scope="required")
    assert facts(changed(old, package("a", "1"))) == {"supplier": (("Example",), ())}
    assert facts(changed(old, old | {"scope": "optional"})) == {"scope": (("required",), ("optional",))}


def test_claims_are_followed_to_their_components() -> None:
    claim = {"bom-ref": "c", "target": "r:a:1:", "predicate": "verified", "mitigationStrategies": ["e"]}
    said = {"claims": [claim], "evidence": [{"bom-ref": "e", "description": "RISK-1"}]}
    change = only(diff(bom(package("a", "1")), bom(package("a", "1"), declarations=said)))
    assert facts(change) == {"claim": ((), ("mitigated: RISK-1", "verified"))}


def test_libraries_inside_a_package_are_compared_with_it() -> None:
    def holder(version: str, *inside: Tree) -> Tree:
        return package("a", version, components=[*inside])

    ssl, zlib = {"name": "openssl", "type": "library"}, {"name": "zlib", "type": "library"}
    hashed = [[{"alg": "SHA-256", "content": each}] for each in (ONE, TWO)]
    same = changed(holder("1", ssl | {"hashes": hashed[0]}), holder("1", ssl | {"hashes": hashed[1]}))
    assert (same.kind, same.inside[0].kind, same.inside[0].alarms) == ("changed", "other-digest", ("other-digest",))
    newer = changed(holder("1", ssl | {"hashes": hashed[0]}, zlib), holder("2", ssl | {"hashes": hashed[1]}))
    assert [(each.name, each.kind) for each in newer.inside] == [("openssl", "rebuilt"), ("zlib", "removed")]
    assert [each.kind for each in changed(holder("1"), holder("1", zlib)).inside] == ["added"]
    (added,) = diff(bom(), bom(holder("1", zlib))).components
    assert [(each.name, each.kind) for each in added.inside] == [("zlib", "added")]


def test_the_interpreter_is_told_with_its_support_and_ancestor() -> None:
    def python(version: str, end: str, *ancestors: Tree) -> Tree:
        support = {"name": "cdx:lifecycle:milestone:endOfSupport", "value": end}
        found = {"type": "platform", "name": "python", "version": version, "isExternal": True, "properties": [support]}
        return found | {"purl": f"pkg:generic/python@{version}", "pedigree": {"ancestors": [*ancestors]}}

    old = python("3.9.18", "2025-10-31")
    change = changed(old, python("3.12.1", "2028-10-31", old))
    assert (change.platform, change.kind, change.before, change.after) == (True, "upgraded", "3.9.18", "3.12.1")
    assert facts(change) == {
        "end-of-support": (("2025-10-31",), ("2028-10-31",)),
        "ancestor": ((), ("pkg:generic/python@3.9.18",)),
    }


def test_a_range_is_one_whether_1_6_or_1_7_says_it() -> None:
    newer = {"type": "library", "name": "glibc", "isExternal": True, "versionRange": "vers:generic/>=2.28"}
    older: Tree = {"type": "library", "name": "glibc"}
    older |= {"properties": properties(external="true") + properties(**{"version-range": "vers:generic/>=2.28"})}
    assert diff(bom(newer), bom(older)).equal
    assert facts(changed(newer, newer | {"versionRange": "vers:generic/>=2.34"})).keys() == {"range"}


def test_dependencies_are_compared_between_components_of_both() -> None:
    def made(needs: dict[str, list[str]], *names: str) -> Tree:
        nodes = [{"ref": f"r:{each}:1:", "dependsOn": [f"r:{to}:1:" for to in on]} for each, on in needs.items()]
        return bom(*(package(name, "1") for name in names), dependencies=nodes)

    before = made({"a": ["b", "gone"], "b": []}, "a", "b", "gone")
    after = made({"a": ["new"], "b": ["a"]}, "a", "b", "new")
    found = [(each.kind, each.source, each.target) for each in diff(before, after).edges]
    assert found == [("removed", "pkg:pypi/a@1", "pkg:pypi/b@1"), ("added", "pkg:pypi/b@1", "pkg:pypi/a@1")]


def test_a_document_that_says_nothing_of_what_is_needed_does_not_say_that_nothing_is() -> None:
    parts = [package("a", "1"), package("b", "1")]
    told = bom(*parts, dependencies=[{"ref": "r:a:1:", "dependsOn": ["r:b:1:"]}])
    found = diff(told, bom(*parts))
    assert (found.edges, found.equal) == ((), False)
    assert [(each.fact, each.before, each.after) for each in found.metadata] == [
        ("dependencies of", ("pkg:pypi/a@1",), ())
    ]


def test_what_matters_of_the_metadata_is_told_and_time_and_serial_are_not() -> None:
    def made(version: str, tools: Any, digest: str, serial: str) -> Tree:
        metadata = {
            "timestamp": serial,
            "component": {"type": "application", "name": "shop", "version": version},
            "tools": tools,
            "lifecycles": [{"phase": "build"}],
            "authors": [{"name": "security-review"}],
            "supplier": {"name": "Example"},
            "properties": [{"name": "uplock:target", "value": digest}, {"name": "odd", "value": "1"}],
        }
        lock = {"type": "build-meta", "url": "pylock.toml", "hashes": [{"alg": "SHA-256", "content": digest}]}
        return bom(serialNumber=serial, metadata=metadata, externalReferences=[lock])

    old = made("1", [{"name": "x", "version": "1"}], ONE, "s1")
    assert diff(old, made("1", {"components": [{"name": "x", "version": "1"}]}, ONE, "s2")).equal
    found = diff(old, made("2", {"components": [{"name": "x", "version": "2"}]}, TWO, "s2"))
    assert found.subject is not None
    assert (found.subject.name, found.subject.before, found.subject.after) == ("shop", "1", "2")
    assert [each.fact for each in found.metadata] == ["build-meta", "tools", "uplock:target"]


def test_sections_that_are_not_compared_are_named() -> None:
    assert diff(bom(vulnerabilities=[{}]), bom(formulation=[])).not_compared == ("vulnerabilities",)


@pytest.mark.parametrize("wrong", [None, 1, "x", [], {}, [1], [[]], {"a": 1}, True])
def test_a_wrong_type_anywhere_is_passed_over(wrong: Any) -> None:
    keys = ["type", "name", "group", "version", "purl", "hashes", "licenses", "supplier", "properties", "pedigree"]
    keys += ["externalReferences", "components", "scope", "versionRange", "bom-ref", "isExternal"]
    parts = [package("a", "1") | {key: wrong} for key in keys]
    parts += [package("b", "1", hashes=[{"alg": wrong, "content": wrong}], licenses=[{"license": wrong}])]
    sections = ["metadata", "dependencies", "declarations", "externalReferences", "components"]
    for tree in (bom(*parts), *(bom() | {key: wrong} for key in sections)):
        assert diff(tree, tree).equal
        assert len(diff(tree, bom()).components) == len(diff(bom(), tree).components)
    inner = {"tools": wrong, "component": wrong, "lifecycles": wrong, "authors": wrong, "manufacture": wrong}
    assert diff(bom(metadata=inner), bom(metadata=inner)).equal


def test_a_reference_of_many_components_makes_no_square_of_edges() -> None:
    twins = [package("a", str(number)) | {"bom-ref": "x"} for number in range(2000)]
    made = bom(*twins, dependencies=[{"ref": "x", "dependsOn": ["x"]}])
    assert diff(made, made).equal
    found = diff(made, bom(*reversed(twins), dependencies=[{"ref": "x"}]))
    assert [(each.source, each.target) for each in found.edges] == [("pkg:pypi/a@0", "pkg:pypi/a@0")]


def test_a_document_of_too_many_components_is_refused() -> None:
    inside = [package("b", "1")] * MAX_COMPONENTS
    with pytest.raises(InputError, match="holds more than 200000 components"):
        document_of(bom(package("a", "1", components=inside)))


@pytest.mark.parametrize(
    ("text", "package_", "version"),
    [
        ("pkg:npm/%40scope/name@1.0", "pkg:npm/@scope/name", "1.0"),
        ("pkg:npm/@scope/name", "pkg:npm/@scope/name", ""),
        ("pkg://pypi/Foo_Bar@1%2B2?a=b#c/d", "pkg:pypi/foo-bar#c/d", "1+2"),
        ("pkg:generic/a", "pkg:generic/a", ""),
    ],
)
def test_package_urls_are_taken_apart(text: str, package_: str, version: str) -> None:
    found = package_url(text)
    assert found is not None
    assert (found.package, found.version) == (package_, version)


@pytest.mark.parametrize("text", [None, 1, "", "pkg:", "pkg:pypi", "http://pkg", "pkg:/"])
def test_what_is_no_package_url_is_none(text: object) -> None:
    assert package_url(text) is None
