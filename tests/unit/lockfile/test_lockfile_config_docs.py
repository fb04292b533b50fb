"""``docs/configuration.md`` names every key of the configuration, and no other."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from uplock.lockfile.config import KEYS

PAGE = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text()
TABLE = PAGE.split("\n## ", 1)[0]
ROWS = dict(re.findall(r"^\| `([a-z-]+)` \| (.+)$", TABLE, re.MULTILINE))


def test_the_table_has_the_keys_that_are_read() -> None:
    assert set(ROWS) == set(KEYS)


@pytest.mark.parametrize("key", [key for key, (schema, _) in KEYS.items() if schema.get("default") or "enum" in schema])
def test_the_table_has_the_default(key: str) -> None:
    schema, _ = KEYS[key]
    assert json.dumps(schema["default"]) in ROWS[key].split(" | ")[1]


@pytest.mark.parametrize("key", [key for key, (schema, _) in KEYS.items() if "enum" in schema])
def test_the_table_has_every_value(key: str) -> None:
    schema, _ = KEYS[key]
    assert [value for value in schema["enum"] if json.dumps(value) not in ROWS[key].split(" | ")[0]] == []
