"""What is found about declared interpreters (``uplock scan``): ended ones, blocked runtimes, disagreement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from uplock.model.declaration import Declaration
from uplock.model.finding import Finding
from uplock.model.lifecycle import Lifecycle
from uplock.model.policy import Policy
from uplock.model.scan_outcome import UnreadFile
from uplock.policy.lifecycle import find, utc_day
from uplock.policy.rule import Statement, milder
from uplock.policy.wording import counted, listed, printable

PY003 = Statement(
    id="PY003",
    description="Declarations of the interpreter disagree",
    severity="warning",
    reach="interpreter",
    why="""\
Found by `uplock scan`. In one folder a service runs on an interpreter that nothing there tests, or that its own range
does not admit: what is tested is not what runs. A matrix may be wider than what runs, and a range admits what it
admits: neither is a disagreement.""",
    example="3.9 is what runs (Dockerfile:3), and only 3.12 is tested (.github/workflows/ci.yml:14)",
    remedy="""\
Move the declarations together: one change for all files that the scan lists for the folder.""",
    waive="""\
Right for the days of a move, in which both are there on purpose: name the interpreter that runs, and the end.""",
)
PY005 = Statement(
    id="PY005",
    description="A declaration of the interpreter names none, or cannot be read",
    severity="warning",
    reach="nothing",
    why="""\
Found by `uplock scan`. A tag that moves (`python:latest`), a digest alone, a variable without a value, or a file that
is not of its format: nobody can tell what runs. The unquoted `3.10` in YAML is the number 3.1.""",
    example="python:latest names no version: what it runs on moves with the tag",
    remedy="""\
Name the version, and put it in quotes in YAML; correct the file that cannot be read.""",
    waive="""\
It cannot be waived: where it is meant, `severities = { PY005 = "info" }` says so once.""",
)
PY008 = Statement(
    id="PY008",
    description="A declared interpreter is past its end of life",
    severity="error",
    reach="interpreter",
    why="""\
Found by `uplock scan`. What is declared to run or build on an interpreter that nobody mends any more goes on doing so
when its locks are long moved. Where it is declared for tests and checks of code only, it is a warning.""",
    example="CPython 3.9 reached its end of life on 2025-10-31, and runs here (3.9-slim-bookworm)",
    remedy="""\
Move the declaration to a supported line; `uplock uplift plan` says what the lock needs for that.""",
    waive="""\
Right for a service that is on its way: name the interpreter, the ticket of the move, and when it is over.""",
)
PY009 = Statement(
    id="PY009",
    description="A declared managed runtime is deprecated, or its provider blocks it",
    severity="error",
    reach="interpreter",
    why="""\
Found by `uplock scan`. Providers first stop security updates of a runtime, then refuse new functions with it, then
updates of those that are there. After that nothing can be deployed any more, a correction included.""",
    example=(
        "aws-lambda python3.9: deprecated since 2025-12-15, no new functions from 2027-02-01, "
        "no updates from 2027-03-03"
    ),
    remedy="""\
Move the functions to a runtime of a later interpreter.""",
    waive="""\
