"""The schemas in the repository are those of the code. Regenerate: UPLOCK_REGENERATE=1 (see CONTRIBUTING.md)."""

import os
from pathlib import Path

import pytest

from uplock.model.value import encode_pretty
from uplock.report.schemas import schemas

FOLDER = Path(__file__).resolve().parents[3] / "schemas"


@pytest.mark.parametrize("name", sorted(schemas()))
def test_the_committed_schema_is_that_of_the_code(name: str) -> None:
    made = encode_pretty(schemas()[name])
    if os.environ.get("UPLOCK_REGENERATE"):
        (FOLDER / name).write_bytes(made)
    assert (FOLDER / name).read_bytes() == made


def test_no_schema_is_left_over() -> None:
    assert {path.name for path in FOLDER.glob("*.json")} == set(schemas())


@pytest.mark.parametrize("name", sorted(schemas()))
def test_every_schema_is_a_valid_schema(name: str) -> None:
    import jsonschema_rs

    assert jsonschema_rs.meta.is_valid(schemas()[name])
