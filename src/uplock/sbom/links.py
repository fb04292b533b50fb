"""What the labels of project URLs mean (PEP 753)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from uplock.sbom.parts import ReferenceType

_LINKS: Mapping[str, ReferenceType] = {
    "homepage": "website",
    "source": "vcs",
    "repository": "vcs",
    "sourcecode": "vcs",
    "github": "vcs",
    "documentation": "documentation",
    "docs": "documentation",
    "issues": "issue-tracker",
    "bugs": "issue-tracker",
    "issue": "issue-tracker",
    "tracker": "issue-tracker",
    "issuetracker": "issue-tracker",
    "bugtracker": "issue-tracker",
    "changelog": "release-notes",
    "changes": "release-notes",
    "whatsnew": "release-notes",
    "history": "release-notes",
    "releasenotes": "release-notes",
}
"""Normalized labels of project URLs and their aliases (PEP 753)."""


def link_type(label: str) -> ReferenceType:
    """Return the type of an external reference for a label, ``other`` for what is not well known."""
    return _LINKS.get(re.sub(r"[\W_]", "", label.lower()), "other")
