"""Native code of a wheel: its files, the libraries in them, and what the wheel's own documents say about both."""

from __future__ import annotations

from typing import Literal

from uplock.model.digest import Sha256
from uplock.model.native_sbom import Crate, DeclaredDocument, Difference
from uplock.model.value import Value, empty_dict

Format = Literal["elf", "mach-o", "pe"]
Role = Literal["extension", "library", "executable"]
Linkage = Literal["bundled", "static"]
"""``bundled``: a shared library of its own in the wheel. ``static``: its code is part of another file."""
Method = Literal["crates", "string", "constant", "symbol", "build-path", "sbom", "header", "file-name", "soname"]
"""How a version was found; without one, how the project was. Those that come first are believed first:

- ``crates``: ``.dep-v0`` of a binary names it (cargo-auditable);
- ``string``: a text of its own code, of the form that only its own code has;
- ``constant``: a number that a function of its code returns;
- ``symbol``: the name of a symbol, or of its version;
- ``build-path``: a path of its source that its compiled code keeps;
- ``sbom``: a document in the wheel (PEP 770) tells the version of what was found by name;
- ``header``: a C header in the wheel tells the version of what was found by name;
- ``file-name``: of projects whose file name carries their own version;
- ``soname``: the name only.
"""
Confidence = Literal["high", "medium", "low"]
"""In project and version together. ``high``: its own code says so. ``medium``: what stands beside the code says so, or
a name that the table knows. ``low``: a name that no table knows."""


class NativeMember(Value, frozen=True, kw_only=True):
    """One native file of a wheel, or one slice of a universal file, which is then told once for each processor."""

    path: str
    sha256: Sha256
    size: int
    format: Format
    role: Role
    arch: str
    """As its format calls it: ``x86_64``, ``aarch64`` (ELF), ``arm64`` (Mach-O, PE), … or ``e_machine=N``."""
    bits: Literal[32, 64]
    soname: str | None = None
    """SONAME, install id of a dylib, or the name in the export table of a DLL."""
    needed: tuple[str, ...] = ()
    delayed: tuple[str, ...] = ()
    """Libraries that are loaded when first used: delayed imports of PE, lazy dylibs of Mach-O."""
    runpath: tuple[str, ...] = ()
    symbol_floors: dict[str, str] = empty_dict()
    """Highest symbol version that it needs from *system* libraries, for each of GLIBC, GLIBCXX, CXXABI and GCC."""
    libc: Literal["glibc", "musl"] | None = None
    """C library that an ELF file needs directly."""
    minimum_os: str | None = None
    """Platform and oldest version that a Mach-O file says it runs on (``macos 11.0``), several with commas between."""
    modules: tuple[str, ...] = ()
    """Entry points of extension modules that it exports (``PyInit_name``, ``PyModExport_name``), sorted."""
    abi: str | None = None
    """What the name of an extension module claims: ``abi3``, ``abi3t``, or one version (``cpython-312``, ``cp312``)."""
    abi_floor: str | None = None
    """Oldest CPython whose stable ABI has all that it uses; of a module that claims a stable ABI only."""
    abi_foreign: tuple[str, ...] = ()
    """Symbols of CPython outside the stable ABI in a module that claims it, sorted: the claim is false."""
    python_symbols: tuple[str, ...] = ()
    """Symbols of CPython that it takes from the interpreter, sorted."""


class Occurrence(Value, frozen=True, kw_only=True):
    """One file in which a library was found, and what was seen there."""

    path: str
    sha256: Sha256
    evidence: str
    """Text, symbol, number or name, cut at a bound; never to be trusted."""


class NativeLibrary(Value, frozen=True, kw_only=True):
    """A library of somebody else inside a wheel, with the evidence. One per project, version, linkage and method."""

    project: str
    """Of the table of libraries, a Rust crate, or what a file no table knows is called."""
    version: str | None
    """``None`` unless something version-shaped proves it: the tail of a SONAME is no version."""
    purl: str | None = None
    cpe: str | None = None
    """CPE 2.3 of the version, if the table knows vendor and product and the version is known."""
    license: str | None = None
    """SPDX identifier or expression that the project publishes this version under, if the table knows it."""
    homepage: str | None = None
    """The project's own site, if the table knows it."""
    supplier: str | None = None
    """Organization that the project names as its maker, if the table knows one."""
    linkage: Linkage
    method: Method
    confidence: Confidence
    soname: str | None = None
    """Of the file that the library is; ``None`` if it is part of another."""
    members: tuple[Occurrence, ...]
    """Sorted by path."""

    @property
    def is_crate(self) -> bool:
        """Whether it is a Rust crate: bindings are often called as the library that they are for."""
        return (self.purl or "").startswith("pkg:cargo/")


ClaimKind = Literal["glibc", "macos", "abi3"]


class FalseClaim(Value, frozen=True, kw_only=True):
    """What the wheel's tags or a module's name promise, and a member does not keep."""

    kind: ClaimKind
    member: str
    claimed: str
    found: str
    detail: str
    """One sentence without a full stop."""


class Traces(Value, frozen=True, kw_only=True):
    """Where libraries leave traces in a native file, so that they are looked for without reading its headers anew."""

    constants: tuple[tuple[int, int], ...] = ()
    """Ranges of bytes in the file, ascending and disjoint."""
    crates: tuple[Crate, ...] = ()
    """What its section ``.dep-v0`` lists."""


class NativeFacts(Value, frozen=True, kw_only=True):
    """What headers and documents of a wheel say, whatever the tables of libraries know."""

    members: tuple[NativeMember, ...] = ()
    declared: tuple[DeclaredDocument, ...] = ()
    claims: tuple[FalseClaim, ...] = ()
    """Promises of tags and names that do not hold."""
    system: tuple[str, ...] = ()
    """SONAMEs, install names and DLLs (in lower case) needed that the wheel does not bring itself, sorted."""
    glibc: str | None = None
    """Highest glibc symbol version over all members (``2.17``)."""
    glibc_claimed: str | None = None
    """Lowest glibc among the wheel's manylinux tags: what the tag promises to need."""
    tools: tuple[str, ...] = ()
    """What repaired the wheel and left its mark (``delvewheel 1.11.2``), sorted."""
    skipped: tuple[str, ...] = ()
    """Members that look native and could not be read, each as ``path: reason``; never silently dropped."""


class NativeHeaders(Value, frozen=True, kw_only=True):
    """What is kept of a wheel by its digest and the version of the readers: it rests on no table."""

    facts: NativeFacts = NativeFacts()
    traces: tuple[Traces, ...] = ()
    """One for each member."""


class NativeLibraries(Value, frozen=True, kw_only=True):
    """What the tables of libraries make of the native files of a wheel."""

    libraries: tuple[NativeLibrary, ...] = ()
    differences: tuple[Difference, ...] = ()
    """Between what the documents declare and what the binaries show."""


class NativeProfile(NativeFacts, frozen=True, kw_only=True):
    """Everything native in a wheel. A wheel without native code has no members."""

    libraries: tuple[NativeLibrary, ...] = ()
    differences: tuple[Difference, ...] = ()
    """Between what the documents declare and what the binaries show."""
