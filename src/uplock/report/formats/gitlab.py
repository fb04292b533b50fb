"""GitLab code quality: a JSON array of findings, as its page "Code Quality report format" documents it."""

from __future__ import annotations

from collections.abc import Mapping

from uplock.model.outcome import CheckResult
from uplock.model.value import encode_pretty
from uplock.policy.rule import Statement
from uplock.report.formats.reported import Locate, Reported, reported, sentences, shown, title


def render(result: CheckResult, locate: Locate, statements: Mapping[str, Statement]) -> str:
    """Return the findings, worst first; without any it is an empty array."""
    del statements  # the format has no place for rules
    return encode_pretty([_entry(each) for each in reported(result, locate)]).decode()


def _entry(each: Reported) -> dict[str, object]:
    message, *rest = sentences(each)
    return {
        "description": ". ".join([f"{title(each)}: {message}", *(line.rstrip(".") for line in rest)]),
        "check_name": each.finding.rule,
        "fingerprint": each.fingerprint,
        "severity": severity(each),
        "location": {"path": shown(each.location.path), "lines": {"begin": each.location.line}},
    }


def severity(each: Reported) -> str:
    """Return a severity of the format.

    ``critical`` fails the check, ``major`` is an error of a target that does not gate, ``minor`` a warning, and
    ``info`` everything else, waived findings above all.
    """
    match each.level:
        case "error":
            return "critical"
        case "warning":
            return "major" if each.finding.severity == "error" else "minor"
        case "note":
            return "info"
