"""What a verification depends on besides document and trusted root: the versions of all code that judges."""

from __future__ import annotations

import os
from pathlib import Path

from uplock.attest.roots import sigstore_place
from uplock.errors import ToolError

VERSION = 3
"""Of this package. Raised with every change that could judge a document differently."""

_JUDGES = ("cryptography", "packaging", "pypi_attestations", "sigstore", "sigstore_models")
_SUFFIX = ".dist-info"


def verifier_version() -> str:
    """Return the versions of this package and of the libraries that judge with it, without importing any of them.

    Raises :class:`ToolError` if one of them is not installed.
    """
    found = _versions_beside(sigstore_place())
    return " ".join([f"attest/{VERSION}", *(f"{name}/{found.get(name) or _asked(name)}" for name in _JUDGES)])


def _versions_beside(package: Path) -> dict[str, str]:
    """Return versions by distribution, from the names of the metadata folders beside ``package``.

    This costs one listing; ``importlib.metadata`` would cost more than all the rest of a warm run.
    """
    stems = (name.removesuffix(_SUFFIX) for name in os.listdir(package.parent) if name.endswith(_SUFFIX))
    return {name.lower(): version for name, _, version in (stem.partition("-") for stem in stems)}


def _asked(name: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(name)
    except PackageNotFoundError as error:
        raise ToolError(f"{name} is not installed", remedy="Install uplock again with its dependencies.") from error
