"""Builders of files as a static index lists them."""

from __future__ import annotations

from datetime import UTC, datetime

from uplock.model.digest import Sha256, sha256_of
from uplock.workflow.static_index_pages import ListedFile

UPLOADED = datetime(2026, 1, 2, 3, 4, 5, 678900, tzinfo=UTC)


def make_listed(
    project: str = "demo",
    version: str = "1.0",
    *,
    filename: str | None = None,
    upload_time: datetime | None = UPLOADED,
    requires_python: str | None = ">=3.9",
    yanked: str | None = None,
    provenance: Sha256 | None = None,
) -> ListedFile:
    """Return a wheel of a project."""
    name = f"{project.replace('-', '_')}-{version}-py3-none-any.whl" if filename is None else filename
    return ListedFile(
        project=project,
        version=version,
        filename=name,
        sha256=sha256_of(name.encode()),
        size=len(name),
        upload_time=upload_time,
        requires_python=requires_python,
        yanked=yanked,
        metadata=sha256_of(b"metadata") if name.endswith(".whl") else None,
        provenance=provenance,
    )
