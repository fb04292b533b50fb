"""What is signed, and what carries it: in-toto statements, SLSA provenance, and PEP 740 provenance documents."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from support.signers import Json, Signer


def publish_predicate_type() -> str:
    """Return the predicate type of publish attestations, which names an index."""
    from pypi_attestations import AttestationType

    return AttestationType.PYPI_PUBLISH_V1.value


def slsa_predicate_type() -> str:
    """Return the predicate type of SLSA provenance."""
    from pypi_attestations import AttestationType

    return AttestationType.SLSA_PROVENANCE_V1.value


def statement(*subjects: tuple[str, str], predicate: str, predicate_body: object = None, **members: object) -> bytes:
    """Return an in-toto statement about files (name and SHA-256) with a predicate of a type and its body.

    ``members`` replace members of the statement.
    """
    content = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": name, "digest": {"sha256": digest}} for name, digest in subjects],
        "predicateType": predicate,
        "predicate": predicate_body,
    }
    return json.dumps({**content, **members}).encode()


def slsa_predicate_of(signer: Signer) -> Json:
    """Return the SLSA provenance (version 1) of a build by a workflow, in accord with its certificate's claims."""
    source, ref, commit, config = (signer.claims.get(number, "") for number in (12, 14, 13, 18))
    path = config.removeprefix(source).split("@", 1)[0].lstrip("/")
    return {
        "buildDefinition": {
            "buildType": "https://actions.github.io/buildtypes/workflow/v1",
            "externalParameters": {"workflow": {"ref": ref, "repository": source, "path": path}},
            "internalParameters": {
                "github": {
                    "event_name": "release",
                    "repository_id": signer.claims.get(15, ""),
                    "repository_owner_id": signer.claims.get(17, ""),
                    "runner_environment": "github-hosted",
                }
            },
            "resolvedDependencies": [{"uri": f"git+{source}@{ref}", "digest": {"gitCommit": commit}}],
        },
        "runDetails": {
            "builder": {"id": config},
            "metadata": {"invocationId": f"{source}/actions/runs/1/attempts/1"},
        },
    }


def slsa_statement(name: str, sha256: str, signer: Signer, predicate: Json | None = None) -> bytes:
    """Return the statement of SLSA provenance about a file; ``predicate`` replaces the one that fits the signer."""
    content = slsa_predicate_of(signer) if predicate is None else predicate
    return statement((name, sha256), predicate=slsa_predicate_type(), predicate_body=content)


def bundle(publisher: Signer | Mapping[str, str], *attestations: Json) -> Json:
    """Return one bundle of a provenance document: attestations under the publisher that the index names.

    Of a signer that PEP 740 has no kind for, the index can only say that it is of another one.
    """
    named = publisher.publisher if isinstance(publisher, Signer) else publisher
    return {"publisher": dict(named) or {"kind": "Other"}, "attestations": list(attestations)}


def provenance(*bundles: Sequence[Json] | Json, kind: str = "GitHub") -> bytes:
    """Return a provenance document of bundles, or of lists of attestations that octo/shop is said to publish."""
    publisher = {"kind": kind, "repository": "octo/shop", "workflow": "release.yml"}
    whole = [each if isinstance(each, dict) else bundle(publisher, *each) for each in bundles]
    return json.dumps({"version": 1, "attestation_bundles": whole}).encode()
