"""Waiver files: ``waivers/<id>.toml``, read strictly, with every defect named, and written always in the same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from urllib.parse import quote, unquote

from uplock.errors import ConfigError, InputError
from uplock.lockfile.fields import Fields
from uplock.lockfile.names import normalized
from uplock.lockfile.toml_document import parse_toml
from uplock.lockfile.toml_text import Item, item
from uplock.lockfile.waiver_words import hides, names_a_place, names_somebody, says
from uplock.model.digest import Sha256, parse_sha256, sha256_of
from uplock.model.platform_name import parse_platform
from uplock.model.waiver import LEVELS, Level, Risk, Waiver, WaiverFile, WaiverScope

SUFFIX = ".toml"
MAX_BYTES = 64 * 1024
"""Size of a waiver file: a page of text is two percent of it."""

ID = r"(?!(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$))[a-z0-9](?:[a-z0-9]|[.-](?![.-])){1,78}[a-z0-9]"
"""What a waiver may be called: it is a file name on every system, and no name of a device on Windows."""

ROLE = r"[A-Za-z0-9@][A-Za-z0-9 ._@+/-]{0,98}[A-Za-z0-9]"
"""Who asks or approves: a role, team or handle, in ASCII, so that no letter looks like another one."""

INTERPRETER = r"3\.(?:0|[1-9][0-9]?)(?:\.(?:0|[1-9][0-9]{0,2}))?"
"""A line or a version of CPython as interpreters write it: with a leading zero it would never fit."""

_ROLE = "a role, team or handle in ASCII"

PURL = re.compile(r"pkg:pypi/(?P<name>[A-Za-z0-9._-]{1,200})(?:@(?P<version>[A-Za-z0-9._!+%-]{1,200}))?")
YEARS = range(2020, 2200)

_KEYS = (
    "format",
    "id",
    "rule",
    "reason",
    "ticket",
    "compensating_controls",
    "requested_by",
    "approved_by",
    "approved_at",
    "expires_at",
    "supersedes",
    "risk",
    "scope",
)
_SCOPE = ("service", "interpreter", "platform", "purl", "sha256")


def read_waiver(path: str, raw: bytes) -> WaiverFile:
    """Read one file; ``path`` is where it stands in the project. Never raises: what is wrong is in the answer."""
    digest = sha256_of(raw)
    if len(raw) > MAX_BYTES:
        return WaiverFile(path=path, sha256=digest, defects=(f"larger than {MAX_BYTES} bytes",))
    try:
        document = parse_toml(raw)
    except ValueError as error:
        return WaiverFile(path=path, sha256=digest, defects=(_shown(f"not valid TOML: {error}"),))
    fields = Fields(document, "")
    waiver = _waiver(fields, path.rpartition("/")[2].removesuffix(SUFFIX))
    if fields.defects:
        return WaiverFile(path=path, sha256=digest, defects=tuple(map(_shown, fields.defects)))
    return WaiverFile(path=path, sha256=digest, waiver=waiver)


def _shown(text: str) -> str:
    """Return text with everything escaped that could steer a terminal: a defect may name a key of the file."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)


def write_waiver(waiver: Waiver) -> bytes:
    """Return the text of a waiver file: :func:`read_waiver` gives the same waiver back."""
    top: list[tuple[str, Item | date]] = [
        ("format", 1),
        ("id", waiver.id),
        ("rule", waiver.rule),
        ("reason", waiver.reason),
        ("ticket", waiver.ticket),
        ("compensating_controls", waiver.compensating_controls),
        ("requested_by", waiver.requested_by),
        ("approved_by", waiver.approved_by),
        ("approved_at", waiver.approved_at),
        ("expires_at", waiver.expires_at),
    ]
    if waiver.supersedes:
        top.append(("supersedes", waiver.supersedes))
    risk: list[tuple[str, Item | date]] = [("likelihood", waiver.risk.likelihood), ("impact", waiver.risk.impact)]
    scope: list[tuple[str, Item | date]] = [
        (key, value) for key in _SCOPE if (value := getattr(waiver.scope, key)) is not None
    ]
    return f"{_lines(top)}\n[risk]\n{_lines(risk)}\n[scope]\n{_lines(scope)}".encode()


