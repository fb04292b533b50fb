"""Text for people: renders answers, decides nothing. Every fact in it is in the JSON too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime

from uplock.model.outcome import HistoryEntry, InitResult, SbomResult
from uplock.model.results import CircleCI, Email, GitHub, GitLab, Google, Other, Publisher
from uplock.model.verify_outcome import AttestationCounts

Paint = Callable[[str, str], str]
"""Colours a text if the stream wants it: text, colour."""

_COMMAND = re.compile(r"(#)(#)(?=\w*\[)|^(\s*)(:)(?=:)")

COLOURS = {
    "pass": "green",
    "fail": "red",
    "undetermined": "yellow",
    "error": "red",
    "warning": "yellow",
    "info": "cyan",
}


def sbom_text(result: SbomResult) -> str:
    """Render ``uplock sbom``."""
    files = [f"  {file.path}  sha256 {file.sha256}" for file in result.files]
    return join([f"uplock sbom · {result.project} · generation {result.generation}", *files])


def history_text(entries: tuple[HistoryEntry, ...]) -> str:
    """Render ``uplock history``."""
    if not entries:
        return "No generation is recorded yet: run uplock run.\n"
    lines = []
    for entry in entries:
        when = moment(entry.recorded_at) if entry.recorded_at else "before this archive"
        left = f", leaving {entry.baseline}" if entry.baseline else ""
        marks = f"{', kept' if entry.kept else ''}{'' if entry.chained else ', not on the chain'}"
        lines.append(f"{entry.id}  {when}  {entry.artifacts} artifacts, {', '.join(entry.targets)}{left}{marks}")
        lines.append(f"  parent {entry.parent}" if entry.parent else "  no parent")
    return join(lines)


def init_text(result: InitResult) -> str:
    """Render ``uplock init``."""
    done = f"Wrote {result.path}:" if result.written else f"{result.path} has its table already:"
    return join([done, "", result.text.rstrip("\n")])


def publisher_text(publisher: Publisher) -> str:
    """Return a publisher in a few words."""
    match publisher:
        case GitHub(repository=repository, workflow=workflow, environment=environment):
            return f"GitHub {repository} ({workflow}{_environment(environment)})"
        case GitLab(repository=repository, workflow_filepath=workflow, environment=environment, host=host):
            place = "GitLab" if host is None else f"GitLab at {host}"
            return f"{place} {repository} ({workflow}{_environment(environment)})"
        case CircleCI(project_id=project, pipeline_definition_id=definition, vcs_origin=origin):
            return f"CircleCI {origin or project} (pipeline definition {definition})"
        case Google(email=email):
            return f"Google {email}"
        case Email(email=email, issuer=issuer):
            return f"{email} ({issuer})"
        case Other(identity=identity, issuer=issuer):
            return f"{identity} ({issuer})"


def _environment(name: str | None) -> str:
    return f", environment {name}" if name else ""


def counts_text(counts: AttestationCounts) -> str:
    """Return how many artifacts have which outcome; an outcome that none has is not mentioned."""
    found = (
        (counts.verified, "verified"),
        (counts.not_attested, "not attested"),
        (counts.invalid, "invalid"),
        (counts.unchecked, "unchecked"),
    )
    return f"attestations: {', '.join(f'{number} {outcome}' for number, outcome in found if number) or 'none'}"


def day_text(moment: datetime) -> str:
    """Return the day of a moment."""
    return moment.date().isoformat()


def moment(when: datetime) -> str:
    """Return a moment as RFC 3339 in whole seconds."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def plain(text: str) -> str:
    r"""Return ``text`` with everything escaped that could steer its reader: ``\x1b``, ``\n``, ``\u202e``.

    Readers are terminals and runners of CI services: these obey ``##[…]`` and ``##vso[…]`` anywhere in a line, and
    ``::…::`` at its beginning.
    """
    shown = text if text.isprintable() else "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)
    return _COMMAND.sub(lambda match: f"{match[1] or match[3]}\\x{ord(match[2] or match[4]):x}", shown)


def count(number: int, noun: str) -> str:
    """Return a number of things: ``1 package``, ``2 packages``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def join(lines: Iterable[str]) -> str:
    """Return lines, each with its end."""
    return "".join(f"{line}\n" for line in lines)
