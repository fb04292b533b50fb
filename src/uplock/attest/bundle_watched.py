"""sigstore's verifier for bundles of every kind, also those of which sigstore verifies all but one step.

Chain, certificate log, timestamps, inclusion proof, checkpoint and the log's promise are verified by sigstore for each
of them. The one step that it does not know is done by the caller: the signature of a plain key, or what the body of an
in-toto log entry says.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from uplock.attest.watched import Steps, Watched

if TYPE_CHECKING:
    from sigstore.models import Bundle

    from uplock.model.digest import Sha256


class BundleVerifier(Watched):
    """One sigstore verifier, made once. Its methods raise whatever sigstore and what it calls raise."""

    def artifact(self, sha256: Sha256, bundle: Bundle, steps: Steps) -> None:
        """Verify a bundle that signs a file itself, wholly."""
        from sigstore.hashes import Hashed

        self._steps = steps
        # The algorithm is a string enumeration of sigstore's models; its members are equal to their names.
        digest = Hashed.model_validate({"algorithm": "SHA2_256", "digest": bytes.fromhex(sha256)})
        self._verifier.verify_artifact(digest, bundle, steps)

    def all_but_content(self, bundle: Bundle, steps: Steps) -> None:
        """Verify time, certificate and log entry; not the signature, nor what the entry is about."""
        self._steps = steps
        self._verifier._verify_common_signing_cert(bundle, steps)  # noqa: SLF001 - there is no public way to this part

    def time_and_log(self, bundle: Bundle, steps: Steps) -> None:
        """Verify that the log holds the entry, and note who says when. Of a bundle without a certificate."""
        from sigstore._internal.trust import KeyringPurpose

        self._steps = steps
        verifier = self._verifier
        verifier._establish_time(bundle)  # noqa: SLF001 - sigstore knows no bundle without a certificate
        keys = verifier._trusted_root.rekor_keyring(KeyringPurpose.VERIFY)  # noqa: SLF001 - likewise
        bundle.log_entry._verify(keys)  # noqa: SLF001 - likewise


def certified_bundle(document: str) -> Bundle:
    """Return a bundle with a certificate as sigstore reads it. Raises what sigstore raises for what is none."""
    from sigstore.models import Bundle

    return Bundle.from_json(document)


def keyed_bundle(document: str) -> Bundle:
    """Return a bundle of a plain key as sigstore would read it if it knew such. Raises what sigstore raises."""
    from sigstore.models import Bundle, TransparencyLogEntry

    class KeyedBundle(Bundle):
        def _verify(self) -> None:
            (entry,) = self._inner.verification_material.tlog_entries
            self._log_entry = TransparencyLogEntry(entry)

    return KeyedBundle.from_json(document)


def timestamps_readable(timestamps: Sequence[str]) -> bool:
    """Whether sigstore can read all of these signed timestamps (base64 of DER)."""
    from sigstore.errors import Error
    from sigstore.models import TimestampVerificationData

    signed = [{"signedTimestamp": each} for each in timestamps]
    try:
        TimestampVerificationData.from_json(json.dumps({"rfc3161Timestamps": signed}))
    except (Error, ValueError):
        return False
    return True
