"""Results as in-toto Statements."""

from __future__ import annotations

import json
from typing import Any

import pytest

from support.subjects import digest_for, make_artifact_results
from uplock.archive.statement import read_statement, write_statement
from uplock.errors import InputError, IntegrityError
from uplock.model.value import encode

WHEEL = "demo-1.0-py3-none-any.whl"
RESULTS = make_artifact_results(WHEEL)


def _edited(**fields: object) -> bytes:
    """Return the statement with members replaced, or dropped if ``None``."""
    statement = {**json.loads(write_statement(RESULTS)), **fields}
    return json.dumps({key: value for key, value in statement.items() if value is not None}).encode()


def _subject(name: str = WHEEL, digest: str = digest_for(WHEEL)) -> dict[str, Any]:
    return {"name": name, "digest": {"sha256": digest}}


def test_a_statement_has_the_members_of_the_in_toto_specification() -> None:
    assert json.loads(write_statement(RESULTS)) == {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": WHEEL, "digest": {"sha256": digest_for(WHEEL)}}],
        "predicateType": "urn:uplock:artifact-results:1",
        "predicate": json.loads(encode(RESULTS)),
    }


def test_a_statement_is_canonical_json() -> None:
    raw = write_statement(RESULTS)
    assert raw == json.dumps(json.loads(raw), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_a_statement_reads_back() -> None:
    assert read_statement(write_statement(RESULTS)) == RESULTS


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xff", id="no text"),
        pytest.param(b"[" * 100_000, id="too deep"),
        pytest.param(write_statement(RESULTS)[:-1], id="truncated"),
        pytest.param(write_statement(RESULTS) + b"{}", id="more behind it"),
        pytest.param(_edited(_type="https://in-toto.io/Statement/v0.1"), id="older statement"),
        pytest.param(_edited(predicateType="urn:uplock:artifact-results:2"), id="newer results"),
        pytest.param(_edited(_type=None), id="no type"),
        pytest.param(_edited(predicateType=None), id="no predicate type"),
        pytest.param(_edited(predicate=None), id="no predicate"),
        pytest.param(_edited(predicate={"filename": WHEEL}), id="half a predicate"),
        pytest.param(_edited(subject=[]), id="no subject"),
        pytest.param(_edited(subject=[_subject(), _subject()]), id="two subjects"),
        pytest.param(_edited(subject=[{"name": WHEEL, "digest": {"sha512": "00"}}]), id="no pinned digest"),
        pytest.param(_edited(extra=1), id="unknown member"),
    ],
)
def test_anything_else_is_refused(raw: bytes) -> None:
    with pytest.raises(InputError, match="not a valid Statement"):
        read_statement(raw)


@pytest.mark.parametrize("subject", [_subject(name="other-1.0-py3-none-any.whl"), _subject(digest="0" * 64)])
def test_results_of_another_artifact_are_an_integrity_error(subject: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="carries results of demo-") as caught:
        read_statement(_edited(subject=[subject]))
    assert "Delete" in caught.value.remedy
