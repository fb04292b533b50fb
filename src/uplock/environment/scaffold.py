"""What a virtual environment has of its own: ``pyvenv.cfg``, links to the interpreter, scripts that activate it.

Nothing of it comes from a wheel, and all of it may run or decide what runs. So it is held against a second environment,
made by the same program (``venv`` of the interpreter, or uv) in a scratch directory: the files must be equal but for
the directory that they name.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from uplock.content.tree import Listing, shown
from uplock.environment.tree import Tree
from uplock.errors import InputError, ToolError
from uplock.model.content import DifferenceKind, EnvironmentDifference
from uplock.model.value import Value

CONFIGURATION = "pyvenv.cfg"

MAX_FILE = 64 * 1024
"""Bytes of a configuration or an activating script."""
TIME_LIMIT = 120
"""Seconds that making the second environment may take."""

_FREE = {"command", "uv"}
"""Keys of ``pyvenv.cfg`` whose text decides nothing."""
_PLAIN = re.compile(r"[\w .:@+()-]{0,200}")
_INTERPRETER: DifferenceKind = "interpreter"
_CONFIGURATION: DifferenceKind = "configuration"
_REMEDY = "Name the interpreter that the environment was made with with --python."


class Scaffold(Value, frozen=True, kw_only=True):
    """Paths that belong to the environment itself, what scripts may start, and what is wrong with any of it."""

    paths: frozenset[str]
    interpreters: frozenset[str]
    """Links and programs beside the scripts that are the locked interpreter, by name."""
    differences: tuple[EnvironmentDifference, ...] = ()


class _Second(Value, frozen=True, kw_only=True):
    """The environment that was made to compare with, its files as if it stood where the compared one does."""

    files: dict[str, bytes]
    links: dict[str, str]


def scaffold_of(tree: Tree, listing: Listing, python: Path, uv: Path | None) -> Scaffold:
    """Return what is the environment's own in a virtual environment, judged.

    ``python`` is the interpreter that it must have been made with, ``uv`` the program to compare with where uv made it.
    Raises :class:`ToolError` if no second environment can be made.
    """
    text = tree.read(CONFIGURATION, MAX_FILE)
    try:
        configuration = parse_configuration(text or b"")
    except InputError as error:
        return Scaffold(
            paths=frozenset({CONFIGURATION}), interpreters=frozenset(), differences=(_wrong(CONFIGURATION, str(error)),)
        )
    seconds = [_made(place, configuration, python, uv) for place in dict.fromkeys((str(tree.root), str(tree.given)))]
    links, interpreters, differences = _links(tree, listing, python, seconds[0])
    files = [path for path in seconds[0].files if path in listing.files]
    wanted = parse_configuration(seconds[0].files[CONFIGURATION])
    differences += _configured(configuration, wanted, python)
    for path in files:
        data = tree.read(path, MAX_FILE)
        if path != CONFIGURATION and all(data != second.files.get(path) for second in seconds):
            differences.append(_wrong(path, f"is not what {_maker(wanted)} writes; {_maker(configuration)} was here"))
    copies = _copies(tree, listing, python, seconds[0])
    interpreters |= {path.removeprefix("bin/") for path, whole in copies.items() if whole}
    differences += [
        _wrong(path, "is not a copy of the locked interpreter", "interpreter") for path in copies if not copies[path]
    ]
    if "bin/python" not in {*copies, *listing.links}:
        differences.append(_wrong("bin/python", "is missing", "interpreter"))
    return Scaffold(
        paths=frozenset({*links, *files, *copies, CONFIGURATION}),
        interpreters=frozenset(interpreters),
        differences=tuple(differences),
    )


def _maker(configuration: Mapping[str, str]) -> str:
    return f"uv {configuration['uv']}" if "uv" in configuration else "venv"


def parse_configuration(text: bytes) -> dict[str, str]:
    """Parse ``pyvenv.cfg`` (PEP 405): one ``key = value`` a line, each key once. Raises :class:`InputError`.

    Lines end with line feeds alone, and nothing else that some reader takes for an end of line may occur: else a key
    could be there for us and not for the interpreter.
    """
    found: dict[str, str] = {}
    try:
        lines = text.decode("utf-8").replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError as error:
        raise InputError("is not UTF-8") from error
    for line in lines:
        key, sign, value = (part.strip() for part in line.partition("="))
        if not line:
            continue
        if not (sign and key and line.isprintable()) or key.lower() in found:
            raise InputError(f"has a line that is no key = value, or has a key twice: {line[:80]!a}")
        found[key.lower()] = value
    return found


def _configured(found: Mapping[str, str], second: Mapping[str, str], python: Path) -> list[EnvironmentDifference]:
    """Compare ``pyvenv.cfg`` with the second environment's: the same interpreter, and nothing from outside."""
    differences = []
    places = {"home": str(python.parent), "executable": str(python), "base-executable": str(python)}
    for key, value in found.items():
        if key == "home":
            fine, kind = is_home(value, python), _INTERPRETER
        elif key in places:
            fine, kind = os.path.realpath(value) == places[key], _INTERPRETER
        elif key in {"version", "version_info"}:
            fine, kind = value == second.get(key), _INTERPRETER
        elif key == "prompt":
            fine, kind = is_plain(value), _CONFIGURATION
        else:
            fine, kind = key in _FREE or value == second.get(key), _CONFIGURATION
        if not fine:
            wanted = places.get(key, second.get(key, "what an environment of the lock has"))
            differences.append(_wrong(CONFIGURATION, f"{shown(key)} is {shown(value)}, not {wanted}", kind))
    if "home" not in found or "include-system-site-packages" not in found:
        differences.append(_wrong(CONFIGURATION, "does not say home and include-system-site-packages"))
    return differences


