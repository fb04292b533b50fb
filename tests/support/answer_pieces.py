"""Answers of ``uplock check`` in every format, cut into the smallest parts that are about one thing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from xml.etree import ElementTree as ET

from uplock.model.finding import Finding
from uplock.model.outcome import CheckResult
from uplock.model.policy_outcome import Location
from uplock.model.value import encode_pretty
from uplock.policy.registry import statements
from uplock.report.check_text import check_text
from uplock.report.formats import github, gitlab, junit, markdown, sarif

LOOKS_GOOD = re.compile(
    r"\bverified\b|\bpass(ed|es|ing)?\b|\bsuccess(ful)?\b|<green>|[✓✔☑✅🟢💚🟩👍]|:white_check_mark:|:heavy_check_mark:",
    re.IGNORECASE,
)
"""Words, colours and marks of what is good."""


def locate(finding: Finding) -> Location:
    return Location(path="requirements/lock.txt", line=3 if finding.package else 1)


def text_lines(result: CheckResult) -> Iterator[str]:
    """Yield each line with those that are indented below it where it is a finding's."""
    text = check_text(result, lambda words, colour: f"<{colour}>{words}</{colour}>")
    yield from re.split(r"\n(?=\S)|\n(?=    \S)", text)


def json_objects(value: object) -> Iterator[str]:
    """Yield every object that holds no other one, and every finding, as text."""
    match value:
        case dict():
            inner = [each for each in value.values() if isinstance(each, dict | list) and each]
            if not any(isinstance(each, dict) or isinstance(each[0], dict) for each in inner) or "rule" in value:
                yield json.dumps(value, ensure_ascii=False)
            for each in inner:
                yield from json_objects(each)
        case list():
            for each in value:
                yield from json_objects(each)
        case _:
            pass


def sarif_results(result: CheckResult) -> Iterator[str]:
    document = json.loads(sarif.render(result, locate, statements()))
    for each in document["runs"][0]["results"]:
        yield json.dumps(each, ensure_ascii=False)


def junit_cases(result: CheckResult) -> Iterator[str]:
    for case in ET.fromstring(junit.render(result, locate, statements())).iter("testcase"):  # noqa: S314 - our own
        yield ET.tostring(case, encoding="unicode")


def github_commands(result: CheckResult) -> Iterator[str]:
    yield from github.render(result, locate, statements()).splitlines()


def gitlab_entries(result: CheckResult) -> Iterator[str]:
    for each in json.loads(gitlab.render(result, locate, statements())):
        yield json.dumps(each, ensure_ascii=False)


def markdown_lines(result: CheckResult) -> Iterator[str]:
    yield from markdown.render(result, locate, statements()).splitlines()


PIECES: Mapping[str, Callable[[CheckResult], Iterator[str]]] = {
    "text": text_lines,
    "json": lambda result: json_objects(json.loads(encode_pretty(result))),
    "sarif": sarif_results,
    "junit": junit_cases,
    "github": github_commands,
    "gitlab": gitlab_entries,
    "markdown": markdown_lines,
}
"""Every format, and what cuts an answer in it into the smallest parts that are about one thing."""


def pieces(form: str, result: CheckResult) -> list[str]:
    return list(PIECES[form](result))


def text_statuses(result: CheckResult) -> Iterator[str]:
    lines = check_text(result, lambda words, colour: f"<{colour}>{words}</{colour}>").splitlines()
    for target in result.targets:
        row = next(index for index, line in enumerate(lines) if line.startswith(f"{target.target}  CPython"))
        yield from lines[row : row + 2]
    yield lines[-1]


def json_statuses(result: CheckResult) -> Iterator[str]:
    document = json.loads(encode_pretty(result))
    for each in (*document["targets"], document):
        yield json.dumps({key: each[key] for key in ("status", "why") if key in each})


def sarif_statuses(result: CheckResult) -> Iterator[str]:
    yield json.dumps(json.loads(sarif.render(result, locate, statements()))["runs"][0]["properties"])


def junit_statuses(result: CheckResult) -> Iterator[str]:
    """Yield the cases about verdicts; one without a child counts as good, whatever it says."""
    for case in ET.fromstring(junit.render(result, locate, statements())).iter("testcase"):  # noqa: S314 - our own
        if case.get("name") == "verdict":
            yield ET.tostring(case, encoding="unicode") if len(case) else "<green>no child</green>"


def github_statuses(result: CheckResult) -> Iterator[str]:
    yield next(github_commands(result))


def markdown_statuses(result: CheckResult) -> Iterator[str]:
    """Yield the line about the whole and the last cell of every target: others count attestations."""
    for line in markdown_lines(result):
        if line.startswith("As of "):
            yield line
        if line.startswith("| `"):
            yield line.rpartition(" | ")[2]


STATUSES: Mapping[str, Callable[[CheckResult], Iterator[str]]] = {
    "text": text_statuses,
    "json": json_statuses,
    "sarif": sarif_statuses,
    "junit": junit_statuses,
    "github": github_statuses,
    "markdown": markdown_statuses,
}
"""Every format that tells how targets and the whole came out, and the parts in which it does."""
