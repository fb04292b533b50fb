"""The text of ``uplock verify bundle``: every fact, and nothing in it steers a terminal."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import pytest

from uplock.model.bundle_outcome import BundleVerification
from uplock.model.digest import Sha256
from uplock.model.results import FailureClass
from uplock.report.bundle_text import bundle_text

A, B, C, D = (Sha256(letter * 64) for letter in "abcd")


def unpainted(text: str, colour: str) -> str:
    assert colour in {"green", "red"}
    return text


def test_a_certified_bundle_tells_signer_statement_and_time() -> None:
    result = BundleVerification(
        outcome="verified",
        sha256=A,
        bundle=B,
        trusted_root=C,
        identity="dev@people.example",
        issuer="https://login.example",
        claims=(("commit", "c0ffee"),),
        predicate_type="https://predicate.example/v1",
        log_index=7,
        log_time=datetime(2026, 3, 1, 12, tzinfo=UTC),
        time_source="timestamp",
    )
    assert bundle_text(result, unpainted).splitlines() == [
        "verified  signed by dev@people.example",
        f"  sha256 {A}",
        f"  bundle sha256 {B}",
        "  issuer: https://login.example",
        "  commit: c0ffee",
        "  statement of the type https://predicate.example/v1",
        "  signed at 2026-03-01T12:00:00Z, says a timestamp authority",
        "  log index 7",
        f"trusted root sha256 {C}",
    ]


def test_a_bundle_of_a_key_tells_the_key() -> None:
    result = BundleVerification(
        outcome="verified",
        sha256=A,
        bundle=B,
        trusted_root=C,
        key=D,
        log_index=7,
        log_time=datetime(2026, 3, 1, 12, tzinfo=UTC),
        time_source="log",
    )
    assert bundle_text(result, unpainted).splitlines() == [
        f"verified  signed by the key with sha256 {D}",
        f"  sha256 {A}",
        f"  bundle sha256 {B}",
        "  signed at 2026-03-01T12:00:00Z, says the transparency log",
        "  log index 7",
        f"trusted root sha256 {C}",
    ]


def test_an_invalid_bundle_tells_why_and_what_to_do() -> None:
    result = BundleVerification(
        outcome="invalid", sha256=A, bundle=B, trusted_root=C, failure="bad-signature", reason="it does not fit"
    )
    head, *_, remedy, root = bundle_text(result, unpainted).splitlines()
    assert head == "invalid  bad-signature: it does not fit"
    assert remedy.startswith("  remedy: ")
    assert root == f"trusted root sha256 {C}"


@pytest.mark.parametrize("failure", get_args(FailureClass))
def test_a_file_that_a_bundle_is_about_is_not_said_to_be_installed(failure: FailureClass) -> None:
    result = BundleVerification(outcome="invalid", sha256=A, bundle=B, trusted_root=C, failure=failure, reason="x")
    (remedy,) = [line for line in bundle_text(result, unpainted).splitlines() if line.startswith("  remedy: ")]
    assert "install" not in remedy
    assert "provenance" not in remedy


def test_nothing_that_a_signer_chose_steers_a_terminal() -> None:
    steering = "\x1b[31m\n::error::x\u202e"
    result = BundleVerification(
        outcome="verified",
        sha256=A,
        bundle=B,
        trusted_root=C,
        identity=steering,
        issuer=steering,
        claims=(("ref", steering),),
        predicate_type=steering,
        log_index=7,
    )
    text = bundle_text(result, unpainted)
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert len(text.splitlines()) == 8
