"""The registry: every module under ``rules/`` holds one rule, so that adding a rule is adding a file."""

from __future__ import annotations

from functools import cache

from uplock.policy.rule import Rule


@cache
def rules() -> tuple[Rule, ...]:
    """Return all rules, sorted by id."""
    from importlib import import_module
    from pkgutil import iter_modules

    from uplock.policy import rules as package

    found: list[Rule] = [
        import_module(f"{package.__name__}.{module.name}").RULE for module in iter_modules(package.__path__)
    ]
    return tuple(sorted(found, key=lambda rule: rule.id))


def rule_ids() -> tuple[str, ...]:
    """Return the ids of all rules, sorted."""
    return tuple(rule.id for rule in rules())
