"""The registry: every module under ``rules/`` holds one rule, so that adding a rule is adding a file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from uplock.policy.checks import CHECKS
from uplock.policy.rule import Rule, Statement
from uplock.policy.waivers.misuse import MISUSE


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


@cache
def statements() -> Mapping[str, Statement]:
    """Return everything that can be found, by id, sorted: rules, checks of locks, and misuse of waivers."""
    found = {rule.id: _statement(rule) for rule in rules()} | CHECKS | MISUSE
    return MappingProxyType(dict(sorted(found.items())))


def _statement(rule: Rule) -> Statement:
    """Return a rule without its check: what can be written down."""
    return Statement(**{name: getattr(rule, name) for name in Statement.__struct_fields__})
