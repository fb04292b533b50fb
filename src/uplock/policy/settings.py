"""Settings: ``[tool.uplock.policy]`` as written, to a policy, with every defect named by its key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from uplock.errors import ConfigError
from uplock.model.finding import SEVERITIES, Severity
from uplock.model.policy import Policy, WaiverDays
from uplock.model.value import changed
from uplock.policy.publisher_settings import PUBLISHER_KEYS, PUBLISHERS_SCHEMA, read_publisher_setting
from uplock.policy.registry import statements
from uplock.policy.wording import listed, printable

MAX_DAYS = 3650
"""Ten years: no line is supported for longer, and no exception should be."""

DAYS: Mapping[str, tuple[str, str]] = {
    "eol-warning-days": ("eol_warning_days", "What is supported for no more than this many days is a warning."),
    "block-warning-days": (
        "block_warning_days",
        "A managed runtime that will be blocked within this many days is an error.",
    ),
    "table-days": ("table_days", "Lifecycle data that was retrieved longer ago than this is stale."),
    "cooldown-days": ("cooldown_days", "An artifact uploaded less than this many days ago is a warning; 0 for none."),
    "trusted-root-days": ("trusted_root_days", "A trusted root that is older than this many days is a warning."),
    "rehearsal-days": ("rehearsal_days", "A rehearsal of the way back that is older than this many days is an error."),
    "waiver-notice-days": ("waiver_notice_days", "A waiver that ends within this many days is a warning."),
}
"""Every threshold in days: key, the policy's field, and what it means."""

WAIVER_DAYS = "waiver-days"
ROOT_MAX_DAYS = "trusted-root-max-days"
REQUIRE_REHEARSAL = "require-rehearsal"
KEYS = (*DAYS, ROOT_MAX_DAYS, REQUIRE_REHEARSAL, WAIVER_DAYS, *PUBLISHER_KEYS, "severities")


def policy_schema() -> dict[str, Any]:
    """Return the JSON Schema of ``[tool.uplock.policy]``."""
    default, days = Policy(), {"type": "integer", "minimum": 0, "maximum": MAX_DAYS}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            **{
                key: {**days, "default": getattr(default, field), "description": meaning}
                for key, (field, meaning) in DAYS.items()
            },
            ROOT_MAX_DAYS: {
                **days,
                "description": "A trusted root that is older than this many days, or of unknown age, is an error.",
            },
            REQUIRE_REHEARSAL: {
                "type": "boolean",
                "default": default.require_rehearsal,
                "description": "Whether a generation that was not rehearsed successfully is an error (RB002).",
            },
            **PUBLISHERS_SCHEMA,
            WAIVER_DAYS: {
                "type": "object",
                "additionalProperties": False,
                "properties": {each: {**days, "default": getattr(default.waiver_days, each)} for each in SEVERITIES},
                "description": "Longest time that a waiver may be in force, by the severity of its rule.",
            },
            "severities": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    each.id: {"enum": list(SEVERITIES), "default": each.severity, "description": each.description}
                    for each in statements().values()
                },
                "description": "Severities over the defaults of the rules.",
            },
        },
    }


def parse_policy(table: Mapping[str, object]) -> Policy:
    """Return the policy of ``[tool.uplock.policy]``; an empty table is the default policy.

    Raises :class:`ConfigError` with all defects at once, each with its key (``policy.severities.XX999``).
    """
    defects: list[str] = []
    policy = Policy()
    for key, value in table.items():
        if key in DAYS:
            policy = changed(policy, **{DAYS[key][0]: _days(value, f"policy.{key}", defects)})
        elif key == ROOT_MAX_DAYS:
            policy = changed(policy, trusted_root_max_days=_days(value, f"policy.{key}", defects))
        elif key == REQUIRE_REHEARSAL:
            if not isinstance(value, bool):
                defects.append(f"policy.{key}: must be true or false")
            policy = changed(policy, require_rehearsal=value is True)
        elif key in PUBLISHER_KEYS:
            policy = changed(policy, **read_publisher_setting(key, value, defects))
        elif key == WAIVER_DAYS:
            policy = changed(policy, waiver_days=_waiver_days(value, defects))
        elif key == "severities":
            policy = changed(policy, severities=_severities(value, defects))
        else:
            defects.append(f"policy.{printable(key)}: there is no such key (known: {', '.join(KEYS)})")
    if defects:
        raise ConfigError(
            "; ".join(defects),
            context="tool.uplock",
            remedy="Correct the key that is named." if len(defects) == 1 else "Correct the keys that are named.",
        )
    return policy


def _days(value: object, place: str, defects: list[str]) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_DAYS:
        return value
    defects.append(f"{place}: must be a number of days from 0 to {MAX_DAYS}")
    return 0


def _waiver_days(value: object, defects: list[str]) -> WaiverDays:
    """Return the longest time in force by severity; a severity that is not named keeps its default."""
    place = f"policy.{WAIVER_DAYS}"
    if not isinstance(value, Mapping):
        defects.append(f"{place}: must be a table of severities, as in {{ error = 90 }}")
        return WaiverDays()
    days = WaiverDays()
    for name, each in value.items():
        if name in SEVERITIES:
            days = changed(days, **{name: _days(each, f"{place}.{name}", defects)})
        else:
            defects.append(f"{place}.{printable(str(name))}: must be one of {', '.join(SEVERITIES)}")
    return days


def _severities(value: object, defects: list[str]) -> dict[str, Severity]:
    if not isinstance(value, Mapping):
        defects.append('policy.severities: must be a table of rule ids, as in { PY002 = "error" }')
        return {}
    known = tuple(statements())
    found: dict[str, Severity] = {}
    for rule, name in value.items():
        place = f"policy.severities.{printable(str(rule))}"
        severity = next((each for each in SEVERITIES if each == name), None)
        if rule not in known:
            defects.append(f"{place}: there is no such rule (known: {listed(known, limit=100)})")
        elif severity is None:
            defects.append(f"{place}: must be one of {', '.join(SEVERITIES)}")
        else:
            found[rule] = severity
    return found
