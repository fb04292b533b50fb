"""What our claims are mapped to: a standard of three requirements, in words that a project can be held against."""

from __future__ import annotations

from uplock.sbom.sections.values import Requirement, Standard

PROVENANCE = Requirement(
    ref="requirement:provenance",
    identifier="provenance",
    title="Every file has publish attestations that hold",
    text=(
        "For every locked file the index has attestations (PEP 740) of a publisher whose kind is known, "
        "and all of them hold for exactly this file under the trusted root that the document names."
    ),
)
SUPPORTED = Requirement(
    ref="requirement:supported",
    identifier="supported",
    title="The interpreter is supported",
    text=(
        "On the day of the document, the line of the interpreter gets security support that everybody gets, "
        "as a dated source says that was opened."
    ),
)
EXCEPTIONS = Requirement(
    ref="requirement:exceptions",
    identifier="exceptions",
    title="Every exception is approved and ends",
    text="An accepted risk is written down with its reason, who asked for it, who approved it, and its last day.",
)

STANDARD = Standard(
    ref="standard:uplock",
    name="Supply chain of a Python project",
    version="1",
    description="What uplock records about the locked files, the interpreter and the exceptions of a project.",
    owner="uplock",
    requirements=(PROVENANCE, SUPPORTED, EXCEPTIONS),
)
"""The version is that of the requirements; they are never given a second meaning."""
