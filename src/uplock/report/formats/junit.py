"""JUnit XML, as test reports of CI services read it: a suite per target, a case per finding and one for the verdict.

Only a target that is judged ``pass`` without a waived error and without an attestation that does not hold has a case
without a child, which readers count as good. A finding never has one: it fails, or it is skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from uplock.model.finding import Finding
from uplock.model.outcome import CheckResult, TargetResult
from uplock.policy.rule import Statement
from uplock.report.check_text import target_state
from uplock.report.formats.reported import Locate, level_of, shown, waiver_text
from uplock.report.text import day_text

PROJECT = "project"
"""Name of the suite about the project as a whole."""

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 (section 2.2, production 2) has no place for, escaped or not."""

_KEPT = re.compile("[^\n\ufffd]+")

_COUNTED: tuple[tuple[str, str], ...] = (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))


def render(result: CheckResult, locate: Locate, statements: Mapping[str, Statement]) -> str:
    """Render ``uplock check`` as a JUnit report."""
    del statements
    root = Element("testsuites", name=_text(f"uplock check {result.project}"))
    for target in result.targets:
        suite = _suite(root, target.target, result)
        _findings(suite, target.target, target.findings, locate, gates=target.gates)
        _verdict(_case(suite, target.target, "verdict"), target)
    undecided = not any(target.gates for target in result.targets)
    if result.findings or undecided:
        suite = _suite(root, PROJECT, result)
        _findings(suite, PROJECT, result.findings, locate, gates=True)
        if undecided:
            _mark(_case(suite, PROJECT, "verdict"), "error", "no target gates, so nothing is decided")
    for suite in root:
        _count(suite, (suite,))
    _count(root, root)
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _suite(root: Element, name: str, result: CheckResult) -> Element:
    suite = SubElement(root, "testsuite", name=_text(name))
    properties = SubElement(suite, "properties")
    for key, value in (
        ("as-of", day_text(result.as_of)),
        *([("generation", result.generation)] if result.generation else []),
    ):
        SubElement(properties, "property", name=key, value=value)
    return suite


def _findings(suite: Element, about: str, findings: Iterable[Finding], locate: Locate, *, gates: bool) -> None:
    """Add a case per finding. Names are numbered where they repeat: readers drop the second of two."""
    seen: dict[str, int] = {}
    for finding in findings:
        name = " ".join(each for each in (finding.rule, finding.subject, finding.place) if each)
        seen[name] = seen.get(name, 0) + 1
        where = locate(finding)
        case = _case(suite, about, name if seen[name] == 1 else f"{name} ({seen[name]})")
        case.set("file", _text(where.path))
        case.set("line", str(where.line))
        details = f"{shown(finding.message)}\nRemedy: {shown(finding.remedy)}"
        if level_of(finding, gates=gates) == "error":
            _mark(case, "failure", finding.message, details, kind=finding.rule)
        else:
            _mark(case, "skipped", _excuse(finding), details, kind=finding.rule)


def _excuse(finding: Finding) -> str:
    """Return why a finding fails nothing, with what it says."""
    if finding.waived is not None:
        return f"{finding.severity}, {waiver_text(finding.waived)} [{finding.waived.file}]: {finding.message}"
    if finding.severity == "error":
        return f"error of a target that does not gate: {finding.message}"
    return f"{finding.severity}: {finding.message}"


def _verdict(case: Element, target: TargetResult) -> None:
    """Say what became of a target; nothing where it is good without an excuse."""
    state = target_state(target)
    words = f"{'no error found' if state == 'pass' else state}: {target.why}"
    if not target.gates:
        _mark(case, "skipped", f"does not gate; {words}")
    elif target.status == "fail":
        _mark(case, "failure", words, kind="fail")
    elif target.status == "undetermined":
        _mark(case, "error", words, kind="undetermined")
    elif state != "pass":
        _mark(case, "skipped", words)


def _case(suite: Element, about: str, name: str) -> Element:
    return SubElement(suite, "testcase", classname=_text(about), name=_text(name))


def _mark(
    case: Element, tag: Literal["failure", "error", "skipped"], message: str, details: str = "", kind: str = ""
) -> None:
    mark = SubElement(case, tag, message=_text(message))
    if kind:
        mark.set("type", _text(kind))
    mark.text = _text(details) or None


def _count(element: Element, suites: Iterable[Element]) -> None:
    """Put the numbers of cases on an element: those of the ``suites`` below it."""
    cases = [case for suite in suites for case in suite.iter("testcase")]
    element.set("tests", str(len(cases)))
    for name, tag in _COUNTED:
        element.set(name, str(sum(case.find(tag) is not None for case in cases)))


def _text(text: str) -> str:
    """Return ``text`` with a replacement character for what XML 1.0 cannot hold, and every symbol escaped."""
    return _KEPT.sub(lambda match: shown(match[0]), _FORBIDDEN.sub("\ufffd", text))
