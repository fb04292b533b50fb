"""The Python API: what programs may call, with the promise that it stays.

Everything else in this package may change with every release.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

from uplock.model.native import FalseClaim, NativeLibrary, NativeMember, NativeProfile, Occurrence
from uplock.model.native_sbom import DeclaredComponent, DeclaredDocument, Difference

__all__ = [
    "DeclaredComponent",
    "DeclaredDocument",
    "Difference",
    "FalseClaim",
    "NativeLibrary",
    "NativeMember",
    "NativeProfile",
    "Occurrence",
    "inspect_wheel",
]


def inspect_wheel(path_or_bytes: str | os.PathLike[str] | bytes, filename: str | None = None) -> NativeProfile:
    """Return what is native in a wheel (PEP 427): files, libraries with evidence, documents, contradictions.

    Nothing is executed, extracted, written or fetched, and nothing is verified: compare the wheel's digest first. The
    result is a function of the bytes, the file name, and the version of uplock.

    ``filename`` is the wheel's name, whose tags promise what is checked. Without it the name of the path is taken, or,
    of bytes, what the wheel's own metadata says.

    Raises :class:`uplock.errors.InputError` if there is no such file, or it is malformed or over a bound. Single native
    members that cannot be read are told in :attr:`NativeProfile.skipped`.
    """
    from uplock.inspect.naming import own_name
    from uplock.inspect.profile import inspect_wheel as inspect
    from uplock.workflow.inspect import contents_in

    if isinstance(path_or_bytes, bytes):
        stream = io.BytesIO(path_or_bytes)
        return inspect(stream, filename or own_name(stream)).native
    return contents_in(Path(path_or_bytes), filename).native
