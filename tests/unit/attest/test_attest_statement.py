from __future__ import annotations

import base64

import pytest

from support.attestations import DIGEST, attested
from support.private_sigstore import statement
from support.statements import publish_predicate_type
from uplock.attest.refusal import AttestationError
from uplock.attest.statement import check_statement, signed_message


@pytest.mark.parametrize(
    ("subject", "artifact"),
    [
        ("shop-1.0-py3-none-any.whl", "Shop-1.0-py3-none-any.whl"),
        ("shop_kit-1.0-py3-none-any.whl", "shop.kit-1.0.0-py3-none-any.whl"),
        ("shop-1.0-py2.py3-none-any.whl", "shop-1.0-py3.py2-none-any.whl"),
        ("shop-1.0.tar.gz", "SHOP-1.0.0.tar.gz"),
        ("shop-1.0.tar.gz", "shop-1.0.tar.gz"),
    ],
)
def test_names_that_mean_the_same_file_are_the_same(subject: str, artifact: str) -> None:
    content = statement((subject, DIGEST), predicate=publish_predicate_type())

    assert check_statement(content, artifact, DIGEST) == publish_predicate_type()


@pytest.mark.parametrize(
    ("subject", "artifact"),
    [
        ("shop-1.0.tar.gz", "shop-1.0-py3-none-any.whl"),
        ("shop-1.0.tar.gz", "shop-1.0.egg"),
        ("strange", "other"),
        ("shop-1.0-py3-none-any.whl", "shop-1.0-cp312-cp312-linux_x86_64.whl"),
        ("shop-x-py3-none-any.whl", "shop-y-py3-none-any.whl"),
        ("", "shop-1.0.tar.gz"),
    ],
)
def test_other_names_are_other_files(subject: str, artifact: str) -> None:
    content = statement((subject, DIGEST), predicate=publish_predicate_type())

    with pytest.raises(AttestationError) as caught:
        check_statement(content, artifact, DIGEST)
    assert caught.value.failure == "subject-name-mismatch"


def test_further_digests_and_members_are_tolerated() -> None:
    subject = [{"name": "shop-1.0.tar.gz", "digest": {"sha256": DIGEST, "blake2b": "00"}, "uri": "x"}]
    content = statement(predicate=publish_predicate_type(), subject=subject, predicate_extra=1.5)

    assert check_statement(content, "shop-1.0.tar.gz", DIGEST) == publish_predicate_type()


def test_the_signed_message_is_the_pre_authentication_encoding() -> None:
    assert signed_message(b"{}") == b"DSSEv1 28 application/vnd.in-toto+json 2 {}"


def test_what_the_private_instance_signs_is_that_message() -> None:
    from uplock.attest.certificate import load_certificate, signs

    attestation = attested()
    certificate = load_certificate(base64.b64decode(attestation["verification_material"]["certificate"]))
    content = base64.b64decode(attestation["envelope"]["statement"])

    assert signs(certificate, base64.b64decode(attestation["envelope"]["signature"]), signed_message(content))
