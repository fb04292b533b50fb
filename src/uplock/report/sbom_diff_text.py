"""``uplock sbom diff`` for people: the gravest first, and of what explains itself only the number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import get_args

from uplock.model.sbom_diff_outcome import (
    SbomAlarm,
    SbomChangeKind,
    SbomComponentChange,
    SbomDiffResult,
    SbomDiffSide,
    SbomFact,
    SbomFactChange,
)
from uplock.report.text import Paint, count, join, plain

KINDS: tuple[SbomChangeKind, ...] = get_args(SbomChangeKind)
WORDS: Mapping[SbomChangeKind, str] = {
    "other-digest": "same version, other digest",
    "other-file": "same version, another file",
    "other-version": "another version",
}
"""What is said of a kind; the others are said as they are called."""
ALARMS: Mapping[SbomAlarm, str] = {
    "other-digest": "the same version has other bytes",
    "downgraded": "an older version",
    "attestation-lost": "is no longer attested",
    "attestation-failed": "has an attestation that does not verify",
    "publisher-changed": "is attested by another publisher",
    "origin-changed": "comes from another place",
    "yanked": "was yanked",
}
FACTS: Mapping[SbomFact, str] = {
    "declared-license": "license declared",
    "concluded-license": "license concluded",
    "package-url": "package URL",
    "range": "versions",
    "external": "not delivered",
    "glibc": "needs glibc",
    "symbol-floor": "symbols up to",
    "soname": "SONAME",
    "attested-by": "attested by",
    "attestation-failure": "attestation failure",
    "attestation-document": "attestation document",
    "end-of-support": "support ends",
    "requirement": "asked for",
}
"""What is said of a fact; the others are said as they are called."""
NONE = "none"

_NEW_BYTES = frozenset({"downgraded", "other-version", "upgraded"})
_OF_COURSE = frozenset({"attestation-document", "file", "hash"})
"""Facts that another version changes of course."""
_SAID_BY = frozenset({"attestation", "end-of-support"})
"""Facts that claims of ours only repeat."""
_SHOWN_VALUES, _SHOWN_INSIDE, _SHOWN_CHARACTERS = 6, 30, 160


def sbom_diff_text(result: SbomDiffResult, paint: Paint) -> str:
    """Render the difference, or one line that there is none."""
    return join([*_head(result), *_body(result, paint)])


def _head(result: SbomDiffResult) -> Iterator[str]:
    yield "uplock sbom diff"
    yield f"  from {plain(side_text(result.before))}"
    yield f"    to {plain(side_text(result.after))}"
    for side in (result.before, result.after):
        if side.objections:
            yield f"  {plain(side.file)} {objections_text(side)}"
    if result.not_compared:
        yield f"  not compared: {', '.join(result.not_compared)}"


def side_text(side: SbomDiffSide) -> str:
    """Return which document that is."""
    kind = f"CycloneDX {side.spec_version} {side.format.upper()}, {count(side.components, 'component')}"
    return f"{side.file}  {kind}"


def objections_text(side: SbomDiffSide) -> str:
    """Return that a document is invalid."""
    objections = count(side.objections, "objection")
    return f"is invalid, the official schema has {objections}: it is compared as far as it can be understood"


def _body(result: SbomDiffResult, paint: Paint) -> Iterator[str]:
    if result.equal:
        yield "No differences."
        return
    yield summary(result)
    if alarms := list(alarm_lines(result)):
        yield from ("", paint("look at first", "red"), *(f"  {plain(each)}" for each in alarms))
    if result.subject is not None or result.metadata:
        yield from ("", paint("document", "bold"))
    if result.subject is not None:
        yield from _change(result.subject, WORDS.get(result.subject.kind, result.subject.kind))
    yield from (f"  {plain(cut(each.fact))} {plain(sides_text(each.before, each.after))}" for each in result.metadata)
    for title, changes in groups(result):
        yield from ("", paint(f"{title} ({len(changes)})", "bold"))
        for each in changes:
            yield from _change(each)
    if result.edges:
        yield from ("", paint("dependencies between components of both", "bold"))
        for edge in result.edges:
            yield plain(f"  {'+' if edge.kind == 'added' else '-'} {cut(edge.source)} -> {cut(edge.target)}")


def summary(result: SbomDiffResult) -> str:
    """Return how many components changed how."""
    found = Counter(each.kind for each in result.components)
    said = [f"{found[kind]} {WORDS.get(kind, kind)}" for kind in KINDS if found[kind]]
    return f"components: {'; '.join([*said, f'{result.unchanged} unchanged'])}"


def alarm_lines(result: SbomDiffResult) -> Iterator[str]:
    """Yield every alarm, of the subject and of what is inside components too."""
    for each in (*filter(None, [result.subject]), *result.components):
        for path, change in walked(each):
            for alarm in change.alarms:
                yield f"{path} {versions_text(change)}: {ALARMS[alarm]}{_evidence(change, alarm)}"


def walked(change: SbomComponentChange) -> Iterator[tuple[str, SbomComponentChange]]:
    """Yield a component and all that is inside it, each with the names that lead there."""
    ahead = [(cut(change.name), change)]
    while ahead:
        path, each = ahead.pop()
        yield path, each
        ahead.extend((f"{path} > {cut(inside.name)}", inside) for inside in reversed(each.inside))


def _evidence(change: SbomComponentChange, alarm: SbomAlarm) -> str:
    wanted: Mapping[SbomAlarm, SbomFact] = {
        "attestation-lost": "attestation",
        "publisher-changed": "attested-by",
        "origin-changed": "origin",
        "yanked": "yanked",
    }
    found = (f" ({sides_text(each.before, each.after)})" for each in change.facts if each.fact == wanted.get(alarm))
    return next(found, "")


def groups(result: SbomDiffResult) -> Iterator[tuple[str, list[SbomComponentChange]]]:
    """Yield the components by what became of them: interpreters, then the gravest first."""
    if platforms := [each for each in result.components if each.platform]:
        yield "interpreter", platforms
    for kind in KINDS:
        if found := [each for each in result.components if each.kind == kind and not each.platform]:
            yield WORDS.get(kind, kind), found


def _change(change: SbomComponentChange, word: str = "") -> Iterator[str]:
    yield plain(f"  {headline(change)}{f', {word}' if word else ''}")
    if change.kind not in {"added", "removed"}:
        yield from (plain(f"    {fact_text(each)}") for each in telling(change))
        yield from (plain(f"    {line}") for line in inside_lines(change))


def headline(change: SbomComponentChange) -> str:
    """Return a component in one line; of one that came or went, also what is known of it."""
    said = [f"{cut(change.name)} {versions_text(change)}".rstrip()]
    if change.kind in {"added", "removed"}:
        said += known(change)
    elif change.platform:
        said.append(WORDS.get(change.kind, change.kind))
    if change.major:
        said.append("major")
    return ", ".join(said)


def known(change: SbomComponentChange) -> Iterator[str]:
    """Yield what is known of a component that stands in one document only."""
    facts = {each.fact: each.before or each.after for each in change.facts}
    for fact in ("range", "declared-license", "concluded-license", "requirement", "attestation"):
        yield from map(cut, facts.get(fact, ()))
    if number := sum(1 for _ in walked(change)) - 1:
        yield f"{count(number, 'component')} inside"


def versions_text(change: SbomComponentChange) -> str:
    """Return the version or how it changed; a question mark where it is not known."""
    if change.kind in {"added", "removed"} or change.before == change.after:
        return cut(change.after or change.before or "")
    return f"{cut(change.before or '?')} -> {cut(change.after or '?')}"


def telling(change: SbomComponentChange) -> Iterator[SbomFactChange]:
    """Yield the facts that are not of course: another version has another file, and claims repeat facts."""
    facts = {each.fact for each in change.facts}
    for each in change.facts:
        of_course = change.kind in _NEW_BYTES and each.fact in _OF_COURSE
        if not of_course and not (each.fact == "claim" and facts & _SAID_BY):
            yield each


def fact_text(change: SbomFactChange) -> str:
    """Return a fact and how it changed."""
    before, after = change.before, change.after
    if change.fact == "hash":
        before, after = _shortest(before, after)
    return f"{FACTS.get(change.fact, change.fact)} {sides_text(before, after)}"


def _shortest(before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Return SHA-256 alone where both sides differ in it: the other algorithms say the same at greater length."""
    sides = [tuple(each for each in side if each.startswith("SHA-256:")) for side in (before, after)]
    return iter(sides if all(sides) and sides[0] != sides[1] else (before, after))