def _lines(values: Sequence[tuple[str, Item | date]]) -> str:
    return "".join(
        f"{key} = {value.isoformat() if type(value) is date else item(value)}\n"  # type: ignore[arg-type]
        for key, value in values
    )


def _waiver(fields: Fields, stem: str) -> Waiver:
    fields.only(frozenset(_KEYS))
    fields.expect("format", 1)
    name = fields.text("id", ID, "3 to 80 lower-case letters, digits, single dots and hyphens")
    if name and name != stem:
        fields.defect("id", f"is {name}, and the file is called {stem}{SUFFIX}: they must be the same")
    risk = Fields(_table(fields, "risk"), "risk", fields.defects)
    risk.only({"likelihood", "impact"})
    waiver = Waiver(
        id=name,
        rule=fields.text("rule", r"[A-Z]{2}[0-9]{3}", "the id of a rule, as PY001"),
        scope=_scope(fields),
        reason=_telling(fields, "reason", _visible(fields, "reason", fields.text("reason")), words=4, characters=20),
        risk=Risk(likelihood=_level(risk, "likelihood"), impact=_level(risk, "impact")),
        compensating_controls=tuple(
            _telling(fields, key, _visible(fields, key, text), words=2, characters=10)
            for key, text in _each(fields, "compensating_controls")
        ),
        requested_by=_somebody(fields, "requested_by", fields.text("requested_by", ROLE, _ROLE)),
        approved_by=_approvers(fields),
        ticket=_ticket(fields),
        approved_at=_day(fields, "approved_at"),
        expires_at=_day(fields, "expires_at"),
        supersedes=_supersedes(fields, name),
    )
    if waiver.expires_at < waiver.approved_at and not {"approved_at", "expires_at"} & _named(fields.defects):
        fields.defect("expires_at", "is before approved_at")
    return waiver


def _named(defects: list[str]) -> set[str]:
    """Return the keys that have a defect."""
    return {defect.partition(":")[0] for defect in defects}


def _table(fields: Fields, key: str) -> object:
    if key not in fields.raw:
        fields.defect(key, "is missing")
        return {}
    return fields.raw[key]


def _level(fields: Fields, key: str) -> Level:
    found = next((level for level in LEVELS if level == fields.raw.get(key)), None)
    if found is None:
        fields.defect(key, f"must be one of {', '.join(LEVELS)}")
    return found or "high"


def _each(fields: Fields, key: str) -> Iterator[tuple[str, str]]:
    """Yield place and text of every string of an array that must not be missing or empty."""
    if not fields.raw.get(key, True):
        fields.defect(key, "is empty")
    elif key not in fields.raw:
        fields.defect(key, "is missing")
    for place, text in enumerate(fields.texts(key) or ()):
        yield f"{key}[{place}]", text


def _approvers(fields: Fields) -> tuple[str, ...]:
    """Return who approved: a string, or an array of several."""
    if isinstance(fields.raw.get("approved_by"), str):
        return (_somebody(fields, "approved_by", fields.text("approved_by", ROLE, _ROLE)),)
    found = []
    for key, role in _each(fields, "approved_by"):
        if not re.fullmatch(ROLE, role):
            fields.defect(key, f"must be {_ROLE}")
        found.append(_somebody(fields, key, role))
    return tuple(found)


def _somebody(fields: Fields, key: str, role: str) -> str:
    """Note a defect for a role that is a placeholder."""
    if role and not names_somebody(role):
        fields.defect(key, "names nobody: a role, team or handle is needed")
    return role


