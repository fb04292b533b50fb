"""``requirements.<target>.txt`` for ``pip install --require-hashes``: one pin and one hash per package, no URLs."""

from __future__ import annotations

import re

from uplock.errors import InputError
from uplock.model.digest import Sha256
from uplock.model.lock import Lock

Pins = tuple[tuple[str, str, Sha256], ...]
"""Normalized name, version, SHA-256 of the one artifact; sorted by name."""

MAX_LINES = 100_000

_PIN = re.compile(
    r"(?P<name>[a-z0-9]+(?:-[a-z0-9]+)*)==(?P<version>[A-Za-z0-9.!+_-]+) \\\n"
    r"    --hash=sha256:(?P<sha256>[0-9a-f]{64})\n"
)
_COMMENT = re.compile(r"#[^\n]*\n")


def write_requirements(lock: Lock) -> bytes:
    """Return the text: comments that say what it answers, then the pins sorted by name."""
    target = lock.target
    lines = [
        f"# uplock: {target.name}, CPython {target.interpreter.version}, {target.platform.name}\n",
        f"# cut-off {lock.exclude_newer.strftime('%Y-%m-%dT%H:%M:%SZ')}, resolver {lock.resolver}\n",
        f"# inputs sha256:{lock.inputs}\n",
        "# pip install --require-hashes --no-deps --only-binary :all: -r FILE\n",
    ]
    lines += [
        f"{package.name}=={package.version} \\\n    --hash=sha256:{package.artifact.sha256}\n"
        for package in sorted(lock.packages, key=lambda package: package.name)
    ]
    return "".join(lines).encode()


def read_requirements(raw: bytes, filename: str) -> Pins:
    """Parse what :func:`write_requirements` writes, and nothing else.

    Raises :class:`InputError` with the line for anything that is not a comment or a pin with exactly one SHA-256.
    """
    text = raw.decode("utf-8", errors="replace")
    pins: list[tuple[str, str, Sha256]] = []
    at = 0
    while at < len(text):
        match = _COMMENT.match(text, at) or _PIN.match(text, at)
        if match is None or len(pins) >= MAX_LINES:
            line = text.count("\n", 0, at) + 1
            raise InputError(
                "neither a comment nor a pin with exactly one sha256",
                context=f"{filename}:{line}",
                remedy="Restore the file from version control, or run uplock lock --refresh.",
            )
        if match.re is _PIN:
            pins.append((match["name"], match["version"], Sha256(match["sha256"])))
        at = match.end()
    return tuple(pins)
