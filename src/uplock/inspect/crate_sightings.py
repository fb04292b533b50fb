"""Rust crates as libraries: what the list of packages in a binary (``.dep-v0``) says is compiled in."""

from __future__ import annotations

from collections.abc import Iterable

from uplock.inspect.crates import SECTION
from uplock.inspect.sighting import Sighting
from uplock.model.native_sbom import Crate


def crate_sightings(crates: Iterable[Crate]) -> tuple[Sighting, ...]:
    """Return the crates that are part of a binary, sorted; those that only ran while it was built are not."""
    compiled = {(crate.name, crate.version) for crate in crates if crate.kind == "runtime"}
    return tuple(
        Sighting(
            project=name,
            version=version,
            linkage="static",
            method="crates",
            confidence="high",
            evidence=f"{SECTION}: {name} {version}",
            ecosystem="cargo",
        )
        for name, version in sorted(compiled)
    )
