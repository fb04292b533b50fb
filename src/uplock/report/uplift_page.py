"""The plan of an uplift as one page: no script, no request, for screens, phones and paper. The only door to Jinja."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from uplock.model.uplift import UpliftPlan
from uplock.report.formats.reported import shown
from uplock.report.uplift_text import base_lines, native_side, summary

if TYPE_CHECKING:
    from jinja2 import Template

_TEMPLATE = Path(__file__).with_name("templates") / "uplift.html.j2"

STATUS = {
    "ready": ("Ready", "Installs from wheels, and every top-level module imports on the target."),
    "untried": ("Untried", "Installs from wheels. Nothing was imported on the target yet."),
    "blocked": ("Blocked", "Something keeps this lock from moving."),
}


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["shown"] = shown
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))


def uplift_page(plan: UpliftPlan) -> str:
    """Return the page. Equal plans give equal bytes; all foreign text is escaped, control characters made visible."""
    title, words = STATUS[plan.status]
    return _template().render(
        plan=plan,
        minor=".".join(plan.after.python.split(".")[:2]),
        status=title,
        words=words,
        summary=summary(plan),
        native_side=native_side,
        base=base_lines(plan),
    )
