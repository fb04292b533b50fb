"""Why each case of the conformance suite is refused: one class of failure, and the sentence that people see."""

from __future__ import annotations

import pytest

from support.bundles import Case, cases
from uplock.model.results import FailureClass

_NO_PROOF = "the log entry has no proof that the log includes it"
_OTHER_TREE = "the proof is for a tree of another size than the log signed"
_NOT_LOGGED = "inclusion proof, checkpoint or promise of the log entry does not hold"
_OTHER_ENTRY = "the log entry is about another file, signature or signer"
_EXPIRED = "the signing certificate was not valid when it was used"
_NOBODY = "nobody who is trusted says when it was signed"

REASONS: dict[str, tuple[FailureClass, str]] = {
    "bundle-empty-certificate-chain_fail": ("malformed", "the bundle has no certificate"),
    "bundle-from-wrong-instance_fail": (
        "untrusted-chain",
        "the signing certificate comes from nobody whom the root trusts",
    ),
    "bundle-invalid-base64-signature_fail": ("malformed", "the bundle.messageSignature.signature is not base64"),
    "bundle-malformed-json_fail": ("malformed", "the bundle is not valid JSON"),
    "bundle-negative-log-index_fail": (
        "malformed",
        "the bundle.verificationMaterial.tlogEntries[0].logIndex is not an integer from 0 on",
    ),
    "bundle-unknown-version_fail": (
        "unsupported-version",
        'the bundle is of the type "application/vnd.dev.sigstore.bundle+json;version=99.9"',
    ),
    "bundle-with-root-cert_fail": ("bad-log-entry", _NO_PROOF),
    "checkpoint-bad-keyhint_fail": ("bad-log-entry", _NOT_LOGGED),
    "checkpoint-wrong-roothash_fail": ("bad-log-entry", _OTHER_TREE),
    "dsse-invalid-sig_fail": ("bad-signature", "the signature does not belong to the statement"),
    "dsse-mismatch-envelope_fail": ("bad-log-entry", _OTHER_ENTRY),
    "dsse-mismatch-sig_fail": ("bad-log-entry", _OTHER_ENTRY),
    "inclusion-proof-corrupted-hash_fail": ("bad-log-entry", _NOT_LOGGED),
    "incorrect-public-key_fail": ("bad-log-entry", _NOT_LOGGED),
    "integrated-time-in-future_fail": ("outside-certificate-validity", _EXPIRED),
    "intoto-expired-certificate_fail": ("outside-certificate-validity", _EXPIRED),
    "intoto-log-entry-mismatch_fail": ("bad-log-entry", _OTHER_ENTRY),
    "intoto-missing-inclusion-proof_fail": ("bad-log-entry", _NO_PROOF),
    "intoto-set-outside-signing-cert-validity_fail": ("outside-certificate-validity", _EXPIRED),
    "intoto-tsa-timestamp-outside-cert-validity_fail": ("outside-certificate-validity", _EXPIRED),
    "invalid-checkpoint-signature_fail": ("bad-log-entry", _NOT_LOGGED),
    "invalid-ct-key_fail": (
        "untrusted-chain",
        "the signing certificate is in no certificate log that the root trusts, or not for signing",
    ),
    "invalid-inclusion-proof_fail": ("bad-log-entry", _NO_PROOF),
    "managed-key-no-key_fail": ("unknown-publisher", "the bundle is signed by a plain key, which names nobody"),
    "message-digest-mismatch_fail": ("subject-digest-mismatch", "the bundle is about a file with another digest"),
    "rekor2-checkpoint-missing-log-signature_fail": ("bad-log-entry", _NOT_LOGGED),
    "rekor2-checkpoint-missing-origin_fail": ("bad-log-entry", _OTHER_TREE),
    "rekor2-checkpoint-missing-root-hash_fail": ("bad-log-entry", _NOT_LOGGED),
    "rekor2-checkpoint-missing-size_fail": ("bad-log-entry", _OTHER_TREE),
    "rekor2-checkpoint-no-matching-signature_fail": ("bad-log-entry", _NOT_LOGGED),
    "rekor2-dsse-invalid-sig_fail": ("bad-signature", "the signature does not belong to the statement"),
    "rekor2-dsse-mismatch-envelope_fail": ("bad-log-entry", _OTHER_ENTRY),
    "rekor2-dsse-mismatch-sig_fail": ("bad-log-entry", _OTHER_ENTRY),
    "rekor2-no-inclusion-proof_fail": ("bad-log-entry", _NO_PROOF),
    "rekor2-no-timestamp_fail": ("no-trusted-time", _NOBODY),
    "rekor2-timestamp-outside-trust-root-tsa-validity_fail": ("no-trusted-time", _NOBODY),
    "rekor2-timestamp-outside-tsa-cert-validity_fail": ("no-trusted-time", _NOBODY),
    "rekor2-timestamp-payload-mismatch_fail": ("no-trusted-time", _NOBODY),
    "rekor2-timestamp-untrusted-tsa-with-embedded-cert_fail": ("no-trusted-time", "a signed timestamp cannot be read"),
    "rekor2-timestamp-untrusted-tsa-without-embedded-cert_fail": ("no-trusted-time", _NOBODY),
    "rekor2-timestamp-with-incorrect-time_fail": ("outside-certificate-validity", _EXPIRED),
    "set-invalid-signature_fail": ("bad-log-entry", _NOT_LOGGED),
    "signature-mismatch_fail": ("bad-signature", "the signature does not belong to the file"),
    "wrong-hashedrekord-artifact_fail": ("bad-log-entry", _OTHER_ENTRY),
    "wrong-hashedrekord-cert-and-sig_fail": ("bad-log-entry", _OTHER_ENTRY),
    "wrong-hashedrekord-entry_fail": ("bad-log-entry", _OTHER_ENTRY),
    "wrong-material_fail": ("subject-digest-mismatch", "the bundle is about a file with another digest"),
}


@pytest.mark.parametrize("case", [each for each in cases() if each.name in REASONS], ids=lambda case: case.name)
def test_a_refused_case_says_why(case: Case) -> None:
    answer = case.verified()
    assert (answer.outcome, answer.failure, answer.reason) == ("invalid", *REASONS[case.name])


def test_of_an_invalid_bundle_nothing_is_said() -> None:
    answer = next(case for case in cases() if case.name == "dsse-mismatch-sig_fail").verified()
    assert (answer.identity, answer.issuer, answer.claims, answer.key) == (None, None, (), None)
    assert (answer.predicate_type, answer.log_index, answer.log_time, answer.time_source) == (None, None, None, None)


def test_every_refused_case_is_here_but_those_that_are_errors() -> None:
    refused = {case.name for case in cases() if not case.good}
    unusable = {"managed-key-wrong-key_fail", "trust-root-tlog-missing-validity-start_fail"}
    assert set(REASONS) == refused - unusable
