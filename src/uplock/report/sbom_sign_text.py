"""Text of ``uplock sbom sign`` and ``uplock sbom verify-signature``, for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from uplock.model.sbom_sign_outcome import SbomSignatureResult, SbomSignResult, SignedLock
from uplock.report.text import COLOURS, Paint, join, plain

_BOUND = {
    "bytes": "these very bytes were signed",
    "content": "this content was signed, perhaps in another spelling",
}


def sbom_sign_text(result: SbomSignResult, paint: Paint) -> str:
    """Render ``uplock sbom sign``."""
    return join(
        [
            f"{paint('signed', COLOURS['pass'])}  {plain(result.document)}",
            f"  envelope {plain(result.envelope or '-')}",
            *_key(result),
            *_locks(result.locks),
            *(f"  {paint('note', COLOURS['warning'])}: {plain(each)}" for each in result.notes),
        ]
    )


def sbom_signature_text(result: SbomSignatureResult, paint: Paint) -> str:
    """Render ``uplock sbom verify-signature``."""
    status = "pass" if result.outcome == "verified" else "fail"
    head = f"{paint(result.outcome, COLOURS[status])}  {plain(result.document)}"
    if result.reason is not None:
        told = f"{head}: {plain(result.reason)}"
        return join([told, *_key(result), "  remedy: Do not rely on the document; ask whoever signs it for another."])
    others = result.signatures - 1
    told = "" if not others else f"  {others} more in the envelope, by keys that were not asked"
    lines = [head, *_key(result), *([told] if told else []), *_locks(result.locks)]
    return join([*lines, *([] if result.bound is None else [f"  {_BOUND[result.bound]}"])])


def _key(result: SbomSignResult | SbomSignatureResult) -> Iterator[str]:
    yield f"  document sha256 {result.sha256}"
    yield f"  key sha256 {result.keyid} ({result.algorithm})"


def _locks(locks: Iterable[SignedLock]) -> Iterator[str]:
    for each in locks:
        state = "as it is here" if each.compared else "not compared, name it with --lock"
        yield f"  lock {plain(each.name)} sha256 {each.sha256}: {state}"
