"""``requirements.<target>.txt`` for ``pip install --require-hashes``: one pin and one hash per package, no URLs."""

from __future__ import annotations

import re

from uplock.errors import InputError
from uplock.lockfile.toml_text import moment_text
from uplock.model.digest import Sha256
from uplock.model.lock import Lock, LockedPackage

Pins = tuple[tuple[str, str, Sha256], ...]
"""Normalized name, ``==VERSION`` or `` @ URL``, SHA-256 of the one artifact; sorted by name."""

_PIN = re.compile(
    r"(?P<name>[a-z0-9]+(?:-[a-z0-9]+)*)(?P<which>==[A-Za-z0-9.!+_-]+| @ https?://[!-~]+) \\\n"
    r"    --hash=sha256:(?P<sha256>[0-9a-f]{64})\n"
    r"(?:    # via [ -~]*\n)?"
)
_COMMENT = re.compile(r"#[ -~]*\n")
"""Printable ASCII only: pip ends a line at characters that look like nothing, and what follows would be an option."""


def write_requirements(lock: Lock) -> bytes:
    """Return the text: comments that say what it answers, then the pins sorted by name."""
    target = lock.target
    lines = [
        f"# uplock: {target.name}, CPython {target.interpreter.version}, {target.platform.name}\n",
        f"# cut-off {moment_text(lock.exclude_newer)}, resolver {lock.resolver}\n",
        f"# inputs sha256:{lock.inputs}\n",
        f"# pip install --require-hashes --no-deps {_building(lock)} -r FILE\n",
    ]
    needed_by: dict[str, list[str]] = {}
    for package in lock.packages:
        for name in package.dependencies:
            needed_by.setdefault(name, []).append(package.name)
    for package in sorted(lock.packages, key=lambda package: package.name):
        via = [*sorted(needed_by.get(package.name, [])), *(["the project"] if package.direct else [])]
        lines.append(f"{package.name}{which(package)} \\\n    --hash=sha256:{package.artifact.sha256}\n")
        lines += [f"    # via {', '.join(via)}\n"] if via else []
    return "".join(lines).encode()


def write_offline(lock: Lock) -> bytes:
    """Return the pins for an installer that is given the files themselves: no address, one line and hash for each."""
    lines = (f"{each.name}=={each.version} --hash=sha256:{each.artifact.sha256}\n" for each in lock.packages)
    return "".join(lines).encode()


def which(package: LockedPackage) -> str:
    """Return what follows the name of a pin: its version, or the address of a direct reference.

    What was built here has no address, whoever asked for what it was built from.
    """
    referenced = package.index is None and package.built_from is None
    return f" @ {package.artifact.url}" if referenced else f"=={package.version}"


def _building(lock: Lock) -> str:
    """Return pip's options for what may be built: nothing, or the packages that are locked as sdists."""
    sources = ",".join(package.name for package in lock.packages if package.is_sdist)
    return f"--only-binary :all: --no-binary {sources}" if sources else "--only-binary :all:"


def read_requirements(raw: bytes, filename: str) -> Pins:
    """Parse what :func:`write_requirements` writes, and nothing else.

    Raises :class:`InputError` with the line for anything that is not a comment or a pin with exactly one SHA-256, and
    for names that are not sorted or stand twice.
    """
    text = raw.decode("utf-8", errors="replace")
    pins: list[tuple[str, str, Sha256]] = []
    at = 0
    while at < len(text):
        match = _COMMENT.match(text, at) or _PIN.match(text, at)
        if match is None:
            raise _refusal("neither a comment nor a pin with exactly one sha256", filename, text, at)
        if match.re is _PIN:
            if pins and match["name"] <= pins[-1][0]:
                raise _refusal("the names are not sorted, or one stands twice", filename, text, at)
            pins.append((match["name"], match["which"], Sha256(match["sha256"])))
        at = match.end()
    return tuple(pins)


def _refusal(message: str, filename: str, text: str, at: int) -> InputError:
    line = text.count("\n", 0, at) + 1
    return InputError(
        message,
        context=f"{filename}:{line}",
        remedy="Restore the file from version control, or run uplock lock --fresh.",
    )
