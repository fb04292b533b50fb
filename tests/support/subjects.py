"""Builders of what rules see: every argument has a default that no rule objects to on 2026-11-23."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

from uplock.model.digest import Sha256, sha256_of
from uplock.model.finding import Finding, Verdict
from uplock.model.identity import KnownPublisher, TrustedRoot
from uplock.model.lifecycle import Claim, LatestPatch, Lifecycle, Product
from uplock.model.lock import Artifact, Lock, LockedPackage, MissingLock
from uplock.model.native import NativeLibrary, NativeProfile, Occurrence
from uplock.model.platform import GlibcLinux
from uplock.model.policy import Policy
from uplock.model.rehearsal import Rehearsed
from uplock.model.results import (
    ArtifactResults,
    CoreMetadata,
    GitHub,
    Unchecked,
    Verification,
    Verified,
)
from uplock.model.target import Interpreter, Target
from uplock.model.waiver import WaiverFile
from uplock.policy.evaluate import EvaluationInput, evaluate
from uplock.policy.lifecycle import load_latest_patches, load_lifecycles
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject

TODAY = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NOTHING = sha256_of(b"")
VERIFIED = Verified(
    publisher=GitHub(repository="owner/project", workflow="release.yml"), document=NOTHING, attestations=()
)
UNCHECKED = Unchecked(reason="not-offered", detail="the index knows no provenance")


INDEX = "https://index.example/simple"


def digest_for(filename: str) -> Sha256:
    """Return the digest that every builder here gives to a file of this name."""
    return sha256_of(filename.encode())


def make_target(python: str = "3.13.18", glibc: tuple[int, int] = (2, 28)) -> Target:
    return Target(interpreter=Interpreter(version=python), platform=GlibcLinux(arch="x86_64", glibc=glibc))


def make_package(
    filename: str, *, direct: bool = False, name: str | None = None, version: str | None = None
) -> LockedPackage:
    """Return a locked package; name and version are those of the file unless given."""
    parts = [*filename.split("-"), "0"]
    return LockedPackage(
        name=parts[0].replace("_", "-") if name is None else name,
        version=parts[1] if version is None else version,
        artifact=Artifact(filename=filename, sha256=digest_for(filename), url=f"https://index.example/{filename}"),
        direct=direct,
        index=INDEX,
    )


def make_lock(target: Target | None = None, packages: Iterable[LockedPackage] = ()) -> Lock:
    return Lock(
        target=target or make_target(),
        packages=tuple(packages),
        exclude_newer=TODAY,
        inputs=NOTHING,
        view=NOTHING,
        resolver="uv 0.13.9",
    )


def make_missing(*packages: str, detail: str = "only an sdist", target: Target | None = None) -> MissingLock:
    where = target or make_target()
    return MissingLock(
        target=where.name,
        python=where.interpreter.version,
        platform=where.platform.name,
        role="target",
        packages=packages,
        detail=detail,
    )


def make_library(
    name: str, version: str | None, *, soname: str | None = None, path: str = "demo.libs/lib.so"
) -> NativeLibrary:
    evidence = soname or f"{name} {version}"
    return NativeLibrary(
        project=name,
        version=version,
        linkage="bundled",
        method="soname" if version is None else "string",
        confidence="medium" if version is None else "high",
        soname=soname,
        members=(Occurrence(path=path, sha256=digest_for(path), evidence=evidence),),
    )


def make_artifact_results(
    filename: str = "demo-1.0-py3-none-any.whl",
    *,
    verification: Verification = VERIFIED,
    native: NativeProfile | None = None,
    document: str | None = None,
) -> ArtifactResults:
    package = make_package(filename)
    return ArtifactResults(
        filename=filename,
        sha256=digest_for(filename),
        sha512="0" * 128,
        size=1,
        metadata=CoreMetadata(name=package.name, version=package.version, metadata_version="2.4"),
        native=native or NativeProfile(),
        verification=verification,
        document=document,
    )


def make_subject(
    *artifacts: ArtifactResults,
    target: Target | None = None,
    lock: Lock | None = None,
    missing: MissingLock | None = None,
    locked: bool = True,
    direct: Iterable[str] = (),
    baseline: bool = False,
    deployed: bool = False,
    lifecycles: tuple[Lifecycle, ...] | None = None,
    latest_patches: tuple[LatestPatch, ...] = (),
    runs_on: tuple[Lifecycle, ...] = (),
    known: tuple[KnownPublisher, ...] = (),
    trusted_root: TrustedRoot | None = None,
    rehearsed: Rehearsed | None = None,
) -> Subject:
    """Return a subject whose lock has exactly the artifacts, unless one is given, missing or not ``locked``."""
    where = target or make_target()
    chosen = frozenset(direct)
    if lock is None and missing is None and locked:
        packages = (make_package(each.filename, direct=each.filename in chosen) for each in artifacts)
        lock = make_lock(where, packages)
    return Subject(
        target=where,
        role="baseline" if baseline else "target",
        deployed=deployed,
        lock=lock,
        missing=missing,
        artifacts=artifacts,
        lifecycles=load_lifecycles() if lifecycles is None else lifecycles,
        latest_patches=latest_patches,
        runs_on=runs_on,
        known=known,
        trusted_root=trusted_root,
        rehearsed=rehearsed,
    )


def make_lifecycle(product: Product, line: str, end_of_life: date, *, verified: bool = True) -> Lifecycle:
    return Lifecycle(
        product=product,
        line=line,
        released=date(2001, 1, 1),
        claims=(Claim(end_of_life=end_of_life, source="a test", retrieved=date(2026, 11, 23), verified=verified),),
    )


def check(rule: Rule, subject: Subject, policy: Policy | None = None, as_of: datetime = TODAY) -> list[Finding]:
    """Run one rule alone."""
    return list(rule.check(subject, policy or Policy(), as_of))


def judge(
    subject: Subject, policy: Policy | None = None, as_of: datetime = TODAY, waivers: tuple[WaiverFile, ...] = ()
) -> Verdict:
    """Run all rules on one subject, for a generation and a table of no interest."""
    (verdict,) = evaluate(make_input(subject, policy=policy, as_of=as_of, waivers=waivers))
    return verdict


def make_input(
    *subjects: Subject,
    policy: Policy | None = None,
    as_of: datetime = TODAY,
    waivers: tuple[WaiverFile, ...] = (),
    project: str = "shop",
) -> EvaluationInput:
    """Return what verdicts about subjects are a function of."""
    return EvaluationInput(
        project=project,
        generation=NOTHING,
        as_of=as_of,
        policy=policy or Policy(),
        table=NOTHING,
        lifecycles=load_lifecycles(),
        latest_patches=load_latest_patches(),
        waivers=waivers,
        subjects=subjects,
    )
