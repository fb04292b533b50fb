"""``uplock rules``."""

from __future__ import annotations

import click

from uplock.cli.options import json_option
from uplock.cli.output import answer, painter
from uplock.errors import UsageError


@click.command(name="rules")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@json_option
def command(*, ids: tuple[str, ...], as_json: bool) -> int:
    """List everything that can be found, or show the pages of some rules. Needs no project.

    \b
    Examples:
      uplock rules
      uplock rules PY001 AT002
      uplock rules --json
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.policy.registry import statements
    from uplock.report.rules_text import pages_text, rules_text

    known = statements()
    wanted = [each.upper() for each in ids]
    for rule in wanted:
        if rule not in known:
            raise UsageError(_unknown(rule, list(known)), remedy="See uplock rules.")
    stated = tuple(known[rule] for rule in dict.fromkeys(wanted or known))
    text = pages_text if ids else rules_text
    answer(stated, as_json=as_json, text=lambda value: text(value, painter()))
    return 0


def _unknown(rule: str, known: list[str]) -> str:
    """Return that there is no such rule, with those that are nearest."""
    from difflib import get_close_matches

    near = get_close_matches(rule, known)
    return f"there is no rule {rule!r}{': did you mean ' + ' or '.join(near) + '?' if near else ''}"
