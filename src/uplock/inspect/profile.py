"""What a wheel contains: its core metadata and its native code. Nothing is executed, extracted or written.

Two results are kept apart, since they rest on different things: what headers say rests on the bytes and on the readers,
and which libraries that makes rests on the tables as well. With new tables the bytes are searched again, with the
headers as they are known.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from uplock.inspect.claims import false_claims, judged
from uplock.inspect.declared import read_documents
from uplock.inspect.difference import differences
from uplock.inspect.gathered import libraries_of
from uplock.inspect.header_files import header_versions
from uplock.inspect.libraries import table
from uplock.inspect.marks import tools_of
from uplock.inspect.metadata import check_wheel_version, parse_metadata
from uplock.inspect.native import system_of
from uplock.inspect.native_files import NativeFile, NativeFiles, sightings_again
from uplock.inspect.packages import package_table
from uplock.inspect.sighting import Sighting
from uplock.inspect.versions import claimed_glibc, highest, system_floors
from uplock.inspect.wheel import MAX_METADATA, Wheel, open_wheel
from uplock.model.digest import Sha256
from uplock.model.native import NativeFacts, NativeHeaders, NativeLibraries, NativeMember, NativeProfile, Traces
from uplock.model.results import CoreMetadata
from uplock.model.value import Value, fields_of

READER_VERSION = "5"
"""Version of the readers of headers and documents: part of the key of what they find. Raise it with every change."""
LIBRARIES_VERSION = f"1.{table().version}.{package_table().version}"
"""Version of what looks for libraries, then of its tables: part of the key of what it finds, as above."""


class WheelContents(Value, frozen=True, kw_only=True):
    """All that the bytes of one wheel say."""

    metadata: CoreMetadata
    headers: NativeHeaders
    libraries: NativeLibraries

    @property
    def native(self) -> NativeProfile:
        """Headers and libraries as one."""
        return profile_of(self.headers, self.libraries)


def inspect_wheel(stream: BinaryIO, filename: str) -> WheelContents:
    """Inspect a wheel in a seekable stream.

    Raises :class:`InputError` if the wheel or its metadata are malformed or over a bound. Native files that cannot be
    read are listed in ``headers.facts.skipped``.
    """
    wheel = open_wheel(stream, filename)
    wheel.check_layout()
    metadata = parse_metadata(wheel.read_member(f"{wheel.dist_info}/METADATA", MAX_METADATA), filename)
    check_wheel_version(wheel.read_member(f"{wheel.dist_info}/WHEEL", MAX_METADATA), filename)
    files = NativeFiles(wheel)
    headers = _headers(wheel, files)
    sightings = [(file.path, file.sha256, seen) for file in files.found for seen in file.sightings]
    return WheelContents(metadata=metadata, headers=headers, libraries=_libraries(wheel, headers, sightings))


def find_libraries(stream: BinaryIO, filename: str, headers: NativeHeaders) -> NativeLibraries:
    """Look for libraries in a wheel whose headers are known: they must come from :func:`inspect_wheel`."""
    wheel = open_wheel(stream, filename)
    return _libraries(wheel, headers, sightings_again(wheel, zip(headers.facts.members, headers.traces, strict=True)))


def profile_of(headers: NativeHeaders, libraries: NativeLibraries) -> NativeProfile:
    """Put together what two results say of one wheel."""
    return NativeProfile(**fields_of(headers.facts), **fields_of(libraries))


def _headers(wheel: Wheel, files: NativeFiles) -> NativeHeaders:
    paths = {file.path for file in files.found} | {path for path, _ in files.skipped}
    system = system_of([file.header for file in files.found], paths)
    members = judged((member_of(file, system) for file in files.found), wheel.filename)
    facts = NativeFacts(
        members=members,
        declared=read_documents(wheel),
        claims=false_claims(members, wheel.filename),
        system=tuple(sorted(system)),
        glibc=highest_glibc(members),
        glibc_claimed=claimed_glibc(wheel.name.platforms),
        tools=tools_of(wheel),
        skipped=tuple(f"{path}: {reason}" for path, reason in sorted(files.skipped)),
    )
    traces = tuple(Traces(constants=file.header.constants, crates=file.crates) for file in files.found)
    return NativeHeaders(facts=facts, traces=traces)


def _libraries(
    wheel: Wheel, headers: NativeHeaders, sightings: Iterable[tuple[str, Sha256, Sighting]]
) -> NativeLibraries:
    facts = headers.facts
    c_headers = header_versions(wheel) if facts.members else ()
    libraries = libraries_of(sightings, facts.declared, c_headers)
    crates = dict.fromkeys(crate for traces in headers.traces for crate in traces.crates)
    return NativeLibraries(
        libraries=libraries,
        differences=differences(facts.declared, libraries, facts.system, tuple(crates), complete=not facts.skipped),
    )


def highest_glibc(members: Iterable[NativeMember]) -> str | None:
    """Return the highest glibc symbol version that any member needs."""
    return highest(each.symbol_floors["GLIBC"] for each in members if "GLIBC" in each.symbol_floors)


def member_of(file: NativeFile, system: frozenset[str]) -> NativeMember:
    """Return what the header of a file says; floors count over what is needed from ``system``."""
    header = file.header
    return NativeMember(
        path=file.path,
        sha256=file.sha256,
        size=file.size,
        format=header.format,
        role=header.role,
        arch=header.machine,
        bits=header.bits,
        soname=header.soname,
        needed=header.needed,
        delayed=header.delayed,
        runpath=header.runpath,
        symbol_floors=system_floors(header.versions, system),
        libc=header.libc,
        minimum_os=header.minimum_os,
        modules=header.modules,
        abi=header.abi,
        python_symbols=header.python_symbols,
    )
