"""The list of Rust packages that cargo-auditable leaves in a binary: zlib-compressed JSON in a section ``.dep-v0``."""

from __future__ import annotations

import zlib

from uplock.errors import InputError
from uplock.inspect.boundedjson import Object, object_of, objects_in, read_json, text_in
from uplock.model.native_sbom import Crate

SECTION = ".dep-v0"
"""Its name in ELF, Mach-O and PE alike."""
MAX_INFLATED = 16 * 1024 * 1024
"""Bytes of JSON; real lists have less than a tenth of a megabyte."""
MAX_CRATES = 20_000

_REMEDY = "Do not install it unless the file's owners can explain it."


def read_crates(data: bytes | bytearray | memoryview, section_range: tuple[int, int]) -> tuple[Crate, ...]:
    """Return the packages of the section at ``section_range`` (start and end in ``data``), sorted.

    The range may be longer than the list: PE files fill sections up. Raises :class:`InputError` if the range is not in
    the file, or its content is damaged or over a bound.
    """
    start, end = section_range
    if not 0 <= start <= end <= len(data):
        raise InputError(f"its section {SECTION} is not within the file", remedy=_REMEDY)
    try:
        document = object_of(read_json(_inflated(memoryview(data)[start:end])), "content")
        crates = {_crate(raw) for raw in objects_in(document, "packages")}
    except InputError as error:
        raise InputError(f"its section {SECTION} is damaged: {error.message}", remedy=_REMEDY) from error
    if len(crates) > MAX_CRATES:
        raise InputError(f"its section {SECTION} names more than {MAX_CRATES} packages", remedy=_REMEDY)
    return tuple(sorted(crates, key=_order))


def _inflated(stored: memoryview) -> bytes:
    inflater = zlib.decompressobj()
    try:
        text = inflater.decompress(stored, MAX_INFLATED + 1)
    except zlib.error as error:
        raise InputError("it is not zlib-compressed") from error
    if len(text) > MAX_INFLATED:
        raise InputError(f"it inflates to more than {MAX_INFLATED} bytes")
    if not inflater.eof:
        raise InputError("it ends too early")
    return text


def _crate(raw: Object) -> Crate:
    name, version, kind = text_in(raw, "name"), text_in(raw, "version"), text_in(raw, "kind") or "runtime"
    if name is None or version is None:
        raise InputError("it has a package without a name or version")
    if kind not in {"runtime", "build"}:
        raise InputError("it has a package of unknown kind")
    return Crate(
        name=name,
        version=version,
        kind="build" if kind == "build" else "runtime",
        source=text_in(raw, "source") or "",
    )


def _order(crate: Crate) -> tuple[str, str, str, str]:
    return crate.name, crate.version, crate.kind, crate.source
