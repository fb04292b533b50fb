"""The main job: lock, gather, judge, describe, commit. Either everything of it is written, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from uplock.lockfile.lockset import LOCKSET
from uplock.model.digest import Sha256, sha256_of
from uplock.model.finding import Finding, Verdict
from uplock.model.outcome import OutputFile, RunResult, TargetResult
from uplock.model.value import Value, encode_pretty
from uplock.model.verify_outcome import Baseline
from uplock.policy.evaluate import evaluate
from uplock.policy.expected import generic_policies
from uplock.policy.subject import Subject
from uplock.ports import Event
from uplock.workflow.commit import commit, content_of, headless, known_head, known_publishers
from uplock.workflow.describe import UPLIFT, describe, outdated, sbom_path, shared_facts, target_paths
from uplock.workflow.evidence import baseline_of, missing_baseline, remembered
from uplock.workflow.gather import Gathered, Gatherer
from uplock.workflow.judge import (
    evaluation_input,
    overall,
    project_findings,
    subjects_of,
    summarize,
    verdict_path,
)
from uplock.workflow.locks import LockFiles, with_evidence
from uplock.workflow.outcomes import may_stand
from uplock.workflow.project import Project
from uplock.workflow.relock import find_locks, keep_view
from uplock.workflow.replacement import replace_together
from uplock.workflow.request import Request
from uplock.workflow.seams import Seams


class Ran(Value, frozen=True, kw_only=True):
    """The answer of a run, the files that it wrote, and the blobs that its generation needs."""

    result: RunResult
    outputs: tuple[OutputFile, ...]
    blobs: tuple[Sha256, ...]
    settled: bool
    """Whether every provenance source gave an answer that stands: else the next run must ask again."""


def run_project(project: Project, request: Request, seams: Seams) -> Ran:
    """Do the whole job and return its answer.

    Nothing is written outside archive and cache before everything is known; then all files of the project are
    replaced together, and the generation becomes the head last.
    """
    found = find_locks(project, request, seams)
    view = keep_view(found, seams.archive)
    gathered = _gather(project, found, request, seams)
    results = gathered.results
    seams.on_event(Event(stage="commit", message="storing results"))
    found, baseline, missed = _held(project, request, seams, found, gathered)
    stored = {digest: seams.archive.put_results(result) for digest, result in results.items()}
    blobs = {
        seams.archive.put(blob) for blob in (*found.files.values(), headless(found.lockset), seams.root_bytes())
    } | view
    content = content_of(project, found.lockset, results.values(), stored)
    reference, changed = commit(content, known_head(found.lockset, seams.archive, content.project))
    subjects = subjects_of(project.planned, found.locks, found.lockset, results, project.config)
    verdicts = _judged(project, request, subjects, reference.id)
    facts = shared_facts(content, request.timestamp or found.lockset.exclude_newer)
    files = {
        **found.files,
        LOCKSET: found.lockset_bytes(reference),
        **describe(facts, subjects, seams.on_event),
        **{verdict_path(verdict.target): encode_pretty(verdict) for verdict in verdicts},
    }
    replace_together(project.root, files, remove=(*_stale(found, files), *outdated(project.root, files)))
    if changed or seams.archive.head() != reference.id:
        seams.archive.record(content, reference.parent, request.now)
    result = RunResult(
        project=project.name,
        generation=reference.id,
        parent=reference.parent,
        changed=changed,
        status="fail" if missed else overall(verdicts),
        as_of=request.as_of,
        exclude_newer=found.lockset.exclude_newer,
        index=seams.index_name,
        index_from=seams.index_from,
        resolver=found.lockset.resolver,
        trusted_root=seams.trusted_root,
        baseline=baseline,
        targets=_summaries(subjects, verdicts, files),
        uplift=next(iter(files_of(UPLIFT, files)), None),
        findings=(*missed, *project_findings(verdicts)),
        notes=(*seams.notes, *found.lockset.notes),
    )
    outputs = tuple(OutputFile(path=path, sha256=sha256_of(data)) for path, data in sorted(files.items()))
    return Ran(
        settled=all(may_stand(each.verification) for each in results.values()),
        result=result,
        outputs=outputs,
        blobs=tuple(sorted({*blobs, *results, *stored.values(), reference.id})),
    )


def _summaries(
    subjects: tuple[Subject, ...], verdicts: tuple[Verdict, ...], files: Mapping[str, bytes]
) -> tuple[TargetResult, ...]:
    return tuple(
        summarize(subject, verdict, files_of(subject.target.name, files))
        for subject, verdict in zip(subjects, verdicts, strict=True)
    )


def _held(
    project: Project, request: Request, seams: Seams, found: LockFiles, gathered: Gathered
) -> tuple[LockFiles, Baseline, tuple[Finding, ...]]:
    """Return the locks with today's evidence, and how publishers stand to those that are known.

    Where a baseline is required and there is none, nothing becomes known: else the next run would find one.
    """
    verifications = {digest: each.verification for digest, each in gathered.results.items()}
    known = known_publishers(found.lockset, seams.archive, project.service)
    baseline = baseline_of(known, found.locks, verifications)
    missed = missing_baseline(project.policy) if request.require_baseline and baseline.state == "none" else ()
    publishers = () if missed else remembered(known, found.locks, verifications, project.policy, found.lockset.evidence)
    evidenced = with_evidence(found, verifications, seams.trusted_root, publishers, gathered.contents)
    return evidenced, baseline, missed


def _judged(
    project: Project, request: Request, subjects: tuple[Subject, ...], generation: Sha256
) -> tuple[Verdict, ...]:
    return evaluate(
        evaluation_input(
            subjects,
            service=project.service,
            policy=project.policy,
            as_of=request.as_of,
            generation=generation,
            waivers=project.waivers,
        )
    )


def _gather(project: Project, found: LockFiles, request: Request, seams: Seams) -> Gathered:
    source, identity = seams.provenance(found.lockset.view)
    gatherer = Gatherer(
        archive=seams.archive,
        cache=seams.cache,
        index=seams.index,
        provenance=source,
        provenance_id=identity,
        verifier=seams.verifier,
        verifier_id=seams.verifier_id,
        on_event=seams.on_event,
        generic=generic_policies(project.policy),
        refresh=request.refresh,
    )
    return gatherer.gather(found.locks)


def files_of(target: str, files: Mapping[str, bytes]) -> tuple[OutputFile, ...]:
    """Return the files of one target among ``files``, by the target's name in theirs."""
    return tuple(
        OutputFile(path=path, sha256=sha256_of(data))
        for path, data in sorted(files.items())
        if target in Path(path).name.split(".")
    )


def _stale(found: LockFiles, files: Mapping[str, bytes]) -> list[str]:
    """Return what stands of former targets and is not written anew: nobody may take it for today's answer."""
    former = [path for target in found.former for path in target_paths(target)]
    return [path for path in (*former, sbom_path(UPLIFT)) if path not in files]
