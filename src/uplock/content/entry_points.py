"""``entry_points.txt`` (entry points specification): the scripts that installers generate."""

from __future__ import annotations

import re
from typing import NoReturn

from uplock.errors import InputError
from uplock.model.content import EntryPointScript, ScriptKind

MAX_ENTRY_POINTS = 4 * 1024 * 1024
"""Size of ``entry_points.txt``, in bytes."""

_GROUPS: dict[str, ScriptKind] = {"console_scripts": "console", "gui_scripts": "gui"}
_NAME = re.compile(r"[^\x00-\x1f\x7f/\\=\[\]]{1,200}")
_OBJECT = re.compile(
    r"(?P<module>[^\W\d]\w*(?:\.[^\W\d]\w*)*)\s*:\s*(?P<attribute>[^\W\d]\w*(?:\.[^\W\d]\w*)*)\s*(?:\[[^\]]*\])?"
)


def parse_entry_points(data: bytes) -> tuple[EntryPointScript, ...]:
    """Return the scripts of ``entry_points.txt``, sorted by name; other groups are not read.

    Raises :class:`InputError` if a script is malformed, or is declared twice and differently.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("is not UTF-8", context="entry_points.txt") from error
    found: dict[str, EntryPointScript] = {}
    kind: ScriptKind | None = None
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith(("#", ";")):
            continue
        if line.startswith("[") and line.endswith("]"):
            kind = _GROUPS.get(line[1:-1].strip())
        elif kind is not None:
            script = _script(line, kind, number)
            if found.setdefault(script.name, script) != script:
                _refuse(f"declares the script {script.name} twice", number)
    return tuple(found[name] for name in sorted(found))


def _script(line: str, kind: ScriptKind, number: int) -> EntryPointScript:
    name, _, value = line.partition("=")
    match = _OBJECT.fullmatch(value.strip())
    name = name.strip()
    if match is None or not _NAME.fullmatch(name) or name in {".", ".."}:
        _refuse("declares no script as NAME = MODULE:ATTRIBUTE", number)
    return EntryPointScript(name=name, module=match["module"], attribute=match["attribute"], kind=kind)


def _refuse(message: str, number: int) -> NoReturn:
    raise InputError(message, context=f"entry_points.txt: line {number}", remedy="Report it to the wheel's owners.")
