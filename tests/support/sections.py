"""Readers of the sections that no library holds, and subjects that have them."""

from __future__ import annotations

import json
from typing import Any

from support.sboms import Tree, make_sbom_subject, wheel
from support.subjects import make_artifact_results
from uplock.model.results import Verification
from uplock.model.value import changed
from uplock.model.waiver import WaiverFile
from uplock.sbom.build import bom_of
from uplock.sbom.sections.values import Claim, Declarations, Evidence, Mapping
from uplock.sbom.subject import SbomSubject

DEMO = "pkg:pypi/demo@1.0?file_name=demo-1.0-py3-none-any.whl"
"""The reference of the only package of :func:`demo_subject`."""
PYTHON = "pkg:generic/python@3.12.16"


def demo_subject(*waivers: WaiverFile, verification: Verification | None = None, **fields: Any) -> SbomSubject:
    """Return a subject of one file with this outcome, and with these waivers."""
    results = make_artifact_results("demo-1.0-py3-none-any.whl")
    if verification is not None:
        results = changed(results, verification=verification)
    return changed(make_sbom_subject((wheel(), results)), waivers=waivers, **fields)


def declared(subject: SbomSubject) -> Declarations:
    """Return what the document of a subject declares."""
    found = bom_of(subject).sections.declarations
    assert found is not None
    return found


def claim_about(subject: SbomSubject, target: str) -> Claim:
    """Return the one claim about a component."""
    (found,) = [each for each in declared(subject).claims if each.target == target]
    return found


def evidence_of(subject: SbomSubject, ref: str) -> Evidence:
    """Return one piece of evidence."""
    (found,) = [each for each in declared(subject).evidence if each.ref == ref]
    return found


def mapping_to(subject: SbomSubject, requirement: str) -> Mapping | None:
    """Return what is mapped to a requirement, if anything is."""
    mappings = [each for attestation in declared(subject).attestations for each in attestation.mappings]
    return next((each for each in mappings if each.requirement == requirement), None)


def attachment(evidence: Evidence) -> Tree:
    """Return the JSON that is attached to evidence."""
    (data,) = evidence.data
    assert data.content_type == "application/json"
    found: Tree = json.loads(data.content)
    return found