def _visible(fields: Fields, key: str, text: str) -> str:
    """Note a defect for characters that nobody sees: they would show a reviewer another text than there is."""
    if hides(text):
        fields.defect(key, "has invisible characters")
    return text


def _ticket(fields: Fields) -> str:
    """Return where it was discussed: a number, a key or an address."""
    text = fields.text("ticket", r"[!-~][ -~]{0,198}[!-~]", "2 to 200 ASCII characters")
    if text and not names_a_place(text):
        fields.defect("ticket", "says nothing: name where it was discussed, as SEC-1234")
    return text


def _supersedes(fields: Fields, name: str) -> tuple[str, ...]:
    found = fields.texts("supersedes") or ()
    for place, other in enumerate(found):
        if not re.fullmatch(ID, other):
            fields.defect(f"supersedes[{place}]", "must be the id of a waiver")
        elif other == name:
            fields.defect(f"supersedes[{place}]", "is this waiver itself")
    return found


def _day(fields: Fields, key: str) -> date:
    """Return a TOML local date: no time, no zone, no text."""
    value = fields.raw.get(key)
    if isinstance(value, date) and not isinstance(value, datetime) and value.year in YEARS:
        return value
    wanted = f"must be a day from {YEARS[0]} to {YEARS[-1]}, as in 2026-11-23, without quotes"
    fields.defect(key, wanted if key in fields.raw else f"is missing: {wanted}")
    return date(YEARS[0], 1, 1)


def _telling(fields: Fields, key: str, text: str, *, words: int = 1, characters: int = 3) -> str:
    """Note a defect for a text that says nothing: too short, or made of placeholders and repetitions."""
    if text and (len(text) < characters or not says(text, words)):
        fields.defect(key, f"says nothing: {words} or more words that are no placeholders are needed")
    return text


def _scope(fields: Fields) -> WaiverScope:
    scope = Fields(_table(fields, "scope"), "scope", fields.defects)
    scope.only(frozenset(_SCOPE))
    if not scope.raw and "scope" in fields.raw:
        fields.defect("scope", f"is empty: name at least one of {', '.join(_SCOPE)}")
    return WaiverScope(
        service=_service(scope),
        interpreter=_interpreter(scope),
        platform=_platform(scope),
        purl=_purl(scope),
        sha256=_sha256(scope),
    )


def _service(scope: Fields) -> str | None:
    text = scope.optional_text("service")
    return None if text is None else _visible(scope, "service", text)


def _interpreter(scope: Fields) -> str | None:
    return None if "interpreter" not in scope.raw else scope.text("interpreter", INTERPRETER, "as 3.9 or 3.9.18")


def _platform(scope: Fields) -> str | None:
    text = scope.optional_text("platform")
    if not text:
        return text
    try:
        return parse_platform(text).name
    except ConfigError as error:
        scope.defect("platform", error.message)
        return None


def _sha256(scope: Fields) -> Sha256 | None:
    text = scope.optional_text("sha256")
    if not text:
        return None
    try:
        return parse_sha256(text)
    except InputError as error:
        scope.defect("sha256", error.message)
        return None


def _purl(scope: Fields) -> str | None:
    text = scope.optional_text("purl")
    if text is None:
        return None
    found = normal_purl(text)
    if found is None:
        scope.defect("purl", "must be pkg:pypi/NAME or pkg:pypi/NAME@VERSION, without anything after it")
    return found


def normal_purl(text: str) -> str | None:
    """Return a package URL with name (PEP 503) and version (PEP 440) normalized, or ``None`` if it is none of ours."""
    from packaging.version import InvalidVersion, Version

    match = PURL.fullmatch(text)
    name = normalized(match["name"]) if match else None
    if match is None or name is None:
        return None
    if match["version"] is None:
        return f"pkg:pypi/{name}"
    try:
        version = str(Version(unquote(match["version"], errors="strict")))
    except (InvalidVersion, UnicodeDecodeError):
        return None
    return f"pkg:pypi/{name}@{quote(version, safe='')}"
