from __future__ import annotations

from support.sboms import component, make_sbom_subject, properties, read


def test_the_interpreter_is_an_external_platform_with_everything_that_scanners_match() -> None:
    python = component(read(make_sbom_subject()), "python")
    assert (python["type"], python["version"], python["isExternal"]) == ("platform", "3.12.16", True)
    assert python["purl"] == "pkg:generic/python@3.12.16"
    assert python["cpe"] == "cpe:2.3:a:python:python:3.12.16:*:*:*:*:*:*:*"
    assert python["supplier"]["name"] == "Python Software Foundation"
    assert python["licenses"] == [{"license": {"id": "PSF-2.0", "acknowledgement": "declared"}}]
    assert properties(python, "uplock:interpreter:abi") == ["cp312"]


def test_end_of_support_is_the_end_of_any_support_with_its_source() -> None:
    python = component(read(make_sbom_subject()), "python")
    assert properties(python, "cdx:lifecycle:milestone:endOfSupport") == ["2028-10-31"]
    assert properties(python, "uplock:lifecycle:bugfix-support-ends") == []
    assert properties(python, "uplock:lifecycle:source") == ["a dated source"]
    assert properties(python, "uplock:lifecycle:retrieved") == ["2026-11-23"]
    assert properties(python, "uplock:lifecycle:verified") == ["true"]


def test_the_interpreter_being_left_is_the_ancestor_with_its_own_end_of_support() -> None:
    pedigree = component(read(make_sbom_subject()), "python")["pedigree"]
    assert pedigree["notes"] == "uplift 3.9 -> 3.12"
    (before,) = pedigree["ancestors"]
    assert (before["version"], before["purl"]) == ("3.9.25", "pkg:generic/python@3.9.25")
    assert properties(before, "cdx:lifecycle:milestone:endOfSupport") == ["2025-10-31"]
    assert properties(before, "uplock:lifecycle:bugfix-support-ends") == ["2022-05-17"]
    assert "pedigree" not in before


def test_another_patch_of_the_same_minor_is_no_uplift() -> None:
    assert "pedigree" not in component(read(make_sbom_subject(baseline="3.12.1")), "python")


def test_without_a_baseline_there_is_no_uplift() -> None:
    assert "pedigree" not in component(read(make_sbom_subject(baseline=None)), "python")


def test_a_line_that_the_table_does_not_know_has_no_dates() -> None:
    python = component(read(make_sbom_subject(lifecycles=())), "python")
    assert {each["name"] for each in python["properties"]} == {
        "uplock:interpreter:abi",
        "uplock:interpreter:implementation",
    }
