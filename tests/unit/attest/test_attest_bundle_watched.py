"""Trusted roots as sigstore gets them: periods of timestamp authorities include their end; nothing else changes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from support.bundles import cases, sigstore_accepts
from uplock.attest.bundle import verify_bundle
from uplock.attest.closed_periods import closed_periods
from uplock.attest.roots import embedded_root

CASE = next(each for each in cases() if each.name == "trust-root-tsa-validity-end-inclusive")


def _root(end: object) -> bytes:
    root = json.loads(CASE.root())
    root["timestampAuthorities"][0]["validFor"]["end"] = end
    return json.dumps(root).encode()


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        ("2025-06-12T12:02:19Z", "invalid"),
        ("2025-06-12T12:02:19.999999Z", "invalid"),
        ("2025-06-12T12:02:20Z", "verified"),
        ("2025-06-12T12:02:20.000Z", "verified"),
        ("2025-06-12T14:02:20+02:00", "verified"),
        ("2025-06-12T12:02:21Z", "verified"),
        (None, "verified"),
    ],
)
def test_a_timestamp_at_the_very_end_of_a_period_is_in_it(end: str | None, outcome: str) -> None:
    raw = CASE.bundle.read_bytes()
    assert verify_bundle(raw, CASE.sha256, CASE.signer(), _root(end)).outcome == outcome


def test_sigstore_itself_does_not_count_the_end_to_the_period() -> None:
    """When this fails, sigstore has changed, and closed_periods can go."""
    assert not sigstore_accepts(CASE.bundle.read_bytes(), CASE.sha256, CASE.signer(), CASE.root())


def test_only_ends_of_timestamp_authorities_change() -> None:
    before = json.loads(CASE.root())
    after = json.loads(closed_periods(CASE.root()))
    authority = after["timestampAuthorities"][0]["validFor"]
    moved = datetime.fromisoformat(authority["end"])
    assert moved == datetime(2025, 6, 12, 12, 2, 20, 1, tzinfo=UTC)
    authority["end"] = before["timestampAuthorities"][0]["validFor"]["end"]
    assert after == before
    production = embedded_root("production")
    assert json.loads(closed_periods(production)) == json.loads(production)


@pytest.mark.parametrize(
    "root",
    [
        b"no JSON",
        b"[" * 100_000,
        b"[]",
        b'{"timestampAuthorities": 1}',
        b'{"timestampAuthorities": [1, {}, {"validFor": 1}, {"validFor": {"end": 1}}]}',
        b'{"timestampAuthorities": [{"validFor": {"end": "soon"}}]}',
        b'{"timestampAuthorities": [{"validFor": {"end": "9999-12-31T23:59:59.999999Z"}}]}',
    ],
    ids=range(7),
)
def test_what_is_no_root_stays_as_it_is(root: bytes) -> None:
    def read(raw: bytes) -> Any:
        try:
            return json.loads(raw)
        except (ValueError, RecursionError):
            return raw

    assert read(closed_periods(root)) == read(root)
