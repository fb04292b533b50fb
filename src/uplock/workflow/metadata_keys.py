"""Keys under which metadata that resolvers were shown is kept: for a user's runs, and in a project's archive."""

from __future__ import annotations

from uplock.model.digest import Sha256, digest_of
from uplock.model.view import IndexFile


def source_key(file: IndexFile) -> Sha256:
    """Key under which METADATA is kept for every project of a user: what one source says, another need not believe.

    It is known by the digest that the index lists for it (PEP 658), else it came from where the wheel is.
    """
    from urllib.parse import urlsplit

    place: dict[str, str | None] = {"metadata": file.core_metadata}
    if file.core_metadata is None:
        parts = urlsplit(file.url)
        place = {"origin": f"{parts.scheme}://{parts.netloc}"}
    return digest_of({"kind": "metadata-shown", "artifact": file.sha256, **place})


def preview_key(sha256: Sha256) -> Sha256:
    """Key under which a project's archive keeps METADATA of a wheel, as its locks' view showed it."""
    return digest_of({"kind": "metadata-preview", "artifact": sha256})


def unhashed_key(page: Sha256, filename: str) -> Sha256:
    """Key under which the METADATA of a wheel without a digest is kept, as it was shown for a page of a view."""
    return digest_of({"kind": "metadata-unhashed", "page": page, "name": filename})