def is_home(value: str, python: Path) -> bool:
    """Whether ``home`` is the directory of the interpreter, and lies where that does.

    The interpreter looks for its library from ``home`` upwards, by name: beside a link to its directory lies what
    somebody else put there.
    """
    above = os.path.realpath(os.path.dirname(value))
    named = os.path.isabs(value) and os.path.normpath(value) == value
    return named and os.path.realpath(value) == str(python.parent) and above == str(python.parent.parent)


def is_plain(prompt: str) -> bool:
    """Whether a prompt has only characters that no shell gives a meaning: it stands in scripts, not always quoted."""
    return _PLAIN.fullmatch(prompt.strip("'\"")) is not None


def _links(
    tree: Tree, listing: Listing, python: Path, second: _Second
) -> tuple[list[str], set[str], list[EnvironmentDifference]]:
    """Judge the links of the environment: those to the interpreter by where they lead, ``lib64`` by what it holds."""
    known: list[str] = []
    interpreters: set[str] = set()
    differences = []
    for path, target in listing.links.items():
        if path not in second.links:
            continue
        known.append(path)
        if not path.startswith("bin/"):
            if target != second.links[path]:
                differences.append(_wrong(path, f"leads to {shown(target)}"))
        elif os.path.realpath(tree.root / path) == str(python):
            interpreters.add(path.removeprefix("bin/"))
        else:
            differences.append(_wrong(path, f"leads to {shown(target)}, which is not the locked one", "interpreter"))
    return known, interpreters, differences


def _copies(tree: Tree, listing: Listing, python: Path, second: _Second) -> dict[str, bool]:
    """Return copies of the interpreter (``venv --copies``), which stand where links do otherwise: whether each is one.

    They are whole only as copies of the very file that ``python`` is.
    """
    paths = [path for path in second.links if path.startswith("bin/") and path in listing.files]
    if not paths:
        return {}
    hashes = tree.hashes(paths)
    whole = Tree(python.parent).hashes([python.name]).get(python.name)
    return {path: whole is not None and hashes.get(path) == whole for path in paths}


def _made(place: str, configuration: Mapping[str, str], python: Path, uv: Path | None) -> _Second:
    """Make a second environment of the same name in a scratch directory, and read it with ``place`` for its own."""
    with tempfile.TemporaryDirectory(prefix="uplock-", ignore_cleanup_errors=True) as scratch:
        second = os.path.join(os.path.realpath(scratch), "made", os.path.basename(place))
        prompt = configuration.get("prompt", "").strip("'\"")
        options = [f"--prompt={prompt}"] if prompt and is_plain(prompt) else []
        if "uv" in configuration and uv is not None:
            moving = ["--relocatable"] if configuration.get("relocatable") == "true" else []
            fixed = ["--offline", "--no-config", "--no-project", "--quiet", "--python", str(python)]
            command = [str(uv), "venv", *fixed, *moving, *options, second]
        else:
            command = [str(python), "-I", "-m", "venv", "--without-pip", *options, second]
        _run(command, scratch)
        tree = Tree(Path(second))
        listing = tree.listing()
        files = {path: tree.read(path, MAX_FILE) or b"" for path in listing.files}
    return _Second(
        files={path: data.replace(os.fsencode(second), os.fsencode(place)) for path, data in files.items()},
        links=listing.links,
    )


def _run(command: list[str], scratch: str) -> None:
    import subprocess

    environment = {"HOME": scratch, "TMPDIR": scratch, "UV_CACHE_DIR": os.path.join(scratch, "cache")}
    try:
        done = subprocess.run(  # noqa: S603 - our own arguments, no shell; the interpreter is the caller's
            command, cwd=scratch, env=environment, capture_output=True, timeout=TIME_LIMIT, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ToolError(f"cannot make an environment: {error}", context=command[0], remedy=_REMEDY) from error
    if done.returncode != 0:
        words = " ".join(done.stderr.decode("utf-8", "replace").split())[:500]
        raise ToolError(f"cannot make an environment: {words}", context=command[0], remedy=_REMEDY)


def _wrong(path: str, detail: str, kind: DifferenceKind = "configuration") -> EnvironmentDifference:
    return EnvironmentDifference(kind=kind, path=shown(path), detail=detail)
