"""The answer of ``uplock verify bundle`` for people."""

from __future__ import annotations

from uplock.model.bundle_outcome import BundleVerification
from uplock.policy.rules.at002 import REMEDIES
from uplock.report.text import COLOURS, Paint, join, moment, plain

_SOURCES = {"log": "the transparency log", "timestamp": "a timestamp authority"}


def bundle_text(result: BundleVerification, paint: Paint) -> str:
    """Render ``uplock verify bundle``."""
    inputs = [f"  sha256 {result.sha256}", f"  bundle sha256 {result.bundle}"]
    root = f"trusted root sha256 {result.trusted_root}"
    if result.failure is not None:
        head = f"{paint(result.outcome, COLOURS['fail'])}  {plain(f'{result.failure}: {result.reason}')}"
        return join([head, *inputs, f"  remedy: {REMEDIES[result.failure]}", root])
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
