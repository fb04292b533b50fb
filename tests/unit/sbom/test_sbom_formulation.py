"""How a lock was made: steps, tools, and inputs by digest."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Literal

import pytest

from support.sboms import Tree, make_sbom_subject, read, wheel
from support.subjects import make_artifact_results
from uplock.model.digest import sha256_of
from uplock.model.identity import TrustedRoot
from uplock.model.lock import Agreement
from uplock.model.value import changed
from uplock.sbom.sections.formulation import named
from uplock.sbom.subject import SbomSubject

LINK = "urn:cdx:11111111-2222-5333-8444-555555555555/1"


def subject(**fields: object) -> SbomSubject:
    return changed(make_sbom_subject((wheel(), make_artifact_results())), **fields)


def workflow(described: SbomSubject) -> Tree:
    (formula,) = read(described)["formulation"]
    (found,) = formula["workflows"]
    return dict(found)


def test_the_steps_stand_in_their_order_and_name_their_tools() -> None:
    found = workflow(subject())
    assert [each["uid"] for each in found["tasks"]] == ["view", "resolve", "gather", "verify"]
    assert {each["ref"]: each.get("dependsOn", []) for each in found["taskDependencies"]} == {
        "task:1-view": [],
        "task:2-resolve": ["task:1-view"],
        "task:3-gather": ["task:2-resolve"],
        "task:4-verify": ["task:3-gather"],
    }
    assert [each["ref"] for each in found["tasks"][1]["resourceReferences"]] == [
        "resolver:uv@0.13.9",
        "tool:uplock@0.1.0",
    ]


def test_an_uplift_says_from_what_to_what_and_links_the_document_of_what_is_left() -> None:
    found = workflow(subject(baseline_bom=LINK))
    assert found["name"] == "uplift of Python 3.9 to 3.12"
    inputs = found["tasks"][1]["inputs"]
    assert LINK in {each["resource"]["externalReference"]["url"] for each in inputs if "resource" in each}
    (parameters,) = [each["parameters"] for each in inputs if "parameters" in each]
    assert {each["name"]: each["value"] for each in parameters} == {
        "from": "3.9.25",
        "target": "py312-linux-x86_64",
        "to": "3.12.16",
    }


def test_without_an_uplift_it_is_a_lock() -> None:
    found = workflow(subject(baseline=None))
    assert found["name"] == "lock for Python 3.12"
    assert workflow(changed(subject(), baseline=subject().lock.target.interpreter))["name"] == "lock for Python 3.12"


def test_an_input_is_exactly_one_thing() -> None:
    for task in workflow(subject(baseline_bom=LINK))["tasks"]:
        assert all(len(each) == 1 for each in task.get("inputs", []))


def test_inputs_are_known_by_digest() -> None:
    root = TrustedRoot(sha256=sha256_of(b"root"), origin="embedded", dated=datetime(2026, 10, 20, tzinfo=UTC).date())
    found = workflow(subject(trusted_root=root))
    (verify,) = [each for each in found["tasks"] if each["uid"] == "verify"]
    references = {each["resource"]["externalReference"]["url"]: each["resource"] for each in verify["inputs"]}
    assert named(sha256_of(b"root")) in references
    assert "../locks/pylock.py312-linux-x86_64.toml" in references


def test_the_name_of_a_digest_is_that_of_rfc_6920() -> None:
    digest = sha256_of(b"Hello World!")
    assert named(digest) == "ni:///sha-256;f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk"
    assert base64.urlsafe_b64decode("f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk=").hex() == digest


@pytest.mark.parametrize(
    ("resolver", "outcome", "expected"),
    [
        ("pip-tools 7.6.2", "agrees", ["resolver:pip-tools@7.6.2", "resolver:uv@0.13.9"]),
        ("pip-tools 7.6.2", "disagrees", ["resolver:pip-tools@7.6.2", "resolver:uv@0.13.9"]),
        ("pip-tools 7.6.2", "not-asked", ["resolver:uv@0.13.9"]),
        ("uv 0.13.9", "agrees", ["resolver:uv@0.13.9"]),
    ],
)
def test_a_second_resolver_is_a_tool_of_the_step_if_it_answered(
    resolver: str, outcome: Literal["agrees", "disagrees", "not-asked"], expected: list[str]
) -> None:
    second = Agreement(target="py312-linux-x86_64", resolver=resolver, outcome=outcome)
    (formula,) = read(subject(agreement=second))["formulation"]
    assert [each["bom-ref"] for each in formula["components"]] == expected
    (step,) = [each for each in formula["workflows"][0]["tasks"] if each["uid"] == "resolve"]
    assert [each["ref"] for each in step["resourceReferences"]] == [*expected, "tool:uplock@0.1.0"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("uv 0.13.9", {"name": "uv", "version": "0.13.9", "purl": "pkg:pypi/uv@0.13.9"}),
        ("own-resolver 2", {"name": "own-resolver", "version": "2"}),
        ("uplock 0.1.0", {"name": "uplock", "version": "0.1.0"}),
        ("uv", {"name": "uv"}),
        ("", {"name": "unknown"}),
        (" ", {"name": "unnamed"}),
    ],
)
def test_a_resolver_is_what_the_lock_calls_it_and_nothing_is_guessed(text: str, expected: dict[str, str]) -> None:
    described = subject()
    (formula,) = read(changed(described, lock=changed(described.lock, resolver=text)))["formulation"]
    (tool,) = formula["components"]
    assert {name: value for name, value in tool.items() if name in {"name", "version", "purl"}} == expected


def test_what_nobody_looked_into_was_neither_gathered_nor_verified() -> None:
    found = workflow(make_sbom_subject((wheel(), None)))
    assert [each["uid"] for each in found["tasks"]] == ["view", "resolve"]
    assert found["taskTypes"] == ["build", "other"]


def test_the_predicted_content_is_what_reading_the_files_gives() -> None:
    (gather,) = [each for each in workflow(subject(content=sha256_of(b"content")))["tasks"] if each["uid"] == "gather"]
    (output,) = gather["outputs"]
    assert output["resource"]["externalReference"]["url"] == named(sha256_of(b"content"))


def test_overrides_and_excludes_are_parameters_of_the_resolver() -> None:
    found = workflow(subject(baseline=None, overrides=("a==1", "\n"), excludes=("b", "c")))
    (parameters,) = [each["parameters"] for each in found["tasks"][1]["inputs"] if "parameters" in each]
    assert [(each["name"], each["value"]) for each in parameters] == [
        ("exclude", "b"),
        ("exclude", "c"),
        ("override", "a==1"),
        ("target", "py312-linux-x86_64"),
    ]


def test_a_document_of_the_very_interpreter_being_left_records_no_uplift() -> None:
    found = workflow(subject(baseline=subject().lock.target.interpreter, baseline_bom=LINK))
    assert LINK not in str(found)
    assert "from" not in [
        each["name"] for step in found["tasks"] for one in step.get("inputs", []) for each in one.get("parameters", [])
    ]
