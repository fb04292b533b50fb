"""Cutting a program off from the network for real: found out by trying, never assumed."""

from __future__ import annotations

import functools
import json
import os
import sys
from pathlib import Path

from uplock.errors import InputError, ToolError, UnaskableError
from uplock.host.isolation_programs import LAUNCHER, TRIAL
from uplock.host.program import run
from uplock.model.value import Value, decode

METHODS = (("network namespace", "net"), ("user and network namespace", "user"), ("seccomp filter", "seccomp"))
"""Names of the ways, and what the launcher calls them; the first that works is taken."""

TRIAL_LIMIT = 60
"""Seconds that trying one way may take."""

_REMEDY = "Run on Linux, as root or where user namespaces or seccomp filters are allowed."


class Isolation(Value, frozen=True, kw_only=True):
    """A way that works here: its name, and what is put in front of a command."""

    name: str
    prefix: tuple[str, ...]


class _Trial(Value, frozen=True, kw_only=True, rename="kebab"):
    """What was reached: with nothing in front of the program (``control``), and cut off."""

    control_tcp: bool
    control_unix: bool
    cut_tcp: bool
    cut_unix: bool
    alive: bool
    words: str


def find_isolation() -> Isolation:
    """Return the first way that works, each tried once in a process.

    It works if a program that is cut off runs, and reaches neither a listener on loopback nor a UNIX socket in the file
    system, which a program that is not cut off both reaches. Raises :class:`UnaskableError` with all reasons.
    """
    found = _found()
    if isinstance(found, Isolation):
        return found
    raise UnaskableError(f"the network cannot be cut off here: {found}", remedy=_REMEDY)


@functools.cache
def _found() -> Isolation | str:
    if sys.platform != "linux":
        return f"that needs Linux, and this is {sys.platform}"
    reasons = []
    for name, method in METHODS:
        isolation = Isolation(name=name, prefix=prefix_of(method))
        reason = trial_of(isolation.prefix)
        if not reason:
            return isolation
        reasons.append(f"{name}: {reason}")
    return "; ".join(reasons)


def prefix_of(method: str) -> tuple[str, ...]:
    """Return what is put in front of a command to cut it off by ``method``, a second name in :data:`METHODS`."""
    return (sys.executable, "-I", "-S", "-c", LAUNCHER, method)


def trial_of(prefix: tuple[str, ...]) -> str:
    """Try a prefix and return why it does not cut off, or nothing if it does."""
    try:
        command = [sys.executable, "-I", "-S", "-c", TRIAL, json.dumps(prefix)]
        done = run(command, Path("/"), {"PATH": os.defpath}, "python", TRIAL_LIMIT)
    except ToolError as error:
        return f"it cannot be tried: {error}"
    try:
        trial = decode(done.stdout, _Trial)
    except InputError:
        words = done.stderr.strip().splitlines()
        return f"it cannot be tried: {words[-1] if words else 'the trial gave no answer'}"
    if not (trial.control_tcp and trial.control_unix):
        return "it cannot be tried: nothing reaches a listener on loopback here"
    if not trial.alive:
        return trial.words.strip().removeprefix("uplock: ") or "nothing runs under it"
    reached = [name for name, hit in (("loopback", trial.cut_tcp), ("a UNIX socket", trial.cut_unix)) if hit]
    return f"what is cut off still reaches {' and '.join(reached)}" if reached else ""
