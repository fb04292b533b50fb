"""Settings: ``[tool.uplock.policy]`` as written, to a policy, with every defect named by its key."""

from __future__ import annotations

from collections.abc import Mapping

from uplock.errors import ConfigError
from uplock.model.finding import SEVERITIES, Severity
from uplock.model.policy import Policy
from uplock.model.value import changed
from uplock.policy.checks import CHECKS
from uplock.policy.registry import rule_ids
from uplock.policy.wording import listed, printable

MAX_WARNING_DAYS = 3650
"""Ten years: no line is supported for longer."""

_KEYS = ("eol-warning-days", "severities")


def parse_policy(table: Mapping[str, object]) -> Policy:
    """Return the policy of ``[tool.uplock.policy]``; an empty table is the default policy.

    Raises :class:`ConfigError` with all defects at once, each with its key (``policy.severities.XX999``).
    """
    defects: list[str] = []
    policy = Policy()
    for key, value in table.items():
        match key:
            case "eol-warning-days":
                policy = changed(policy, eol_warning_days=_days(value, defects))
            case "severities":
                policy = changed(policy, severities=_severities(value, defects))
            case _:
                defects.append(f"policy.{printable(key)}: there is no such key (known: {', '.join(_KEYS)})")
    if defects:
        raise ConfigError(
            "; ".join(defects),
            context="tool.uplock",
            remedy="Correct the key that is named." if len(defects) == 1 else "Correct the keys that are named.",
        )
    return policy


def _days(value: object, defects: list[str]) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_WARNING_DAYS:
        return value
    defects.append(f"policy.eol-warning-days: must be a number of days from 0 to {MAX_WARNING_DAYS}")
    return 0


def _severities(value: object, defects: list[str]) -> dict[str, Severity]:
    if not isinstance(value, Mapping):
        defects.append('policy.severities: must be a table of rule ids, as in { PY002 = "error" }')
        return {}
    known = tuple(sorted((*rule_ids(), *CHECKS)))
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
