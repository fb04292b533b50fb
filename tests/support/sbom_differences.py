"""Documents of anybody, as trees, and what differs between two of them."""

from __future__ import annotations

from typing import Any

from support.subjects import NOTHING
from uplock.model.sbom_diff_outcome import SbomComponentChange, SbomDiffResult, SbomDiffSide
from uplock.sbom.difference.compare import compared
from uplock.sbom.difference.document import document_of

Tree = dict[str, Any]
SIDE = SbomDiffSide(file="a", sha256=NOTHING, format="json", spec_version="1.7", components=0, objections=0)


def package(name: str, version: str, sha256: str = "", file: str = "", **more: Any) -> Tree:
    """Return a component of a Python package, with a reference of its own that nothing else has."""
    qualifiers = f"?file_name={file}" if file else ""
    made: Tree = {"type": "library", "bom-ref": f"r:{name}:{version}:{file}", "name": name, "version": version}
    made["purl"] = f"pkg:pypi/{name}@{version}{qualifiers}"
    if sha256:
        made["hashes"] = [{"alg": "SHA-256", "content": sha256}]
    return made | more


def properties(**values: str) -> list[Tree]:
    """Return properties of ours; an underscore stands for a colon."""
    return [{"name": f"uplock:{name.replace('_', ':')}", "value": value} for name, value in values.items()]


def bom(*components: Tree, **sections: Any) -> Tree:
    """Return a document."""
    return {"bomFormat": "CycloneDX", "specVersion": "1.7", "components": [*components], **sections}


def diff(before: Tree, after: Tree) -> SbomDiffResult:
    """Return what differs."""
    return compared(document_of(before), document_of(after), (SIDE, SIDE))


def only(result: SbomDiffResult) -> SbomComponentChange:
    """Return the one component that differs."""
    (change,) = result.components
    return change


def facts(change: SbomComponentChange) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return the facts that differ, before and after."""
    return {each.fact: (each.before, each.after) for each in change.facts}
