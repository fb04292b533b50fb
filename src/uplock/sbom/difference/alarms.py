"""What of a difference somebody should look at first."""

from __future__ import annotations

from collections.abc import Iterator

from uplock.model.sbom_diff_outcome import SbomAlarm, SbomComponentChange

_VERIFIED, _INVALID = "verified", "invalid"
_Sides = tuple[tuple[str, ...], tuple[str, ...]]


def alarms_of(change: SbomComponentChange) -> tuple[SbomAlarm, ...]:
    """Return the alarms of a component itself, in the order of their kinds."""
    return tuple(_alarms(change))


def _alarms(change: SbomComponentChange) -> Iterator[SbomAlarm]:
    facts: dict[str, _Sides] = {each.fact: (each.before, each.after) for each in change.facts}
    nothing: _Sides = ((), ())
    both = change.kind not in {"added", "removed"}
    before, after = facts.get("attestation", nothing)
    if change.kind == "other-digest":
        yield "other-digest"
    if change.kind == "downgraded":
        yield "downgraded"
    old, new = facts.get("attestation-document", nothing)
    if both and ((_VERIFIED in before and _VERIFIED not in after) or (old and not new)):
        yield "attestation-lost"
    if _INVALID in after and _INVALID not in before:
        yield "attestation-failed"
    old, new = facts.get("attested-by", nothing)
    if old and new:
        yield "publisher-changed"
    old, new = facts.get("origin", nothing)
    other_package = all(facts.get("package-url", nothing))
    if both and (other_package or (old != new and (change.before == change.after or not old or not new))):
        yield "origin-changed"
    old, new = facts.get("yanked", nothing)
    if new and not old:
        yield "yanked"
