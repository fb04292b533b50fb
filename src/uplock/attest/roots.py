"""Trusted roots of Sigstore instances, as bytes: shipped with sigstore, or given as a file.

A root is an explicit input with a digest. It is read from the installed package or from the caller's file and from
nowhere else: the cache that Sigstore clients share per user is not signed for offline use, so anything that can write
there could make its own authority trusted.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from uplock.errors import InputError, ToolError
from uplock.files import read_bytes

MAX_ROOT = 1024 * 1024
"""Bytes of a trusted root; the public instance's has 7 000."""

_REPOSITORIES = {
    "production": "https%3A%2F%2Ftuf-repo-cdn.sigstore.dev",
    "staging": "https%3A%2F%2Ftuf-repo-cdn.sigstage.dev",
}
"""Folders in sigstore's data, named after the update repositories that they were taken from."""

_MEDIA_TYPE = b"application/vnd.dev.sigstore.trustedroot"


def sigstore_place() -> Path:
    """Return the folder of the installed sigstore package, which is not imported for it.

    Raises :class:`ToolError` if it is not installed.
    """
    from importlib.util import find_spec

    spec = find_spec("sigstore")
    if spec is None or not spec.submodule_search_locations:
        raise ToolError("sigstore is not installed", remedy="Install uplock again with its dependencies.")
    return Path(spec.submodule_search_locations[0])


def embedded_root(instance: Literal["production", "staging"]) -> bytes:
    """Return the trusted root of a public Sigstore instance that the installed sigstore ships.

    Raises :class:`ToolError` if sigstore is missing, :class:`InputError` if it carries no such root.
    """
    return read_bytes(sigstore_place() / "_store" / _REPOSITORIES[instance] / "trusted_root.json", MAX_ROOT)


def load_root(path: Path) -> bytes:
    """Return the trusted root in a file. Raises :class:`InputError` if it is unreadable, too large or something else.

    Whether its keys can be used is found when the first attestation is verified.
    """
    root = read_bytes(path, MAX_ROOT)
    if _MEDIA_TYPE not in root:
        raise InputError(
            "not a trusted root of Sigstore",
            context=str(path),
            remedy="Give a trusted_root.json (media type application/vnd.dev.sigstore.trustedroot+json).",
        )
    return root