Right until the move is deployed, and never beyond the day from which updates are refused: name the interpreter.""",
)
DECLARED = (PY003, PY005, PY008, PY009)


def judge(
    declarations: Iterable[Declaration],
    unread: Iterable[UnreadFile],
    lifecycles: tuple[Lifecycle, ...],
    policy: Policy,
    as_of: datetime,
) -> tuple[Finding, ...]:
    """Return what is found about declarations on a day, by place. ``place`` is path and line: ``Dockerfile:3``."""
    rows = tuple(declarations)
    found = [
        *(finding for row in rows for finding in _ended(row, policy)),
        *(finding for row in rows for finding in _blocked(row, lifecycles, policy, as_of)),
        *(finding for row in rows for finding in _unnamed(row, policy)),
        *(_unread(each, policy) for each in unread),
        *_disagreeing(rows, policy),
    ]
    return tuple(sorted(found, key=lambda each: (*_place(each.place), each.rule, each.subject)))


def minor_of(finding: Finding) -> str:
    """Return the minor that a finding is about, by which waivers are put on it; empty if it is about none."""
    return finding.subject.removeprefix("CPython ") if finding.subject.startswith("CPython ") else ""


def _place(place: str) -> tuple[str, int]:
    path, _, line = place.rpartition(":")
    return path, int(line) if line.isdigit() else 0


def _ended(row: Declaration, policy: Policy) -> Iterator[Finding]:
    """Yield exact minors that ended; a range that admits an ended one declares no more than that it once ran there."""
    if row.minors is None or row.kind.endswith("classifier"):
        return
    for state in row.states:
        if state.state != "ended" or state.end_of_life is None:
            continue
        severity = PY008.severity_under(policy)
        verb = {"run": "runs", "build": "builds", "test": "is tested", "lint": "is what code is checked for"}[row.role]
        yield PY008.found(
            policy,
            target="",
            about=f"CPython {state.minor}",
            message=f"CPython {state.minor} reached its end of life on {state.end_of_life}, and {verb} here "
            f"({printable(row.text)})",
            remedy="Move the declaration to a supported line; uplock uplift plan says what the lock needs for that.",
            place=f"{row.path}:{row.line}",
            severity=severity if row.role in {"run", "build"} else milder(severity, "warning"),
        )


def _blocked(row: Declaration, lifecycles: tuple[Lifecycle, ...], policy: Policy, as_of: datetime) -> Iterator[Finding]:
    line = None if row.runtime is None else find(lifecycles, "aws-lambda", row.runtime)
    if line is None or line.claim.blocks is None or not row.minors:
        return
    day, blocks = utc_day(as_of), line.claim.blocks
    dates = (
        ("deprecated", blocks.deprecated),
        ("no new functions", blocks.create_block),
        ("no updates", blocks.update_block),
    )
    told = [f"{what} {'since' if when <= day else 'from'} {when}" for what, when in dates if when is not None]
    if (blocks.deprecated - day).days > policy.eol_warning_days:
        return
    severity = PY009.severity_under(policy)
    yield PY009.found(
        policy,
        target="",
        about=f"CPython {row.minors[0]}",
        message=f"aws-lambda {line.line}: {', '.join(told)}",
        remedy="Move the functions to a runtime of a later interpreter.",
        place=f"{row.path}:{row.line}",
        severity=severity if line.verified and blocks.deprecated <= day else milder(severity, "warning"),
    )


def _unnamed(row: Declaration, policy: Policy) -> Iterator[Finding]:
    if row.note is None:
        return
    yield PY005.found(
        policy,
        target="",
        about=printable(row.text),
        message=f"{printable(row.text)} {printable(row.note)}",
        remedy="Name the version, in quotes where the file is YAML.",
        place=f"{row.path}:{row.line}",
    )


def _unread(each: UnreadFile, policy: Policy) -> Finding:
    return PY005.found(
        policy,
        target="",
        about=printable(each.path),
        message=f"cannot be read: {printable(each.message)}",
        remedy="Correct the file, or scan other folders.",
        place=f"{each.path}:{each.line}",
    )


def _disagreeing(rows: tuple[Declaration, ...], policy: Policy) -> Iterator[Finding]:
    """Yield, folder by folder, what runs and is neither tested there nor admitted by the folder's own range."""
    folders: dict[str, list[Declaration]] = {}
    for row in rows:
        if row.implementation == "cpython":
            folders.setdefault(_project(row.path), []).append(row)
    for folder in sorted(folders):
        yield from _in_folder(folders[folder], policy)


def _project(path: str) -> str:
    """Return the folder of the project that a file is about: CI's own folders belong to the one above."""
    folder = path.rpartition("/")[0]
    for own in (
        ".github/workflows",
        ".circleci",
        ".devcontainer",
        ".gitlab",
        ".azure-pipelines",
        ".config/mise",
        ".mise",
    ):
        if folder == own or folder.endswith(f"/{own}"):
            return folder.removesuffix(own).rstrip("/")
    return folder


def _in_folder(rows: list[Declaration], policy: Policy) -> Iterator[Finding]:
    running = [row for row in rows if row.role == "run" and row.minors and not row.kind.endswith("classifier")]
    tested = [row for row in rows if row.role == "test" and row.minors is not None]
    ranges = [row for row in rows if row.kind in _RANGES and row.specifier is not None]
    covered = {minor for row in tested for minor in row.minors or ()}
    for row in running:
        for minor in row.minors or ():
            if row.kind == "pyproject.uplock":
                continue  # what uplock locks for is the move itself
            untested = bool(covered) and minor not in covered
            outside = [each for each in ranges if each.admits and minor not in each.admits]
            if not untested and not outside:
                continue
            words = [f"only {listed(covered)} tested ({_where(tested)})"] if untested else []
            words += [f"{each.text} does not admit it ({each.path}:{each.line})" for each in outside[:1]]
            yield PY003.found(
                policy,
                target="",
                about=f"CPython {minor}",
                message=f"{minor} is what runs ({row.path}:{row.line}), and {' and '.join(words)}",
                remedy="Move the declarations together, in one change.",
                place=f"{row.path}:{row.line}",
            )


_RANGES = frozenset({"pyproject.requires-python", "pyproject.poetry", "pyproject.pdm", "setup.cfg", "setup.py"})


def _where(rows: list[Declaration]) -> str:
    first = rows[0]
    more = f" and {counted(len(rows) - 1, 'place')} more" if len(rows) > 1 else ""
    return f"{first.path}:{first.line}{more}"
