"""Native members and libraries of wheels, made of nothing but what a test is about."""

from __future__ import annotations

from typing import Any

from support.subjects import digest_for
from uplock.model.native import NativeLibrary, NativeMember, Occurrence


def native_member(path: str, **fields: Any) -> NativeMember:
    stated: dict[str, Any] = {
        "sha256": digest_for(path),
        "size": 7,
        "format": "elf",
        "role": "extension",
        "arch": "x86_64",
        "bits": 64,
    }
    return NativeMember(path=path, **(stated | fields))


def native_library(
    project: str = "openssl",
    version: str | None = "3.5.8",
    *,
    paths: tuple[str, ...] = ("demo/_x.so",),
    evidence: str | None = None,
    **fields: Any,
) -> NativeLibrary:
    stated: dict[str, Any] = {"linkage": "static", "method": "string", "confidence": "high"}
    said = f"{project} {version}" if evidence is None else evidence
    members = tuple(Occurrence(path=path, sha256=digest_for(path), evidence=said) for path in paths)
    return NativeLibrary(project=project, version=version, members=members, **(stated | fields))
