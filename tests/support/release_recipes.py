"""Reads the recipes for release jobs: what they say of their commands, and jobs with steps, alike for both services."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from support.yaml_subset import Node, read_yaml

RELEASE = Path(__file__).resolve().parents[2] / "docs" / "recipes" / "release"
GITHUB, GITLAB, REFRESH = (RELEASE / name for name in ("github.yml", "gitlab.yml", "refresh-root.yml"))

_CLAIM = re.compile(r" *# exit (?P<code>[0-9]+): (?P<words>(?P<rule>[A-Z]{2}[0-9]{3})?.*)")
_COMMAND = re.compile(r" *- (?:run: )?(?P<command>uplock .+)")


@dataclass(frozen=True)
class Claim:
    """What a recipe says of a command: exit code, and the finding that it names."""

    command: str
    code: int
    rule: str


@dataclass(frozen=True)
class Step:
    """A script or an action, and whether it comes even after a failure."""

    script: str
    uses: str
    always: bool
    given: dict[str, Node]
    """What an action is given."""


@dataclass(frozen=True)
class Job:
    """A job: what must have passed before it, and its steps."""

    name: str
    needs: tuple[str, ...]
    steps: tuple[Step, ...]
    node: dict[str, Node]


def claims_of(path: Path) -> Iterator[Claim]:
    """Yield the claims above each command. Each claim must belong to a command."""
    waiting: list[re.Match[str]] = []
    for line in path.read_text().splitlines():
        if match := _CLAIM.fullmatch(line):
            waiting.append(match)
            continue
        command = _COMMAND.fullmatch(line)
        assert command or not waiting, f"{path.name}: {line} is no command"
        for claim in waiting:
            assert command is not None
            yield Claim(command["command"], int(claim["code"]), claim["rule"] or "")
        waiting = []
    assert not waiting, path.name


def jobs_of(path: Path) -> dict[str, Job]:
    """Return the jobs of a recipe in their order."""
    document = read_yaml(path.read_text())
    assert isinstance(document, dict)
    if "jobs" in document:
        return {name: _github(name, table(node)) for name, node in table(document["jobs"]).items()}
    return {name: _gitlab(name, node) for name, node in document.items() if isinstance(node, dict)}


def table(node: Node, *keys: str) -> dict[str, Node]:
    """Return a mapping inside a document."""
    for key in keys:
        assert isinstance(node, dict)
        node = node[key]
    assert isinstance(node, dict)
    return node


def texts(node: Node) -> tuple[str, ...]:
    """Return a text, or a list of texts, as texts."""
    return tuple(str(each) for each in (node if isinstance(node, list) else [node]))


def _github(name: str, node: dict[str, Node]) -> Job:
    steps = []
    assert isinstance(node["steps"], list)
    for each in node["steps"]:
        step = table(each)
        assert set(step) <= {"run", "uses", "with", "if", "env"}, f"{name}: {set(step)}"
        assert step.get("if", "always()") == "always()"
        given = table(step["with"]) if "with" in step else {}
        steps.append(Step(str(step.get("run", "")), str(step.get("uses", "")), "if" in step, given))
    return Job(name, texts(node["needs"]) if "needs" in node else (), tuple(steps), node)


def _gitlab(name: str, node: dict[str, Node]) -> Job:
    """One shell runs the lines of ``before_script`` and ``script``, another one those of ``after_script``, always."""
    steps = [
        Step("\n".join(lines), "", always, {})
        for lines, always in (
            ([*_lines(node, "before_script"), *_lines(node, "script")], False),
            (_lines(node, "after_script"), True),
        )
        if lines
    ]
    return Job(name, texts(node["needs"]) if "needs" in node else (), tuple(steps), node)


def _lines(node: dict[str, Node], key: str) -> tuple[str, ...]:
    return texts(node[key]) if key in node else ()