def sides_text(before: tuple[str, ...], after: tuple[str, ...]) -> str:
    """Return the values that only one side has."""
    old, new = set(before), set(after)
    return f"{_values(sorted(old - new))} -> {_values(sorted(new - old))}"


def _values(values: list[str]) -> str:
    shown = [cut(each) for each in values[:_SHOWN_VALUES]]
    if (more := len(values) - len(shown)) > 0:
        shown.append(f"and {more} more")
    return ", ".join(shown) or NONE


def cut(text: str) -> str:
    """Return a text that fits into a line."""
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[: _SHOWN_CHARACTERS - 3]}..."


def inside_lines(change: SbomComponentChange) -> Iterator[str]:
    """Yield what became of the components inside, the gravest first; of those that were only rebuilt, the number."""
    found = [(path.partition(" > ")[2], each) for path, each in walked(change)][1:]
    loud = [(path, each) for path, each in found if each.kind not in {"changed", "rebuilt"}]
    loud.sort(key=lambda pair: KINDS.index(pair[1].kind))
    for path, each in loud[:_SHOWN_INSIDE]:
        kind = "" if each.kind in {"upgraded", "other-version"} else f"  {WORDS.get(each.kind, each.kind)}"
        yield f"inside {path} {versions_text(each)}".rstrip() + kind
    quiet: Counter[SbomChangeKind] = Counter(each.kind for _, each in found if each.kind in {"changed", "rebuilt"})
    said = [f"{quiet[kind]} {kind}" for kind in KINDS if quiet[kind]]
    if (more := len(loud) - _SHOWN_INSIDE) > 0:
        said.insert(0, f"{more} more")
    if said:
        yield f"inside {', '.join(said)}"
