"""The answer of ``uplock verify bundle`` for people."""

from __future__ import annotations

from uplock.model.bundle_outcome import BundleVerification
from uplock.model.results import FailureClass
from uplock.report.text import COLOURS, Paint, join, moment, plain

_SOURCES = {"log": "the transparency log", "timestamp": "a timestamp authority"}

_NEW_BUNDLE = "Fetch the bundle again; if it stays the same, do not use the file, and tell whoever made the bundle."
_OTHER_FILE = "Do not use the file; take the one that the bundle is about."
_OTHER_SIGNER = "Do not use the file until you know who should have signed it."
_NO_TRUST = "Do not use the file; ask whoever made the bundle for another one."

_REMEDIES: dict[FailureClass, str] = {
    "malformed": _NEW_BUNDLE,
    "unsupported-version": "Upgrade uplock, or ask whoever made the bundle for a version that it reads.",
    "unknown-publisher": "Give the key that must have signed with --key, or ask for a bundle with a certificate.",
    "subject-name-mismatch": _OTHER_FILE,
    "subject-digest-mismatch": _OTHER_FILE,
    "predicate-mismatch": _OTHER_SIGNER,
    "identity-mismatch": _OTHER_SIGNER,
    "untrusted-chain": "Check that the trusted root is the current one; if it is, do not use the file.",
    "outside-certificate-validity": _NO_TRUST,
    "no-trusted-time": _NO_TRUST,
    "bad-log-entry": _NO_TRUST,
    "bad-signature": _NO_TRUST,
}
"""What to do with a file that need not be installed at all, by the class of failure."""


def bundle_text(result: BundleVerification, paint: Paint) -> str:
    """Render ``uplock verify bundle``."""
    inputs = [f"  sha256 {result.sha256}", f"  bundle sha256 {result.bundle}"]
    root = f"trusted root sha256 {result.trusted_root}"
    if result.failure is not None:
        head = f"{paint(result.outcome, COLOURS['fail'])}  {plain(f'{result.failure}: {result.reason}')}"
        return join([head, *inputs, f"  remedy: {_REMEDIES[result.failure]}", root])
    return join([f"{paint(result.outcome, COLOURS['pass'])}  {_signer(result)}", *inputs, *_details(result), root])


def _signer(result: BundleVerification) -> str:
    if result.key is not None:
        return f"signed by the key with sha256 {result.key}"
    return plain(f"signed by {result.identity}")


def _details(result: BundleVerification) -> list[str]:
    lines = [] if result.issuer is None else [f"  issuer: {result.issuer}"]
    lines += [f"  {name}: {value}" for name, value in result.claims]
    if result.predicate_type is not None:
        lines.append(f"  statement of the type {result.predicate_type}")
    if result.log_time is not None and result.time_source is not None:
        lines.append(f"  signed at {moment(result.log_time)}, says {_SOURCES[result.time_source]}")
    lines.append(f"  log index {result.log_index}")
    return [plain(line) for line in lines]
