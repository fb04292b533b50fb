"""Attack: a log entry with a promise that nobody checks, so that it can state any place in the log."""

from __future__ import annotations

import base64

import pytest

from support.attestations import about_wheel, failure, private_instance, verify
from support.private_sigstore import Json, github
from support.signing_options import SIGNED_AT
from uplock.model.results import Verified

GARBAGE = base64.b64encode(b"garbage!").decode()


def stamped() -> Json:
    """Return an attestation whose time a timestamp authority vouches for as well as the log."""
    return private_instance().attest(about_wheel(), github(), stamps=(SIGNED_AT,))


def entry_of(attestation: Json) -> Json:
    entry: Json = attestation["verification_material"]["transparency_entries"][0]
    return entry


@pytest.mark.parametrize("time", ["0", 0, None])
@pytest.mark.parametrize("promise", [GARBAGE, None])
def test_a_promise_that_names_no_time_is_refused(time: object, promise: str | None) -> None:
    """sigstore checks a promise only if it comes with a time; nothing else covers the index that is stated."""
    attestation = stamped()
    entry = entry_of(attestation)
    if promise is not None:
        entry["inclusionPromise"]["signedEntryTimestamp"] = promise
    entry |= {"integratedTime": time, "logIndex": "999999"}

    assert failure(verify(attestation)) == "bad-log-entry"


def test_without_any_promise_the_proof_alone_says_where_it_is() -> None:
    attestation = stamped()
    entry = entry_of(attestation)
    for key in ("inclusionPromise", "integratedTime"):
        del entry[key]
    entry["logIndex"] = "999999"

    result = verify(attestation)
    assert isinstance(result, Verified)
    assert result.attestations[0].log_index == int(entry["inclusionProof"]["logIndex"])
