"""Text about locks, for people: made, checked or explained."""

from __future__ import annotations

from uplock.model.outcome import ExplainedArtifact, Explanation, LockCheckResult, LockedTarget, LockResult
from uplock.report.check_text import finding_lines
from uplock.report.text import Paint, count, join, moment, plain


def lock_text(result: LockResult, paint: Paint) -> str:
    """Render ``uplock lock``."""
    what = "resolved" if result.resolved else "inputs unchanged, locks stand"
    lines = [
        f"uplock lock · {result.project} · {what} · cut-off {moment(result.exclude_newer)}",
        f"index {result.index} ({result.index_from}) · {result.resolver}",
        "",
        *(_locked(target) for target in result.targets),
        f"  {result.lockset.path}  sha256 {result.lockset.sha256}",
        *(line for finding in result.findings for line in finding_lines(finding, paint)),
        *(plain(f"note: {note}") for note in result.notes),
    ]
    return join(lines)


def lock_check_text(result: LockCheckResult, paint: Paint) -> str:
    """Render ``uplock lock --check``."""
    against = {"offline": "inputs", "resolve": "the archived view", "index": "the index"}[result.depth]
    errors = sum(finding.severity == "error" for finding in result.findings)
    state = paint("FAIL", "red") if errors or result.edited else paint("PASS", "green")
    what = f"{count(result.packages, 'pin')} of {count(len(result.targets), 'target')}"
    lines = [
        f"uplock lock --check · {result.project} · {what} against {against}",
        *(line for finding in result.findings for line in finding_lines(finding, paint)),
        *(plain(f"note: {note}") for note in result.notes),
        state,
    ]
    return join(lines)


def explain_text(told: tuple[Explanation, ...]) -> str:
    """Render ``uplock lock --explain``."""
    lines = []
    for each in told:
        lines.append(f"{each.target}  CPython {each.python}")
        lines.append(plain(f"  {each.name} {each.version or 'is not locked'}: {each.why}"))
        for asker in each.required_by:
            who = f"{asker.name} {asker.version}" if asker.name else "the project"
            words = {"requirement": "asks for", "override": "is overridden to ask for", "constraint": "allows only"}
            lines.append(plain(f"  {who} {words[asker.role]} {asker.requirement or 'it'}"))
        if each.kept:
            lines.append("  the resolver was told to keep this version")
        lines += [plain(f"  not {other.version}: {other.reason}") for other in each.newer]
        lines += [plain(f"  {_state(file)} {file.filename}{_when(file)}") for file in each.artifacts]
        if not each.view:
            lines.append("  the view is not in this archive: only what stands in the lock is told")
    return join(lines)


def _state(file: ExplainedArtifact) -> str:
    return "chosen      " if file.chosen else "admissible  " if file.admissible else "not for this"


def _when(file: ExplainedArtifact) -> str:
    when = f", uploaded {moment(file.upload_time)}" if file.upload_time else ""
    return f"{when}{', yanked' if file.yanked else ''}"


def _locked(target: LockedTarget) -> str:
    role = "leaving" if target.role == "baseline" else "target"
    head = f"{target.target}  CPython {target.python}  {target.platform}  {role}, "
    head += "deployed" if target.deployed else "not deployed"
    if target.missing:
        return f"{head}, no lock: no file of {', '.join(target.missing)}"
    files = "".join(f"\n  {file.path}  sha256 {file.sha256}" for file in target.files)
    return f"{head}, {count(target.packages, 'package')}{_agreed(target)}{files}"


def _agreed(target: LockedTarget) -> str:
    agreement = target.agreement
    if agreement is None:
        return ""
    words = {"agrees": "agrees", "disagrees": "disagrees", "not-asked": "was not asked"}
    return plain(f", {agreement.resolver} {words[agreement.outcome]}")
