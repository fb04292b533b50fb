"""The native parts of an interpreter: the libraries behind its standard library, as the interpreter itself says."""

from __future__ import annotations

from typing import Literal

from uplock.model.value import Value


class InterpreterPart(Value, frozen=True, kw_only=True):
    """One library, and how it was found. What the interpreter does not say stays ``None``."""

    name: str
    """Of the library's project: ``openssl``, ``sqlite``."""
    module: str
    """The module of the standard library that uses it."""
    state: Literal["present", "absent", "failed"]
    """``absent``: the interpreter was built without the module; ``failed``: the module is there, but cannot be used."""
    version: str | None = None
    """In use, not that of the headers it was compiled with."""
    compiled: str | None = None
    """Version of the headers, where the interpreter says that too."""
    source: str | None = None
    """Attribute or C function that says the version: ``ssl.OPENSSL_VERSION``."""
    said: str | None = None
    """The very words of :attr:`source`."""
    place: Literal["built-in", "extension"] | None = None
    """Whether the module is part of the interpreter's program or a file of its own."""
    file: str | None = None
    """That file, relative to the interpreter's folder, with ``/``."""
    linkage: Literal["shared", "within"] | None = None
    """``shared``: the system had loaded a library of this name once the module was imported; ``within``: it had not, so
    that the library is part of the module. ``None`` where the system does not say what is loaded."""
    library: str | None = None
    """File name of that shared library."""


class InterpreterParts(Value, frozen=True, kw_only=True):
    """What an interpreter is, and the libraries that it brings or uses."""

    version: str
    implementation: str
    abi: str | None
    """``SOABI``: ``cpython-312-x86_64-linux-gnu``."""
    platform: str
    """As ``sysconfig`` says: ``linux-x86_64``."""
    compiler: str | None
    parts: tuple[InterpreterPart, ...]
    """By name, absent ones too."""
