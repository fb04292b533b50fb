"""sigstore's verifier under one trusted root, watched: how far it got is the reason why it refused.

sigstore raises one class of error for almost everything. Its texts are for people and change; the steps that it takes
are those of the Sigstore client specification, in order: trusted time, certificate chain, certificate log, profile
(where it asks the policy), log entry, signature, content of the entry.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

from uplock.attest.closed_periods import closed_periods
from uplock.errors import InputError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from sigstore._internal.timestamp import TimestampVerificationResult
    from sigstore.models import Bundle, TrustedRoot
    from sigstore.verify import Verifier


class Steps:
    """How far sigstore got with one bundle. It is also the policy that sigstore asks: it accepts any publisher."""

    def __init__(self) -> None:
        self.log_times: tuple[datetime, ...] = ()
        """Times of the log entry, as it states them; the log's signature is checked later."""
        self.signed_times: tuple[datetime, ...] = ()
        """Times of timestamps that a trusted authority signed."""
        self.believed = False
        """Whether chain, certificate log and profile hold."""

    @property
    def times(self) -> tuple[datetime, ...]:
        """All times that the certificate is judged at."""
        return self.log_times + self.signed_times

    def verify(self, cert: Certificate) -> None:
        """Take note. The publisher is compared later, when signature and log entry hold as well."""
        del cert
        self.believed = True


class Watched:
    """One sigstore verifier, made once. Not for several threads at the same time."""

    def __init__(self, root: bytes) -> None:
        """Raises :class:`InputError` if ``root`` is no usable trusted root."""
        from sigstore.errors import Error

        self._steps = Steps()
        try:
            self._verifier = _watched_class(self._established)(trusted_root=_trusted_root(root))
        except (Error, ValueError, RecursionError) as error:
            raise unusable() from error

    def dsse(self, bundle: Bundle, steps: Steps) -> bytes:
        """Return the payload of the bundle's envelope if all of sigstore's steps hold; note them in ``steps``.

        Raises whatever sigstore and what it calls raise.
        """
        self._steps = steps
        return self._verifier.verify_dsse(bundle, steps)[1]

    def _established(self, times: Iterable[TimestampVerificationResult]) -> None:
        said = [(each.source.name == "TRANSPARENCY_SERVICE", each.time) for each in times]
        self._steps.log_times = tuple(sorted(time for by_log, time in said if by_log))
        self._steps.signed_times = tuple(sorted(time for by_log, time in said if not by_log))


def unusable() -> InputError:
    """Return the error for a trusted root that sigstore cannot use."""
    return InputError(
        "the trusted root cannot be used", context="trusted root", remedy="Give a complete trusted_root.json."
    )


def _trusted_root(raw: bytes) -> TrustedRoot:
    """Return the root in the public way from bytes: a client configuration whose other half stays empty."""
    from sigstore.models import ClientTrustConfig, SigningConfig

    config = {
        "mediaType": ClientTrustConfig.ClientTrustConfigType.CONFIG_0_1.value,
        "trustedRoot": json.loads(closed_periods(raw)),
        "signingConfig": {"mediaType": SigningConfig.SigningConfigType.SIGNING_CONFIG_0_2.value},
    }
    root = ClientTrustConfig.from_json(json.dumps(config)).trusted_root
    # sigstore asks for these with every bundle, and makes them anew each time.
    root.rekor_keyring = cache(root.rekor_keyring)  # type: ignore[method-assign]
    root.ct_keyring = cache(root.ct_keyring)  # type: ignore[method-assign]
    return root


def _watched_class(established: Callable[[Iterable[TimestampVerificationResult]], None]) -> type[Verifier]:
    """Return sigstore's verifier, telling ``established`` which times it takes for trusted."""
    from sigstore.verify import Verifier

    class WatchedVerifier(Verifier):
        def _establish_time(self, bundle: Bundle) -> list[TimestampVerificationResult]:
            found = super()._establish_time(bundle)
            established(found)
            return found

    return WatchedVerifier
