"""Text for people: renders answers, decides nothing. Every fact in it is in the JSON too."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from uplock.model.finding import Finding
from uplock.model.outcome import (
    ArtifactVerification,
    AttestationCounts,
    CheckResult,
    HistoryEntry,
    InitResult,
    InspectResult,
    RunResult,
    SbomResult,
    TargetResult,
    VerifyResult,
)
from uplock.model.results import Email, GitHub, GitLab, Google, NativeLibrary, NativeObject, Other, Publisher

Paint = Callable[[str, str], str]
"""Colours a text if the stream wants it: text, colour."""

_COLOURS = {
    "pass": "green",
    "fail": "red",
    "undetermined": "yellow",
    "error": "red",
    "warning": "yellow",
    "info": "cyan",
}


def run_text(result: RunResult, paint: Paint) -> str:
    """Render ``uplock run``."""
    state = "recorded" if result.changed else "unchanged"
    lines = [
        f"uplock run · {result.project} · as of {_day(result.as_of)} · cut-off {moment(result.exclude_newer)}",
        f"index {result.index} ({result.index_from}) · {result.resolver} · trusted root {result.trusted_root[:12]}",
        "",
        *_targets(result.targets, paint),
        *_findings(result.targets, paint),
        *(plain(f"note: {note}") for note in result.notes),
        f"generation {result.generation} {state}",
        f"{paint(result.status.upper(), _COLOURS[result.status])}",
    ]
    return join(lines)


def check_text(result: CheckResult, paint: Paint) -> str:
    """Render ``uplock check``."""
    lines = [
        f"uplock check · {result.project} · as of {_day(result.as_of)} · generation {result.generation}",
        "",
        *_targets(result.targets, paint),
        *_findings(result.targets, paint),
        f"{paint(result.status.upper(), _COLOURS[result.status])}",
    ]
    return join(lines)


def sbom_text(result: SbomResult) -> str:
    """Render ``uplock sbom``."""
    files = [f"  {file.path}  sha256 {file.sha256}" for file in result.files]
    return join([f"uplock sbom · {result.project} · generation {result.generation}", *files])


def history_text(entries: tuple[HistoryEntry, ...]) -> str:
    """Render ``uplock history``."""
    if not entries:
        return "No generation is recorded yet: run uplock run.\n"
    lines = []
    for entry in entries:
        when = moment(entry.recorded_at) if entry.recorded_at else "before this archive"
        left = f", leaving {entry.baseline}" if entry.baseline else ""
        lines.append(f"{entry.id}  {when}  {entry.artifacts} artifacts, {', '.join(entry.targets)}{left}")
        lines.append(f"  parent {entry.parent}" if entry.parent else "  no parent")
    return join(lines)


def inspect_text(result: InspectResult) -> str:
    """Render ``uplock inspect``."""
    metadata, native = result.metadata, result.native
    lines = [
        f"{result.filename} · {result.size} bytes · sha256 {result.sha256}",
        f"  {metadata.name} {metadata.version} (metadata {metadata.metadata_version})",
        *_pairs(
            ("requires python", metadata.requires_python),
            ("licence", metadata.license_expression or metadata.license),
            ("summary", metadata.summary),
            ("author", metadata.author or metadata.author_email),
            ("maintainer", metadata.maintainer or metadata.maintainer_email),
        ),
        *(f"  {label}: {url}" for label, url in metadata.project_urls),
        *(f"  needs {line}" for line in metadata.requires_dist),
        *(f"  extra {name}" for name in metadata.provides_extra),
        *(f"  {line}" for line in metadata.classifiers),
        *_pairs(("glibc needed", native.glibc), ("glibc claimed by tag", native.glibc_claimed)),
        *(_object(each) for each in native.objects),
        *(_library(each) for each in native.libraries),
        *(f"  system library {name}" for name in native.system),
        *(f"  embedded SBOM {each.path} ({each.size} bytes, sha256 {each.sha256})" for each in native.sboms),
        *(f"  not read: {each}" for each in native.skipped),
    ]
    return join(plain(line) for line in lines)


def verification_text(result: ArtifactVerification, paint: Paint) -> str:
    """Render ``uplock verify artifact``."""
    return join([*_verification(result, paint), f"trusted root sha256 {result.trusted_root}"])


def verify_text(result: VerifyResult, paint: Paint) -> str:
    """Render ``uplock verify lock`` and ``dir``."""
    lines = [line for each in result.artifacts for line in _verification(each, paint)]
    roots = sorted({each.trusted_root for each in result.artifacts})
    return join(
        [
            *lines,
            _counts(result.counts),
            *(f"trusted root sha256 {root}" for root in roots),
            paint(result.status.upper(), _COLOURS[result.status]),
        ]
    )


def init_text(result: InitResult) -> str:
    """Render ``uplock init``."""
    done = f"Wrote {result.path}:" if result.written else f"{result.path} has its table already:"
    return join([done, "", result.text.rstrip("\n")])


def publisher_text(publisher: Publisher) -> str:
    """Return a publisher in a few words."""
    match publisher:
        case GitHub(repository=repository, workflow=workflow, environment=environment):
            return f"GitHub {repository} ({workflow}{_environment(environment)})"
        case GitLab(repository=repository, workflow_filepath=workflow, environment=environment):
            return f"GitLab {repository} ({workflow}{_environment(environment)})"
        case Google(email=email):
            return f"Google {email}"
        case Email(email=email, issuer=issuer):
            return f"{email} ({issuer})"
        case Other(identity=identity, issuer=issuer):
            return f"{identity} ({issuer})"


def _environment(name: str | None) -> str:
    return f", environment {name}" if name else ""


def _targets(targets: Iterable[TargetResult], paint: Paint) -> list[str]:
    lines = []
    for target in targets:
        role = "leaving" if target.role == "baseline" else "target"
        gate = "gates" if target.gates else "does not gate"
        end = f"supported until {target.end_of_life}" if target.end_of_life else "end of support unknown"
        status = paint(target.status, _COLOURS[target.status])
        lines.append(f"{target.target}  CPython {target.python}  {target.platform}  {role}, {gate}  {status}")
        glibc = f", glibc {target.glibc}" if target.glibc else ""
        deployed = "deployed" if target.deployed else "not deployed"
        lines.append(f"  {end}; {target.packages} packages, {target.native} with native code{glibc}; {deployed}")
        lines.append(f"  {_counts(target.attestations)}")
        for each in target.attested:
            by = f" by {publisher_text(each.publisher)}" if each.publisher else ""
            why = f": {each.reason}" if each.reason else ""
            lines.append(plain(f"    {each.outcome}  {each.package}  {each.filename}{by}{why}"))
        lines.extend(f"  {file.path}  sha256 {file.sha256}" for file in target.files)
        lines.append("")
    return lines


def _findings(targets: Iterable[TargetResult], paint: Paint) -> list[str]:
    lines = []
    for target in targets:
        for finding in target.findings:
            lines.extend(finding_lines(finding, paint))
    return [*lines, ""] if lines else lines


def finding_lines(finding: Finding, paint: Paint) -> list[str]:
    """Return a finding and its remedy."""
    place = f" [{finding.place}]" if finding.place else ""
    severity = paint(finding.severity, _COLOURS[finding.severity])
    head = f"{severity} {finding.rule} {finding.target} {finding.subject}: {finding.message}{place}"
    return [head, f"  remedy: {finding.remedy}"]


def _library(each: NativeLibrary) -> str:
    how = "static" if each.static else "bundled"
    version = each.version or "(version unknown)"
    return f"  {how} {each.name} {version} in {each.path} by {each.method}: {each.evidence}"


def _object(each: NativeObject) -> str:
    floors = ", ".join(
        f"{label} {value}"
        for label, value in (
            ("glibc", each.glibc),
            ("GLIBCXX", each.glibcxx),
            ("CXXABI", each.cxxabi),
            ("GCC", each.gcc),
        )
        if value
    )
    facts = [
        f"{each.role} {each.machine} {each.bits}-bit",
        *([floors] if floors else []),
        *(["stable ABI"] if each.stable_abi else []),
        *([f"soname {each.soname}"] if each.soname else []),
        *([f"needs {', '.join(each.needed)}"] if each.needed else []),
        *([f"runpath {', '.join(each.runpath)}"] if each.runpath else []),
    ]
    return f"  {each.path} ({each.size} bytes, sha256 {each.sha256}): {'; '.join(facts)}"


def _verification(result: ArtifactVerification, paint: Paint) -> list[str]:
    colour = {"verified": "green", "invalid": "red"}.get(result.outcome, "yellow")
    failure = f" {result.failure}" if result.failure else ""
    why = f": {result.reason}" if result.reason else ""
    by = f" by {publisher_text(result.publisher)}" if result.publisher else ""
    source = f" [{result.document}]" if result.document else ""
    what = plain(f"{failure}  {result.filename}{by}{why}{source}")
    lines = [f"{paint(result.outcome, colour)}{what}", f"  sha256 {result.sha256}"]
    for each in result.attestations:
        lines.append(f"  {each.predicate_type} at {moment(each.log_time)}, log index {each.log_index}")
        lines.append(plain(f"    {publisher_text(each.publisher)}"))
        lines.extend(plain(f"    {name}: {value}") for name, value in each.claims)
    return lines


def _counts(counts: AttestationCounts) -> str:
    return (
        f"attestations: {counts.verified} verified, {counts.not_attested} not attested, "
        f"{counts.invalid} invalid, {counts.unchecked} unchecked"
    )


def _pairs(*pairs: tuple[str, str | None]) -> list[str]:
    return [f"  {label}: {value}" for label, value in pairs if value]


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


def moment(when: datetime) -> str:
    """Return a moment as RFC 3339 in whole seconds."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def plain(text: str) -> str:
    r"""Return ``text`` with everything escaped that could steer a terminal: ``\x1b``, ``\n``, ``\u202e``."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)


def count(number: int, noun: str) -> str:
    """Return a number of things: ``1 package``, ``2 packages``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def join(lines: Iterable[str]) -> str:
    """Return lines, each with its end."""
    return "".join(f"{line}\n" for line in lines)
