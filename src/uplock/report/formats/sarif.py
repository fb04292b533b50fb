"""SARIF 2.1.0 (OASIS, with errata 01): findings for code scanning. Waived ones are results with a suppression."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote

from uplock.model.finding import Severity, Waived
from uplock.model.outcome import CheckResult
from uplock.model.policy_outcome import Location
from uplock.model.value import encode_pretty
from uplock.policy.rule import Statement
from uplock.report.check_text import held_until, target_state
from uplock.report.formats.reported import Level, Locate, Reported, cut, reported, run_state, sentences, shown
from uplock.report.text import moment

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
VERSION = "2.1.0"

MAX_RESULTS = 25_000
"""GitHub code scanning refuses a run with more results."""

MAX_DESCRIPTION = 1024
"""Characters of a rule's description that GitHub code scanning shows."""

FINGERPRINT = "uplock/v1"
"""Name of our fingerprint, with its version: another way to make it needs another."""

GROUPS: Mapping[str, str] = {
    "AR": "artifact",
    "AT": "attestation",
    "EV": "evaluation",
    "LK": "lock",
    "NA": "native",
    "PY": "interpreter",
    "SU": "support",
    "WV": "waiver",
}
"""Tags of rules, by the letters that their ids begin with."""

_LEVELS: Mapping[Severity, Level] = {"error": "error", "warning": "warning", "info": "note"}


def render(
    result: CheckResult,
    locate: Locate,
    statements: Mapping[str, Statement],
    *,
    version: str | None = None,
    limit: int = MAX_RESULTS,
) -> str:
    """Return one SARIF run of at most ``limit`` results; ``version`` is that of uplock."""
    ids = sorted(statements)
    places = {rule: index for index, rule in enumerate(ids)}
    found = reported(result, locate)
    driver = {
        "name": "uplock",
        **({} if version is None else {"version": version}),
        "rules": [_rule(statements[rule]) for rule in ids],
    }
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"uplock/{shown(result.project)}/"},
        "invocations": [
            {"executionSuccessful": True, "toolExecutionNotifications": _notifications(result, len(found) - limit)}
        ],
        "results": [_result(each, places) for each in found[:limit]],
        "properties": _run_properties(result),
    }
    return encode_pretty({"$schema": SCHEMA, "version": VERSION, "runs": [run]}).decode()


def _run_properties(result: CheckResult) -> dict[str, object]:
    until = held_until(result.targets)
    return {
        "project": shown(result.project),
        **({"generation": result.generation} if result.generation else {}),
        "asOf": moment(result.as_of),
        "status": run_state(result),
        **({} if until is None else {"waivedUntil": until.isoformat()}),
        "targets": [
            {
                "target": target.target,
                "status": target_state(target),
                "why": shown(target.why),
                "gates": target.gates,
            }
            for target in result.targets
        ],
    }


def _notifications(result: CheckResult, more: int) -> list[dict[str, object]]:
    """Return what is to be known beside the results: what could not be judged, and what was left out."""
    texts = [
        f"{target.target}: undetermined: {target.why}" for target in result.targets if target.status == "undetermined"
    ]
    if more > 0:
        texts.append(f"{more} more findings are not in this file, none worse than those that are")
    return [{"level": "warning", "message": {"text": _message([shown(text)])}} for text in texts]


def _rule(statement: Statement) -> dict[str, object]:
    parts = (
        ("Why", statement.why),
        ("Example", statement.example),
        ("Remedy", statement.remedy),
        ("Waiving", statement.waive),
    )
    # Single braces in these texts are TOML that is to be copied; no consumer takes them for placeholders like {0}.
    return {
        "id": statement.id,
        "shortDescription": {"text": cut(statement.description, MAX_DESCRIPTION)},
        "fullDescription": {"text": cut(statement.why, MAX_DESCRIPTION)},
        "help": {
            "text": "\n\n".join(f"{name}: {text}" for name, text in parts),
            "markdown": "\n\n".join(
                f"**{name}**\n\n{f'`{text}`' if name == 'Example' else text}" for name, text in parts
            ),
        },
        "defaultConfiguration": {"level": _LEVELS[statement.severity]},
        "properties": {"tags": sorted({"supply-chain", GROUPS.get(statement.id[:2], "policy")})},
    }


def _result(each: Reported, places: Mapping[str, int]) -> dict[str, object]:
    finding = each.finding
    index = places.get(finding.rule)
    message, *rest = sentences(each)
    facts = {
        "target": finding.target or None,
        "gates": each.gates,
        "severity": finding.severity,
        "package": finding.package,
        "version": finding.version,
        "sha256": finding.sha256,
    }
    return {
        "ruleId": finding.rule,
        **({} if index is None else {"ruleIndex": index}),
        "level": each.level,
        "message": {"text": _message([f"{shown(finding.subject)}: {message}", *rest])},
        "locations": [_location(each)],
        "partialFingerprints": {FINGERPRINT: each.fingerprint},
        # An empty array says that it is known not to be suppressed (SARIF 3.27.23).
        "suppressions": [] if finding.waived is None else [_suppression(finding.waived)],
        "properties": {key: _safe(value) for key, value in facts.items() if value is not None},
    }


def _location(each: Reported) -> dict[str, object]:
    finding = each.finding
    logical = []
    if finding.target:
        logical.append({"name": shown(finding.target), "kind": "target"})
    if finding.package is not None:
        name = "/".join(shown(part) for part in (finding.target, finding.package) if part)
        logical.append({"name": shown(finding.package), "fullyQualifiedName": name, "kind": "package"})
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(each.location), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": each.location.line},
        },
        **({"logicalLocations": logical} if logical else {}),
    }


def _suppression(waived: Waived) -> dict[str, object]:
    return {
        "kind": "external",
        "status": "accepted",
        "justification": shown(waived.reason),
        "properties": {
            "waiver": shown(waived.waiver),
            "file": shown(waived.file),
            "requestedBy": shown(waived.requested_by),
            "approvedBy": [shown(each) for each in waived.approved_by],
            "expiresAt": waived.expires_at.isoformat(),
            "ticket": shown(waived.ticket),
        },
    }


def _uri(location: Location) -> str:
    """Return a path as a relative reference (RFC 3986): no scheme and no authority, whatever the path is."""
    return quote(shown(location.path).lstrip("/"))


def _message(lines: Iterable[str]) -> str:
    """Return plain text of SARIF: no embedded links (3.11.6), and braces that are no placeholders (3.11.5)."""
    return "\n".join(lines).replace("](", "] (").replace("{", "{{").replace("}", "}}")


def _safe(value: object) -> object:
    return shown(value) if isinstance(value, str) else value
