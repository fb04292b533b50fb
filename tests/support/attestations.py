"""Genuine attestations with what is expected of them, and verifiers that tests share: making one takes a while."""

from __future__ import annotations

import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Literal

from support.private_sigstore import Json, PrivateSigstore, Signer, github, statement
from support.statements import publish_predicate_type
from uplock.attest.publisher import parse_publisher
from uplock.attest.roots import embedded_root
from uplock.attest.verify import SigstoreVerifier
from uplock.model.digest import Sha256
from uplock.model.results import FailureClass, Invalid, Publisher, Verification
from uplock.model.value import Value

FIXTURES = Path(__file__).parents[2] / "fixtures" / "attestations"

WHEEL = "shop-1.0-py3-none-any.whl"
DIGEST = Sha256("ab" * 32)
"""An artifact that exists only in statements: verification needs no bytes of it."""


class Case(Value, frozen=True, kw_only=True):
    """One case of INDEX.toml: what must come out of ``file`` for ``artifact``."""

    id: str
    file: str
    artifact: str
    sha256: Sha256
    publisher: Publisher
    instance: Literal["production", "staging"]
    form: str
    outcome: str
    """``ok`` or the class of failure."""

    def document(self) -> bytes:
        """Return the bytes of the document."""
        return (FIXTURES / self.file).read_bytes()


@cache
def cases() -> tuple[Case, ...]:
    """Return all cases of INDEX.toml."""
    raw = tomllib.loads((FIXTURES / "INDEX.toml").read_text(encoding="utf-8"))["case"]
    return tuple(
        Case(
            id=case["id"],
            file=case["file"],
            artifact=case["artifact"],
            sha256=Sha256(case["artifact_sha256"]),
            publisher=parse_publisher(json.dumps(case["publisher"])),
            instance=case["trust_root"],
            form=case["form"],
            outcome=case.get("failure", case["expect"]),
        )
        for case in raw
    )


def case(identity: str) -> Case:
    """Return one case by id."""
    return next(each for each in cases() if each.id == identity)


@cache
def public_verifier(instance: Literal["production", "staging"] = "production") -> SigstoreVerifier:
    """Return the verifier of a public instance."""
    return SigstoreVerifier(embedded_root(instance))


@cache
def private_instance() -> PrivateSigstore:
    """Return the private instance that tests share."""
    return PrivateSigstore()


@cache
def private_verifier() -> SigstoreVerifier:
    """Return the verifier of the shared private instance."""
    return SigstoreVerifier(private_instance().root())


def about_wheel() -> bytes:
    """Return a sound statement about the wheel of these tests."""
    return statement((WHEEL, DIGEST), predicate=publish_predicate_type())


def attested(signer: Signer | None = None, content: bytes | None = None) -> Json:
    """Return an attestation of the private instance, by default a sound one about the wheel."""
    return private_instance().attest(content or about_wheel(), signer or github())


def verify(document: bytes | Json, expected: Publisher | None = None, filename: str = WHEEL) -> Verification:
    """Verify a document for the wheel of these tests under the root of the private instance."""
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    return private_verifier().verify(filename, DIGEST, raw, expected)


def failure(result: Verification) -> FailureClass:
    """Return why an attestation does not hold; anything but an invalid one fails the test."""
    assert isinstance(result, Invalid), result
    return result.failure
