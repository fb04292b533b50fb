"""A resolver that has its answers ready: the ``Resolver`` port without any program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from uplock.errors import Error
from uplock.model.target import Target
from uplock.ports import Pin, Question, Resolution, ViewAddress


class ResolverSimulator:
    """Answers by the target's name, or with ``""`` for any; an error is raised. ``asked`` keeps every question."""

    def __init__(self, answers: Mapping[str, Resolution | Error], version: str = "simulator 1.0") -> None:
        self.asked: list[tuple[Question, str]] = []
        self.closed = False
        self._answers = answers
        self._version = version

    @property
    def version(self) -> str:
        return self._version

    def version_for(self, target: Target) -> str:
        return f"{self._version} for {target.interpreter.minor}"

    def resolve(self, question: Question, served: ViewAddress) -> Resolution:
        self.asked.append((question, served.url))
        answer = self._answers.get(question.target.name) or self._answers[""]
        if isinstance(answer, Error):
            raise answer
        return answer

    def close(self) -> None:
        self.closed = True


def resolution(pins: Mapping[str, str], needed_by: Mapping[str, Sequence[str]] | None = None) -> Resolution:
    """Return an answer; what nobody needs is asked for by the project."""
    edges = needed_by or {}
    return Resolution(
        pins=tuple(
            Pin(name=name, version=version, needed_by=tuple(edges.get(name, ())), direct=name not in edges)
            for name, version in sorted(pins.items())
        )
    )
