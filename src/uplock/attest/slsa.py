"""What SLSA provenance (version 1) says of a build, held against the certificate that signed it.

The body is written by the build itself, and signed with the key of the same certificate: it proves nothing beyond that
certificate. So it must say the same: builder, source repository, commit and ref are compared with the claims, and a
body that leaves builder, source or commit out, or says more than the certificate can confirm, is refused.
"""

from __future__ import annotations

from uplock.attest.certificate import Identity
from uplock.attest.refusal import AttestationError, shown
from uplock.attest.strict_json import Node, parse
from uplock.model.results import Build

MAX_DEPENDENCIES = 1000

_GITHUB = "https://github.com/"
_GIT = "git+"
_COMMITS = ("gitCommit", "sha1")


def read_build(statement: bytes, identity: Identity) -> Build:
    """Return builder, source, ref and commit of a statement whose type is SLSA provenance.

    Raises :class:`AttestationError` of class ``malformed``, or ``predicate-mismatch`` if it contradicts the
    certificate.
    """
    predicate = parse(statement, "the statement").need("predicate")
    definition = predicate.need("buildDefinition")
    builder = predicate.need("runDetails").need("builder").need("id").text()
    _same("builder", builder, identity.claim("build-signer") or identity.claim("build-config"))
    source, ref, commit = _source(definition, identity)
    return Build(builder=builder, source=source, ref=ref, commit=commit)


def _source(definition: Node, identity: Identity) -> tuple[str, str | None, str]:
    """Return source, ref and commit: of the one dependency that is the certificate's repository."""
    repository = identity.claim("repository")
    workflow = _workflow(definition)
    if workflow is not None:
        _same("source", workflow[0], repository, fold=True)
        _same("ref", workflow[1], identity.claim("ref"))
    dependencies = definition.find("resolvedDependencies")
    for dependency in () if dependencies is None else dependencies.items(MAX_DEPENDENCIES):
        uri = dependency.find("uri")
        place, ref = ("", None) if uri is None else _location(uri.text())
        if repository is not None and _equal(place, repository, fold=True):
            commit = _commit(dependency)
            _same("commit", commit, identity.claim("commit"))
            if ref is not None:
                _same("ref", ref, identity.claim("ref"))
            return place, ref, commit
    raise _mismatch("its dependencies do not name the certificate's repository")


def _workflow(definition: Node) -> tuple[str, str] | None:
    """Return repository and ref of the workflow that was started, in the form of GitHub's build type."""
    parameters = definition.find("externalParameters")
    workflow = None if parameters is None else parameters.find("workflow")
    if workflow is None:
        return None
    return workflow.need("repository").text(), workflow.need("ref").text()


def _location(uri: str) -> tuple[str, str | None]:
    """Split ``git+https://host/repository@ref`` (SPDX download location) into its address and ref."""
    address, at, ref = uri.removeprefix(_GIT).partition("@")
    return address, ref if at else None


def _commit(dependency: Node) -> str:
    digest = dependency.need("digest")
    for name in _COMMITS:
        found = digest.find(name)
        if found is not None:
            return found.text()
    raise _mismatch("it does not say which commit was built")


def _same(what: str, stated: str, claimed: str | None, *, fold: bool = False) -> None:
    if claimed is None:
        raise _mismatch(f"it names a {what}, {shown(stated)}, that the certificate does not confirm")
    if not _equal(stated, claimed, fold=fold):
        raise _mismatch(f"its {what} is {shown(stated)}, the certificate's {shown(claimed)}")


def _equal(one: str, other: str, *, fold: bool) -> bool:
    """Whether two are equal; addresses at GitHub without regard to case, as the service takes them."""
    if fold and other.lower().startswith(_GITHUB):
        return one.lower() == other.lower()
    return one == other


def _mismatch(detail: str) -> AttestationError:
    return AttestationError("predicate-mismatch", f"the build provenance contradicts its certificate: {detail}")
