"""Attack: a package puts a command for the runner of a CI service into its metadata, and somebody prints it there."""

from __future__ import annotations

import re

import pytest

from support.subjects import make_artifact_results
from uplock.model.finding import Finding
from uplock.model.inspect_outcome import InspectResult
from uplock.model.value import changed
from uplock.report.check_text import finding_lines
from uplock.report.inspect_text import inspect_text
from uplock.report.text import plain

COMMANDS = (
    "::add-mask::x",
    "  ::set-env name=PATH::/tmp",
    "##[command]rm",
    "text ##[error]gone",
    "##vso[task.setvariable variable=PATH]/tmp",
)
OBEYED = re.compile(r"^\s*::|##\w*\[", re.MULTILINE)


@pytest.mark.parametrize("text", COMMANDS)
def test_no_runner_obeys_what_a_wheel_says_of_itself(text: str) -> None:
    artifact = make_artifact_results()
    metadata = changed(artifact.metadata, summary=text, classifiers=(text,), requires_dist=(text,), author=text)
    shown = inspect_text(InspectResult(filename=artifact.filename, sha256=artifact.sha256, size=1, metadata=metadata))
    assert not OBEYED.search(shown), shown


@pytest.mark.parametrize("text", COMMANDS)
def test_no_runner_obeys_a_finding(text: str) -> None:
    finding = Finding(rule="AT002", severity="error", target="t", subject=text, message=text, remedy=text, place=text)
    assert not OBEYED.search("\n".join(finding_lines(finding, lambda word, _: word)))


@pytest.mark.parametrize("text", ["a::b", "C::D::E", "## heading", "#[x]", "# [x]", "1 ## 2 [3]"])
def test_what_is_no_command_stays_as_it_is(text: str) -> None:
    assert plain(text) == text
