"""How a lock was made: the steps, their tools with versions, and their inputs by digest. No times but the cut-off.

Only what the facts of the document show to have happened is a step of it.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

from uplock.model.digest import Sha256
from uplock.model.target import Interpreter
from uplock.sbom.clean import Cleaner, in_utc
from uplock.sbom.identifier import purl
from uplock.sbom.parts import Component, Hash, Property, Reference
from uplock.sbom.sections.values import Formula, Resource, Task
from uplock.sbom.subject import SbomSubject

VIEW, RESOLVE, GATHER, VERIFY = "task:1-view", "task:2-resolve", "task:3-gather", "task:4-verify"
"""References of the steps, in their order."""

_PYTHON_TOOLS = frozenset({"pip-tools", "uv"})
"""Resolvers that are known to be Python packages of those names."""


def formula(subject: SbomSubject, generator: Component, lock_file: Reference) -> Formula:
    """Return the workflow that led to a lock; ``generator`` is uplock as the document names it."""
    clean = Cleaner()
    resolvers = {each.ref: each for each in _resolvers(subject)}
    return Formula(
        ref="formula:lock",
        tools=tuple(resolvers.values()),
        workflow_ref="workflow:lock",
        uid=f"uplock:{subject.lock.target.name}:sha256:{subject.pylock_sha256}",
        name=_name(subject),
        description=(
            "An index is viewed up to the cut-off, and a resolver sees only that view; the chosen files are fetched by "
            "their digests and inspected, and their attestations verified."
        ),
        tasks=tuple(_tasks(subject, (generator.ref, *resolvers), lock_file, clean)),
    )


def named(digest: Sha256) -> str:
    """Return the name of something that is known by its digest alone (RFC 6920)."""
    return f"ni:///sha-256;{base64.urlsafe_b64encode(bytes.fromhex(digest)).decode().rstrip('=')}"


def _left(subject: SbomSubject) -> Interpreter | None:
    """Return the interpreter being left, if there is an uplift to record."""
    left = subject.baseline
    return None if left is None or left.minor == subject.lock.target.interpreter.minor else left


def _name(subject: SbomSubject) -> str:
    left, minor = _left(subject), subject.lock.target.interpreter.minor
    return f"lock for Python {minor}" if left is None else f"uplift of Python {left.minor} to {minor}"


def _tasks(subject: SbomSubject, tools: tuple[str, ...], lock_file: Reference, clean: Cleaner) -> Iterator[Task]:
    lock, uplock = subject.lock, tools[0]
    view = _by_digest(lock.view, "view of the index")
    locked = Resource(url=lock_file.url, hashes=lock_file.hashes, comment=lock_file.comment, type="build-meta")
    yield Task(
        ref=VIEW,
        uid="view",
        name="view",
        description="What the index had up to the cut-off is taken down: names, files, digests, upload times.",
        type="other",
        tools=(uplock,),
        parameters=(Property(name="exclude-newer", value=in_utc(lock.exclude_newer).isoformat()),),
        outputs=(view,),
    )
    yield Task(
        ref=RESOLVE,
        uid="resolve",
        name="resolve",
        description="Versions are chosen against the view; files and digests are those of the view.",
        type="build",
        tools=tools,
        inputs=(_by_digest(lock.inputs, "requirements of the project"), view, *_left_document(subject)),
        parameters=tuple(_parameters(subject, clean)),
        outputs=(locked,),
        after=(VIEW,),
    )
    if _was_looked_into(subject):
        yield from _inspection(subject, uplock, locked)


def _inspection(subject: SbomSubject, uplock: str, locked: Resource) -> Iterator[Task]:
    content = () if subject.content is None else (_by_digest(subject.content, "predicted content of an environment"),)
    root = subject.trusted_root
    yield Task(
        ref=GATHER,
        uid="gather",
        name="gather",
        description="Locked files are fetched by their digests and read, and never executed.",
        type="scan",
        tools=(uplock,),
        inputs=(locked,),
        outputs=content,
        after=(RESOLVE,),
    )
    yield Task(
        ref=VERIFY,
        uid="verify",
        name="verify",
        description="Publish attestations (PEP 740) are asked for and verified; the declarations say what was found.",
        type="test",
        tools=(uplock,),
        inputs=(locked, *(() if root is None else (_by_digest(root.sha256, "trusted root of Sigstore"),))),
        after=(GATHER,),
    )


def _was_looked_into(subject: SbomSubject) -> bool:
    locked = {each.artifact.sha256 for each in subject.lock.packages}
    return any(each.sha256 in locked for each in subject.artifacts)


def _parameters(subject: SbomSubject, clean: Cleaner) -> Iterator[Property]:
    yield Property(name="target", value=subject.lock.target.name)
    if (left := _left(subject)) is not None:
        yield Property(name="from", value=left.version)
        yield Property(name="to", value=subject.lock.target.interpreter.version)
    for name, lines in (("override", subject.overrides), ("exclude", subject.excludes)):
        for line in lines:
            if (value := clean.line(name, line)) is not None:
                yield Property(name=name, value=value)


def _left_document(subject: SbomSubject) -> Iterator[Resource]:
    if subject.baseline_bom is not None and _left(subject) is not None:
        yield Resource(url=subject.baseline_bom, comment="BOM of the interpreter being left", type="bom")


def _resolvers(subject: SbomSubject) -> Iterator[Component]:
    """Yield the resolver of the lock, and the second one if it answered."""
    yield _resolver(subject.lock.resolver or "unknown")
    second = subject.agreement
    if second is not None and second.outcome != "not-asked" and second.resolver:
        yield _resolver(second.resolver)


def _resolver(text: str) -> Component:
    """Return the resolver that ``NAME VERSION`` names."""
    clean = Cleaner()
    words = text.split(None, 1)
    name = clean.name("resolver", words[0] if words else text)
    version = clean.line("resolver version", words[1]) if words[1:] else None
    return Component(
        ref=f"resolver:{name}" + (f"@{version}" if version else ""),
        type="application",
        name=name,
        version=version,
        purl=purl("pypi", name, version) if version and name in _PYTHON_TOOLS else None,
        properties=clean.notes,
    )


def _by_digest(digest: Sha256, comment: str) -> Resource:
    return Resource(url=named(digest), hashes=(Hash(algorithm="SHA-256", content=digest),), comment=comment)
