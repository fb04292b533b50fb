"""The text of ``uplock uplift plan``: what changes and why, who blocks it, and what remains to be tried."""

from __future__ import annotations

from collections.abc import Iterator

from uplock.model.uplift import NativeSide, UpliftPlan
from uplock.report.text import Paint, count, plain

_COLOURS = {"ready": "green", "untried": "yellow", "blocked": "red"}


def uplift_text(plan: UpliftPlan, paint: Paint) -> str:
    """Return the text."""
    lines = [
        plain(f"uplock uplift plan · {plan.project} · {plan.platform} · {plan.resolver}"),
        plain(f"from CPython {plan.before.python}  cut-off {plan.before.cut_off:%Y-%m-%d}  {plan.before.source}"),
        plain(f"to   CPython {plan.after.python}  cut-off {plan.after.cut_off:%Y-%m-%d}  {plan.after.source}"),
        "",
        summary(plan),
        *_changes(plan),
        *_blockers(plan, paint),
        *_native(plan),
        *_standard(plan),
        *([""] + [plain(line) for line in base_lines(plan)] if plan.base else []),
        *_parity(plan),
    ]
    if plan.remaining:
        lines += ["", "remains", *(plain(f"  {each}") for each in plan.remaining)]
    lines += ["", paint(plan.status.upper(), _COLOURS[plan.status])]
    return "\n".join(lines) + "\n"


def summary(plan: UpliftPlan) -> str:
    """Return the counts in a sentence."""
    numbers = plan.counts
    return (
        f"{count(numbers.changed, 'version')} of {numbers.before} change ({numbers.major} major), "
        f"{numbers.added} added, {numbers.removed} removed, {numbers.kept} stay"
    )


def _changes(plan: UpliftPlan) -> Iterator[str]:
    for change in plan.changes:
        mark = "  major" if change.major else ""
        yield plain(f"  {change.name} {change.before} -> {change.after}{mark}")
        for why in change.why:
            yield plain(f"      {why.level}: {why.evidence}")
    for new in plan.added:
        yield plain(f"  + {new.name} {new.version}, needed by {', '.join(new.needed_by) or 'the project'}")
    for old in plan.removed:
        yield plain(f"  - {old.name} {old.version}: {old.why}")


def _blockers(plan: UpliftPlan, paint: Paint) -> Iterator[str]:
    if plan.blockers:
        yield ""
        yield paint("blocked by", "red")
    for each in plan.blockers:
        yield plain(
            f"  {each.name or 'no single package'} {each.version}  {each.level}, {len(each.blocks)} wait for it"
        )
        yield plain(f"      {each.reason}")
        if each.blocks:
            yield plain(f"      waiting for it: {', '.join(each.blocks)}")
        for way in each.ways_out:
            yield plain(f"      {way.kind}: {way.text}")


def native_side(side: NativeSide | None) -> str:
    """Return one side of a native difference in words."""
    if side is None:
        return "nothing native"
    libraries = ", ".join(f"{each.project} {each.version or '?'}" for each in side.libraries)
    return " · ".join(each for each in (side.version, side.tag, side.floor or "", libraries) if each)


def _native(plan: UpliftPlan) -> Iterator[str]:
    if plan.native:
        yield ""
        yield "native code"
    for each in plan.native:
        yield plain(f"  {each.name}")
        yield plain(f"      before {native_side(each.before)}")
        yield plain(f"      after  {native_side(each.after)}")


def _standard(plan: UpliftPlan) -> Iterator[str]:
    if plan.standard:
        yield ""
        yield "modules that the standard library no longer has"
    for each in plan.standard:
        loaded = {True: "loaded at L3", False: "not loaded", None: "not tried"}[each.loaded]
        provider = f", provided by {each.provided_by}" if each.provided_by else ""
        yield plain(
            f"  {each.package} {each.file}:{each.line} imports {each.module} ({each.context}, {loaded}{provider})"
        )


def base_lines(plan: UpliftPlan) -> tuple[str, ...]:
    """Return whether the base image can run it, in lines."""
    base = plan.base
    if base is None:
        return ()
    verdict = {True: "can run it", False: "cannot run it", None: "is not known"}[base.fits]
    return (f"base {base.image} {verdict}", *(f"  {reason}" for reason in base.reasons))


def _parity(plan: UpliftPlan) -> Iterator[str]:
    if plan.parity:
        yield ""
        yield f"declares CPython {'.'.join(plan.after.python.split('.')[:2])}"
    for each in plan.parity:
        since = f"since {each.declared_since}" if each.declared_since else "in no version"
        yield plain(f"  {each.name:<28} {each.now or '-':<12} -> {each.planned or '-':<12} {since}")
