"""The formats in which findings are told: for people, and for services of CI."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uplock.model.finding import Finding
    from uplock.model.outcome import CheckResult
    from uplock.model.policy_outcome import Location
    from uplock.policy.rule import Statement

    Render = Callable[[CheckResult, Callable[[Finding], Location], Mapping[str, Statement]], str]

FORMATS = ("text", "json", "sarif", "junit", "github", "gitlab", "markdown")


def renderer(form: str) -> Render:
    """Return what renders a format: each is loaded only when it is asked for."""
    match form:
        case "sarif":
            from functools import partial

            from uplock import __version__
            from uplock.report.formats import sarif

            return partial(sarif.render, version=__version__)
        case "junit":
            from uplock.report.formats import junit

            return junit.render
        case "github":
            from uplock.report.formats import github

            return github.render
        case "gitlab":
            from uplock.report.formats import gitlab

            return gitlab.render
        case _:
            from uplock.report.formats import markdown

            return markdown.render
