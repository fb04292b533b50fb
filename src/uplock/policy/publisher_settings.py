"""Settings about publishers: which packages must be verified, who must have signed them, and who must not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from uplock.errors import InputError
from uplock.model.identity import ClaimsPattern, ExpectedPublisher
from uplock.policy.expected import ALL
from uplock.policy.publishers import CLAIMS, read_claims, read_publisher
from uplock.policy.wording import printable

REQUIRE, EXPECT, DENY = "require-attestations", "publishers", "denied-publishers"
PUBLISHER_KEYS = (REQUIRE, EXPECT, DENY)

FORMAT = 1
"""Of ``publishers.toml``."""

MAX_ENTRIES = 10_000

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,198}[A-Za-z0-9])?")
_CLAIMS_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {name: {"type": "string"} for name in sorted(CLAIMS)},
}
_PUBLISHER_SCHEMA = {
    "type": "object",
    "required": ["kind"],
    "properties": {
        "kind": {"enum": ["CircleCI", "Email", "GitHub", "GitLab", "Google", "Other"]},
        "claims": _CLAIMS_SCHEMA,
    },
}
PUBLISHERS_SCHEMA: Mapping[str, Any] = {
    REQUIRE: {
        "type": "array",
        "items": {"type": "string"},
        "default": [],
        "examples": [["*"], ["cryptography", "requests"]],
        "description": "Packages whose files must be verified, or * for all of them.",
    },
    EXPECT: {
        "type": "object",
        "additionalProperties": {"oneOf": [_PUBLISHER_SCHEMA, {"type": "array", "items": _PUBLISHER_SCHEMA}]},
        "examples": [{"shop": {"kind": "GitHub", "repository": "octo/shop", "workflow": "release.yml"}}],
        "description": "Who must have signed a package: its publisher (PEP 740), or several; then it must be verified.",
    },
    DENY: {
        "type": "array",
        "items": _CLAIMS_SCHEMA,
        "default": [],
        "examples": [[{"repository": "https://github.com/octo/*"}]],
        "description": "Claims of certificates that nobody may have; an entry matches if all of its patterns do.",
    },
}
"""JSON Schemas of the keys."""


def publishers_schema() -> dict[str, Any]:
    """Return the JSON Schema of ``publishers.toml``."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "publishers.toml",
        "type": "object",
        "additionalProperties": False,
        "required": ["format"],
        "properties": {"format": {"const": FORMAT}, EXPECT: PUBLISHERS_SCHEMA[EXPECT]},
    }


def read_publisher_setting(key: str, value: object, defects: list[str]) -> dict[str, object]:
    """Return the policy's field for one of :data:`PUBLISHER_KEYS`; defects are noted with their place."""
    place = f"policy.{key}"
    if key == REQUIRE:
        return {"require_attestations": _names(value, place, defects)}
    if key == EXPECT:
        return {"publishers": read_expected(value, place, "the policy", defects)}
    return {"denied_publishers": _denied(value, place, defects)}


def read_expected(value: object, place: str, file: str, defects: list[str]) -> tuple[ExpectedPublisher, ...]:
    """Return who must have signed which package, sorted; ``file`` is where that stands, for messages."""
    if not isinstance(value, Mapping) or len(value) > MAX_ENTRIES:
        defects.append(f"{place}: must be a table of packages")
        return ()
    found = []
    for name, given in value.items():
        at = f"{place}.{printable(str(name))}"
        package = normalized(str(name))
        if package is None:
            defects.append(f"{at}: is not the name of a package")
            continue
        if given == []:
            # It looks as if nobody might publish the package, and would let everybody.
            defects.append(f"{at}: names no publisher")
        for each in given if isinstance(given, list) else [given]:
            try:
                publisher, claims = read_publisher(each)
            except InputError as error:
                defects.append(f"{at}: {error.message}")
            else:
                found.append(ExpectedPublisher(package=package, publisher=publisher, claims=claims, file=file))
    return tuple(sorted(found, key=lambda each: each.package))


def normalized(name: str) -> str | None:
    """Return a package's name in its normalized form (PEP 503), or ``None`` if it is no name."""
    return re.sub(r"[-_.]+", "-", name).lower() if _NAME.fullmatch(name) else None


def _names(value: object, place: str, defects: list[str]) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MAX_ENTRIES:
        defects.append(f'{place}: must be an array of package names, or ["*"]')
        return ()
    found = set()
    for number, each in enumerate(value):
        name = each if each == ALL else normalized(each) if isinstance(each, str) else None
        if name is None:
            defects.append(f"{place}[{number}]: must be the name of a package, or *")
        else:
            found.add(name)
    return tuple(sorted(found))


def _denied(value: object, place: str, defects: list[str]) -> tuple[ClaimsPattern, ...]:
    if not isinstance(value, list) or len(value) > MAX_ENTRIES:
        defects.append(f"{place}: must be an array of tables of claims")
        return ()
    found = []
    for number, each in enumerate(value):
        try:
            claims = read_claims(each)
        except InputError as error:
            defects.append(f"{place}[{number}]: {error.message}")
            continue
        if claims:
            found.append(ClaimsPattern(claims=claims))
        else:
            defects.append(f"{place}[{number}]: is empty, which would deny everybody")
    return tuple(found)
