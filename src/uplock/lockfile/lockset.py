"""``locks/lockset.json``, and the names of the files beside it."""

from __future__ import annotations

import re

from uplock.errors import Error, InputError, located
from uplock.lockfile.fields import listed
from uplock.lockfile.pylock import FULL_VERSION
from uplock.model.digest import parse_sha256
from uplock.model.lock import LockEntry, LockSet, MissingLock
from uplock.model.target import Interpreter, Target, parse_platform
from uplock.model.value import decode, decode_json, encode_pretty

FORMAT = 1

FOLDER = "locks"
LOCKSET = f"{FOLDER}/lockset.json"
"""Where the lock set stands, below the project."""

_REMEDY = "Restore the file from version control, or remove it and run uplock lock."
_WHEEL = r"[A-Za-z0-9._+!-]{1,500}\.whl"


def pylock_name(target: str) -> str:
    """Return the PEP 751 file of a target; the standard allows no dots in the middle part."""
    return f"pylock.{target}.toml"


def requirements_name(target: str) -> str:
    """Return the requirements file of a target."""
    return f"requirements.{target}.txt"


def write_lockset(lockset: LockSet) -> bytes:
    """Return the text of a lock set: equal sets give equal bytes."""
    return encode_pretty(lockset)


def read_lockset(raw: bytes, filename: str) -> LockSet:
    """Parse a lock set strictly. Raises :class:`InputError` with the place of the first defect, or all in its values.

    Names of targets become names of files, so they are those that their interpreter and platform give, and no others.
    """
    with located(filename):
        try:
            lockset = _decoded(raw)
        except InputError as error:
            error.remedy = error.remedy or _REMEDY
            raise
        if defects := _defects(lockset):
            raise InputError(listed(defects), remedy=_REMEDY)
    return lockset


def _decoded(raw: bytes) -> LockSet:
    document = decode_json(raw)
    if isinstance(document, dict) and document.get("format") != FORMAT:
        raise InputError(
            f"format {str(document.get('format'))[:40]!r} is not known, only {FORMAT}",
            remedy="Use the uplock that wrote it or a newer one.",
        )
    return decode(raw, LockSet)


def _defects(lockset: LockSet) -> list[str]:
    defects = []
    entries = [(f"targets[{place}]", entry) for place, entry in enumerate(lockset.targets)]
    all_of_them: list[tuple[str, LockEntry | MissingLock]] = [*entries]
    all_of_them += [(f"missing[{place}]", entry) for place, entry in enumerate(lockset.missing)]
    seen: set[str] = set()
    for place, each in all_of_them:
        defects += [f"{place}.{defect}" for defect in _entry_defects(each)]
        if each.target in seen:
            defects.append(f"{place}.target: {each.target[:80]!r} stands twice")
        seen.add(each.target)
    digests = [("inputs", lockset.inputs), ("view", lockset.view)]
    digests += [(f"{place}.pylock", entry.pylock) for place, entry in entries]
    digests += [(f"{place}.requirements", entry.requirements) for place, entry in entries]
    for at, row in enumerate(lockset.built):
        digests += [(f"built[{at}].sdist_sha256", row.sdist_sha256), (f"built[{at}].wheel_sha256", row.wheel_sha256)]
        digests += [(f"built[{at}].requirements[{pin}]", each.sha256) for pin, each in enumerate(row.requirements)]
        names = (row.wheel, *(each.filename for each in row.requirements))
        if not all(re.fullmatch(_WHEEL, name) for name in names):
            defects.append(f"built[{at}]: has a file that is not named like a wheel")
    if (head := lockset.generation) is not None:
        digests += [("generation.id", head.id), ("generation.content", head.content)]
        digests += [] if head.parent is None else [("generation.parent", head.parent)]
    defects += [f"{place}: must be 64 lower-case hexadecimal digits" for place, text in digests if not _is_digest(text)]
    moment = lockset.exclude_newer
    if moment.utcoffset() is None or moment.utcoffset() or moment.microsecond:
        defects.append("exclude_newer: must be a moment in UTC with Z, in whole seconds")
    return defects


def _entry_defects(entry: LockEntry | MissingLock) -> list[str]:
    if not re.fullmatch(FULL_VERSION, entry.python):
        return ["python: must be a full CPython version"]
    try:
        platform = parse_platform(entry.platform[:60])
    except Error as error:
        return [f"platform: {error.message}"]
    defects = []
    if entry.platform != platform.name:
        defects.append(f"platform: must be {platform.name!r}")
    if entry.target != (name := Target(interpreter=Interpreter(version=entry.python), platform=platform).name):
        defects.append(f"target: must be {name!r}")
    if entry.role not in {"baseline", "target"}:
        defects.append("role: must be 'baseline' or 'target'")
    return defects


def _is_digest(text: str) -> bool:
    try:
        return parse_sha256(text) == text
    except InputError:
        return False
