"""Builders of waivers, of their files, and of what they are judged by: the defaults are all in order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from support.subjects import TODAY
from uplock.lockfile.waivers import read_waiver, write_waiver
from uplock.model.digest import Sha256, sha256_of
from uplock.model.finding import Finding, Severity
from uplock.model.policy import Policy
from uplock.model.waiver import Risk, Standing, Waiver, WaiverFile, WaiverScope
from uplock.policy.registry import statements
from uplock.policy.rule import Statement
from uplock.policy.waivers.standing import standings

DAY = TODAY.date()
"""The day on which waivers are judged unless a test says otherwise: 2026-11-23."""

SERVICE = "shop"
PLATFORM = "linux-x86_64"
PYTHON = "3.9.18"
WHEEL = sha256_of(b"demo-1.0-py3-none-any.whl")

_GOOD = Waiver(
    id="py39-until-uplift",
    rule="PY001",
    scope=WaiverScope(service=SERVICE, interpreter="3.9"),
    reason="The card terminal's driver is certified for this interpreter only",
    risk=Risk(likelihood="low", impact="medium"),
    compensating_controls=("The service is reachable from the internal network alone",),
    requested_by="service-owner",
    approved_by=("security-review",),
    ticket="SEC-1234",
    approved_at=date(2026, 10, 1),
    expires_at=date(2026, 12, 31),
)


def make_waiver(**changes: Any) -> Waiver:
    """Return a waiver of PY001 for CPython 3.9 in the shop, in force from 2026-10-01 to 2026-12-31."""
    return msgspec.structs.replace(_GOOD, **changes)


def make_file(waiver: Waiver | None = None, *, path: str | None = None, **changes: Any) -> WaiverFile:
    """Return the file of a waiver, as it is once it was written and read."""
    made = make_waiver(**changes) if waiver is None else waiver
    where = f"waivers/{made.id}.toml" if path is None else path
    return WaiverFile(path=where, sha256=sha256_of(write_waiver(made)), waiver=made)


def make_text(changes: Mapping[str, str | None] | None = None, *, tail: str = "") -> bytes:
    """Return the text of a good file in which whole values were changed, or with ``None`` taken out, by key.

    Values are TOML; keys are those of the file, those of the two tables included.
    """
    lines = []
    given = dict(changes or {})
    for line in write_waiver(_GOOD).decode().splitlines():
        key = line.partition(" = ")[0]
        if key not in given:
            lines.append(line)
        elif (value := given.pop(key)) is not None:
            lines.append(f"{key} = {value}")
    top = [f"{key} = {value}" for key, value in given.items() if value is not None]
    return ("\n".join([*top, *lines]) + f"\n{tail}").encode()


def defects(changes: Mapping[str, str | None] | None = None, *, tail: str = "") -> tuple[str, ...]:
    """Return everything that is wrong with a good file once it was changed."""
    file = read_waiver(f"waivers/{_GOOD.id}.toml", make_text(changes, tail=tail))
    assert (file.waiver is None) == bool(file.defects)
    return file.defects


def judge_files(
    *files: WaiverFile,
    day: date = DAY,
    service: str = SERVICE,
    policy: Policy | None = None,
    known: Mapping[str, Statement] | None = None,
) -> tuple[Standing, ...]:
    """Return what files are worth, under all rules there are unless others are given."""
    return standings(
        files, service=service, statements=statements() if known is None else known, policy=policy or Policy(), day=day
    )


def make_finding(
    rule: str = "PY001",
    *,
    severity: Severity = "error",
    package: str | None = None,
    version: str | None = None,
    sha256: Sha256 | None = None,
) -> Finding:
    """Return a finding of a rule about the target that is being left."""
    return Finding(
        rule=rule,
        severity=severity,
        target=f"cp39-{PLATFORM}",
        subject=package or f"CPython {PYTHON}",
        message="it is so",
        remedy="Mend it.",
        package=package,
        version=version,
        sha256=sha256,
    )


def put(folder: Path, waiver: Waiver) -> Path:
    """Write a waiver below a project and return where."""
    place = folder / "waivers" / f"{waiver.id}.toml"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(write_waiver(waiver))
    return place
