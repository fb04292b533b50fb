"""The sections that cyclonedx-python-lib drops silently, as CycloneDX JSON: compositions, declarations, formulation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from uplock.sbom.bom import Bom
from uplock.sbom.parts import Specification
from uplock.sbom.sections.values import (
    Attestation,
    Claim,
    Composition,
    Declarations,
    Evidence,
    Formula,
    Mapping,
    Resource,
    Standard,
    Task,
)
from uplock.sbom.spelling.tree import (
    Tree,
    component_tree,
    contact_tree,
    hash_tree,
    organization_tree,
    said,
)


def graft_json(tree: dict[str, Any], bom: Bom, spec: Specification) -> None:
    """Add the sections of ``bom`` to the tree of its document."""
    sections = bom.sections
    tree["compositions"] = [_composition(each) for each in sections.compositions]
    if sections.declarations is not None:
        tree["declarations"] = _declarations(sections.declarations)
        tree["definitions"] = {"standards": [_standard(each) for each in sections.declarations.standards]}
    if sections.formula is not None:
        tree["formulation"] = [_formula(sections.formula, spec)]


def _composition(part: Composition) -> Tree:
    return said(
        {
            "aggregate": part.aggregate,
            "assemblies": list(part.assemblies),
            "dependencies": list(part.dependencies),
        }
    )


def _declarations(part: Declarations) -> Tree:
    return said(
        {
            "assessors": [
                {
                    "bom-ref": each.ref,
                    "thirdParty": each.third_party,
                    "organization": organization_tree(each.organization),
                }
                for each in part.assessors
            ],
            "attestations": [_attestation(each) for each in part.attestations],
            "claims": [_claim(each) for each in part.claims],
            "evidence": [_evidence(each) for each in part.evidence],
        }
    )


def _attestation(part: Attestation) -> Tree:
    return {"summary": part.summary, "assessor": part.assessor, "map": [_mapping(each) for each in part.mappings]}


def _mapping(part: Mapping) -> Tree:
    conformance = said({"score": None if part.score is None else float(part.score), "rationale": part.rationale})
    return said(
        {
            "requirement": part.requirement,
            "claims": list(part.claims),
            "counterClaims": list(part.counter_claims),
            "conformance": conformance,
        }
    )


def _claim(part: Claim) -> Tree:
    return said(
        {
            "bom-ref": part.ref,
            "target": part.target,
            "predicate": part.predicate,
            "mitigationStrategies": list(part.mitigations),
            "reasoning": part.reasoning,
            "evidence": list(part.evidence),
            "counterEvidence": list(part.counter_evidence),
        }
    )


def _evidence(part: Evidence) -> Tree:
    return said(
        {
            "bom-ref": part.ref,
            "description": part.description,
            "created": _moment(part.created),
            "expires": _moment(part.expires),
            "author": None if part.author is None else contact_tree(part.author),
            "reviewer": None if part.reviewer is None else contact_tree(part.reviewer),
            "data": [
                {
                    "name": each.name,
                    "contents": {"attachment": {"contentType": each.content_type, "content": each.content}},
                }
                for each in part.data
            ],
        }
    )


def _standard(part: Standard) -> Tree:
    return {
        "bom-ref": part.ref,
        "name": part.name,
        "version": part.version,
        "description": part.description,
        "owner": part.owner,
        "requirements": [
            {"bom-ref": each.ref, "identifier": each.identifier, "title": each.title, "text": each.text}
            for each in part.requirements
        ],
    }


def _formula(part: Formula, spec: Specification) -> Tree:
    workflow = {
        "bom-ref": part.workflow_ref,
        "uid": part.uid,
        "name": part.name,
        "description": part.description,
        "taskTypes": sorted({each.type for each in part.tasks}),
        "tasks": [_task(each) for each in part.tasks],
        "taskDependencies": [said({"ref": each.ref, "dependsOn": list(each.after)}) for each in part.tasks],
    }
    return {
        "bom-ref": part.ref,
        "components": [component_tree(each, spec) for each in part.tools],
        "workflows": [workflow],
    }


def _task(part: Task) -> Tree:
    """Return a step. An input is exactly one of a resource and parameters."""
    inputs: list[Tree] = [{"resource": _resource(each)} for each in part.inputs]
    if part.parameters:
        inputs.append({"parameters": [{"name": each.name, "value": each.value} for each in part.parameters]})
    return said(
        {
            "bom-ref": part.ref,
            "uid": part.uid,
            "name": part.name,
            "description": part.description,
            "taskTypes": [part.type],
            "resourceReferences": [{"ref": each} for each in part.tools],
            "inputs": inputs,
            "outputs": [{"resource": _resource(each), "type": "artifact"} for each in part.outputs],
        }
    )


def _resource(part: Resource) -> Tree:
    if part.ref is not None:
        return {"ref": part.ref}
    reference = {
        "type": part.type,
        "url": part.url,
        "comment": part.comment,
        "hashes": [hash_tree(each) for each in part.hashes],
    }
    return {"externalReference": said(reference)}


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
