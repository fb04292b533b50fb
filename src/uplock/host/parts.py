"""Asking an interpreter for its own native parts, by running it once: alone, without ``site``, within bounds.

What it answers is somebody else's text: it is parsed strictly, cut, and taken for a version only if it looks like one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from uplock.errors import InputError, ToolError, located
from uplock.host.parts_probe import MODULES, PROBE
from uplock.host.program import run
from uplock.model.interpreter_parts import InterpreterPart, InterpreterParts
from uplock.model.value import Value, decode

LIMIT = 30
"""Seconds that an interpreter may take for all parts, and again for each if that fails."""
MAX_ANSWER = 64 * 1024
"""Characters; a real answer has 3,000."""

_KEPT_ENVIRONMENT = ("HOME", "LANG", "LC_ALL", "PATH", "PYENV_ROOT")
_REMEDY = "Name the program of a CPython 3.8 or newer that works."

_VERSION = re.compile(r"[0-9]{1,9}(?:\.[0-9A-Za-z]{1,16}){1,5}(?:-[0-9A-Za-z]{1,16})?\Z")
_TEXT = re.compile(r"[\x20-\x7e]{1,200}\Z")
_FILE = re.compile(r"(?!/)(?:(?!\.{1,2}(?:/|\Z))[\w.+-]{1,100}(?:/|\Z)){1,20}\Z", re.ASCII)
_FORKS = {"openssl": ("libressl", "boringssl", "aws-lc"), "zlib": ("zlib-ng",), "readline": ("libedit",)}
"""Projects that stand in for another under its name, and say so."""
_UNTOLD = frozenset({"aws-lc", "boringssl", "libedit", "tk", "zlib-ng"})
"""Those whose words hold another version than their own: of what they stand in for, or only the first half of it."""


class _Found(Value, frozen=True, kw_only=True):
    """What the program says about one part."""

    state: Literal["present", "absent", "failed"]
    source: str | None = None
    said: str | None = None
    compiled: str | None = None
    place: Literal["built-in", "extension"] | None = None
    file: str | None = None
    linkage: Literal["shared", "within"] | None = None
    library: str | None = None


class _Answer(Value, frozen=True, kw_only=True):
    """What the program prints."""

    version: str
    implementation: str
    abi: str | None
    platform: str
    compiler: str | None
    parts: dict[str, _Found]


def parts_of(python: Path, environment: Mapping[str, str], limit: float = LIMIT) -> InterpreterParts:
    """Return the native parts of the interpreter ``python``, in the order of their names.

    A part that ends the process, or ``limit`` seconds, is asked for alone, and then stands as ``failed``. Raises
    :class:`ToolError` if the program does not answer as an interpreter, :class:`InputError` if its answer is malformed.
    """
    kept = {key: environment[key] for key in _KEPT_ENVIRONMENT if key in environment}
    try:
        answer = _asked(python, kept, MODULES, limit)
        parts: Mapping[str, _Found | None] = answer.parts
    except (ToolError, InputError):
        answer = _asked(python, kept, (), limit)
        parts = {key: _alone(python, kept, key, limit) for key in MODULES}
    with located(str(python)):
        return InterpreterParts(
            version=_required(answer.version, _VERSION),
            implementation=_required(answer.implementation, _TEXT),
            abi=_matching(answer.abi, _TEXT),
            platform=_required(answer.platform, _TEXT),
            compiler=_matching(answer.compiler, _TEXT),
            parts=tuple(sorted((_part(key, parts.get(key)) for key in MODULES), key=lambda part: part.name)),
        )


def _alone(python: Path, environment: Mapping[str, str], key: str, limit: float) -> _Found | None:
    try:
        return _asked(python, environment, (key,), limit).parts.get(key)
    except (ToolError, InputError):
        return None


def _asked(python: Path, environment: Mapping[str, str], keys: Iterable[str], limit: float) -> _Answer:
    command = [str(python), "-I", "-S", "-B", "-c", PROBE, *keys]
    done = run(command, Path("/"), environment, str(python), limit, remedy=_REMEDY)
    if done.returncode != 0:
        raise ToolError(f"ended with code {done.returncode} when asked what it is", context=str(python), remedy=_REMEDY)
    if len(done.stdout) > MAX_ANSWER:
        raise InputError(f"an answer of more than {MAX_ANSWER} characters", context=str(python), remedy=_REMEDY)
    with located(str(python)):
        try:
            return decode(done.stdout, _Answer)
        except InputError as error:
            raise InputError("no answer of an interpreter", remedy=_REMEDY) from error


def _part(key: str, found: _Found | None) -> InterpreterPart:
    module = MODULES[key]
    if found is None or found.state != "present":
        return InterpreterPart(name=key, module=module, state="failed" if found is None else found.state)
    said = _matching(found.said, _TEXT)
    name = next((fork for fork in _FORKS.get(key, ()) if fork in (said or "").lower()), key)
    return InterpreterPart(
        name=name,
        module=module,
        state="present",
        version=None if name in _UNTOLD else _version(said),
        compiled=_version(_matching(found.compiled, _TEXT)),
        source=None if said is None else _matching(found.source, _TEXT),
        said=said,
        place=found.place,
        file=_matching(found.file, _FILE),
        linkage=found.linkage,
        library=_matching(found.library, _FILE),
    )


def _version(said: str | None) -> str | None:
    """Return the first word that is a version: ``2.6.3`` of ``expat_2.6.3``."""
    words = (word.rstrip(".") for word in re.split(r"[\s,_]+", said or "") if word[:1].isdigit())
    word = next(words, "")
    return word if _VERSION.match(word) else None


def _matching(text: str | None, pattern: re.Pattern[str]) -> str | None:
    return text if text is not None and pattern.match(text) else None


def _required(text: str, pattern: re.Pattern[str]) -> str:
    if not pattern.match(text):
        raise InputError("no answer of an interpreter", remedy=_REMEDY)
    return text
