"""What is fuzzed: readers of hostile bytes, each with small files to begin with and the modules that it is meant for.

A target raises nothing, or something is wrong: refusals are its own business. Whatever is found can be encoded, and
lies within the file.
"""

from __future__ import annotations

import io
import itertools
import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from support.declared import audit_data, auditwheel, crate, cyclonedx, encoded, library, spdx, spdx3, spdx_package
from support.elf import build_elf
from support.macho import build_fat, build_macho, exported, undefined
from support.pe import build_pe
from support.version_functions import FORMATS, built, returns_number, returns_text
from support.wheels import build_wheel, metadata, zip_bytes
from support.zips import WHEEL_NAME, Entry, wheel_entries, zip_of
from uplock.errors import InputError
from uplock.inspect.crates import read_crates
from uplock.inspect.declared import read_document
from uplock.inspect.elf import read_elf
from uplock.inspect.identify import identify
from uplock.inspect.libraries import functions
from uplock.inspect.macho import read_macho
from uplock.inspect.metadata import check_wheel_version, parse_metadata
from uplock.inspect.native import NativeHeader, format_of, read_native
from uplock.inspect.pe import read_pe
from uplock.inspect.profile import find_libraries, inspect_wheel
from uplock.inspect.record import parse_record
from uplock.inspect.wheel import read_metadata
from uplock.model.value import encode

TEXTS = (
    b"OpenSSL 3.5.8 25 Aug 2026\0deflate 1.3.1 Copyright 1995-2024 Jean-loup Gailly\0libpng version 1.6.58\0"
    b"/buildtrees/abseil/src/v20260107.1-0123456789.clean/a.cc\0HDF5 library version: 2.0.0\0"
    b"registry/src/index-0123456789abcdef/serde-1.0.219/src/lib.rs\0GEOS 3.14.1\0(1.0.8, 13-Jul-2019)\0"
)
"""Constants as libraries have them."""
FILENAME = "demo-1.0-cp312-cp312-manylinux_2_17_x86_64.whl"
_PATHS = (
    "demo/_demo.abi3.so",
    "demo.libs/libssl-1a2b3c4d.so.3",
    "demo/.dylibs/libz.1.3.1.dylib",
    "demo.libs/png16.dll",
)


@dataclass(frozen=True, kw_only=True)
class Target:
    """One reader."""

    run: Callable[[bytes], None]
    seeds: Callable[[], Iterable[bytes]]
    modules: tuple[str, ...]
    """Those of ``uplock.inspect`` whose coverage says how far the fuzzer came."""


def _elf(data: bytes) -> None:
    header = read_elf(data)
    encode(header)
    _check(header.constants, data)


def _macho(data: bytes) -> None:
    for each in read_macho(data):
        encode(each)
        _check(each.constants, data)


def _pe(data: bytes) -> None:
    header = read_pe(data)
    encode(header)
    _check(header.constants, data)


def _wheel(data: bytes) -> None:
    with suppress(InputError):
        found = inspect_wheel(io.BytesIO(data), WHEEL_NAME)
        encode(found)
        assert find_libraries(io.BytesIO(data), WHEEL_NAME, found.headers) == found.libraries
    with suppress(InputError):
        read_metadata(io.BytesIO(data), WHEEL_NAME)


def _metadata(data: bytes) -> None:
    with suppress(InputError):
        encode(parse_metadata(data, FILENAME))
    with suppress(InputError):
        check_wheel_version(data, FILENAME)


def _record(data: bytes) -> None:
    parse_record(data, FILENAME)


def _document(data: bytes) -> None:
    encode(read_document("demo-1.0.dist-info/sboms/a.json", data))


def _crates(data: bytes) -> None:
    """Read a section as it is, or with what the fuzzer wrote as its compressed content."""
    with suppress(InputError):
        encode(read_crates(data, (0, len(data))))
    stored = zlib.compress(data, 1)
    with suppress(InputError):
        encode(read_crates(stored, (0, len(stored))))


def _identify(data: bytes) -> None:
    """Search a file by its headers, or if it has none, all of it."""
    path = _PATHS[len(data) % len(_PATHS)]
    form = format_of(data[:8])
    headers: tuple[NativeHeader, ...] = ()
    if form is not None:
        with suppress(InputError):
            headers = read_native(path, data, form)
    if not headers:
        everything = ((0, len(data)),) if data else ()
        headers = (NativeHeader(format="elf", machine="x86_64", bits=64, role="library", constants=everything),)
    for header in headers:
        for role in (False, True):
            encode(identify(path, data, header, library=role, grafted=not role))


def _check(ranges: tuple[tuple[int, int], ...], data: bytes) -> None:
    assert all(0 <= start < end <= len(data) for start, end in ranges), ranges
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(ranges)), ranges


def _elf_files() -> list[bytes]:
    def full(
        bits: Literal[32, 64],
        byteorder: Literal["little", "big"],
        machine: str,
        hashed: Literal["sysv", "gnu"] | None,
    ) -> bytes:
        return build_elf(
            bits=bits,
            byteorder=byteorder,
            machine=machine,
            hashed=hashed,
            soname="liba.so.1",
            runpath="$ORIGIN:/usr/lib",
            needed=("libz.so.1",),
            versions={"libc.so.6": ("GLIBC_2.17", "GLIBC_2.28")},
            exports=("PyInit_a", "PQlibVersion"),
            imports=("PyObject_Call",),
            weak=("_PyLong_New",),
            rodata=TEXTS,
            data=b"x",
            crates=audit_data([{"name": "a", "version": "1.0"}]),
        )

    return [
        full(64, "little", "x86_64", "gnu"),
        full(64, "big", "s390x", "sysv"),
        full(32, "little", "x86", "sysv"),
        full(32, "big", "x86", None),
        build_elf(interpreter="/lib/ld.so", pie=True, sections=False),
        build_elf(),
    ]


def _macho_files() -> list[bytes]:
    thin = build_macho(
        install_id="@rpath/liba.dylib",
        dylibs=[("/usr/lib/libz.1.dylib", "load"), ("@rpath/libb.dylib", "weak"), ("@rpath/libc.dylib", "lazy")],
        rpaths=["@loader_path"],
        old_minimum=[("macos", "10.9")],
        symbols=[exported("PyInit_a"), undefined("PyObject_Call")],
        sections={"__cstring": TEXTS, "__const": b"x" * 40, "__data": b"y"},
        zerofill=["__data"],
    )
    old = build_macho(machine="ppc", byteorder="big", rpaths=["a"], symbols=[exported("PyInit_a")])
    return [thin, old, build_fat({"arm64": thin, "x86_64": old}), build_fat({"arm64": thin}, wide=True)]


def _pe_files() -> list[bytes]:
    return [
        build_pe(
            name="a.pyd",
            imports={"python312.dll": ("PyObject_Call", 3), "KERNEL32.dll": ("Sleep",)},
            delayed={"python3.dll": ("PyErr_Print",)},
            exports=("PyInit_a", "zlibVersion"),
            rdata=TEXTS,
            data=b"y",
        ),
        build_pe(machine="x86", bits=32, imports={"a.dll": (1,)}, delayed={"b.dll": (1,)}, old_delayed=True),
    ]


def _wheels() -> list[bytes]:
    elf = _elf_files()[0]
    sbom = {f"demo-1.0.dist-info/sboms/{number}.json": each for number, each in enumerate(_documents())}
    _, plain = build_wheel("demo", "1.0", files={"demo/a.so": elf, "demo/b.so": elf, **sbom})
    entries = wheel_entries(Entry("demo/a.so", elf, method=0), Entry("demo/"), Entry("demo-1.0.data/scripts/x", b"MZ"))
    return [plain, zip_of(entries), zip_of(entries, zip64=True), zip_bytes({"a/b": b"c"})]


def _documents() -> list[bytes]:
    known = cyclonedx(
        library("a", "1", "pkg:generic/a@1", components=[library("b")]), crate("c", "1.0"), about=library("d")
    )
    packages = [spdx_package("SPDXRef-a", "a", "1", "pkg:generic/a@1"), spdx_package("SPDXRef-b", "b")]
    purl = {"externalIdentifierType": "packageUrl", "identifier": "pkg:generic/a@1"}
    elements: tuple[dict[str, object], ...] = (
        {"type": "software_Package", "name": "a", "software_packageVersion": "1", "spdxId": "urn:a"},
        {"type": "software_Package", "name": "b", "spdxId": "urn:b", "externalIdentifier": [purl]},
        {
            "type": "Relationship",
            "relationshipType": "dependsOn",
            "from": "urn:a",
            "to": ["urn:b", {"spdxId": "urn:c"}],
        },
        {"type": "LifecycleScopedRelationship", "relationshipType": "contains", "scope": "build", "to": ["urn:b"]},
        {"type": "Relationship", "relationshipType": "ancestorOf", "from": "urn:b", "to": []},
        {"type": "SpdxDocument", "rootElement": ["urn:a"]},
    )
    documents = (known, auditwheel(("liba.so", "a", "1")), spdx(packages, [("SPDXRef-a", "CONTAINS", "SPDXRef-b")]))
    return [
        *map(encoded, documents),
        encoded(spdx3(*elements)),
        b"<bom/>",
        b"SPDXVersion: SPDX-2.3\n",
        b"\xef\xbb\xbf{}",
    ]


def _records() -> list[bytes]:
    return [b'a.py,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n"b,c",md5=x,\nd/RECORD,,\n', b"a,b\n"]


def _metadata_files() -> list[bytes]:
    more = {"Project-URL": "A, b", "Provides-Extra": "x", "License-Expression": "MIT", "Classifier": "Private :: a"}
    made = metadata("demo", "1.0", ["a>=1; extra == 'x'", "b @ https://index.example/b.whl"], ">=3.9", more)
    other = b"Metadata-Version: 2.1\nName: demo\nVersion: 1.0\nVersion: 2.0\nHome-page: a\nLicense: b\n\nmore\n"
    return [
        made,
        other,
        other.replace(b"Version: 2.0\n", b""),
        b"Wheel-Version: 1.0\nGenerator: a\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    ]


def _crate_lists() -> list[bytes]:
    raw = [{"name": "a", "version": "1.0", "source": "crates.io", "kind": "build"}, {"name": "b", "version": "2.0"}]
    stored = audit_data(raw)
    return [stored, zlib.decompress(stored)]


def _texts() -> list[bytes]:
    """Return constants, and files that export the version functions of the table, with code."""
    names = [name.decode("ascii") for name in sorted(functions())]
    files = [TEXTS, *_elf_files(), *_macho_files(), *_pe_files(), build_elf(exports=names, rodata=TEXTS)]
    for form, machine in itertools.product(FORMATS, ("x86_64", "aarch64")):
        number, text = returns_number(170011, machine=machine), returns_text(machine=machine)
        files.append(built(form, number, symbol="PQlibVersion", machine=machine).data)
        files.append(built(form, text, symbol="XML_ExpatVersion", machine=machine, text=b"expat_2.7.1").data)
        files.append(built(form, text, symbol="_libiconv_version", machine=machine).data)
    return files


TARGETS = {
    "elf": Target(run=_elf, seeds=_elf_files, modules=("elf", "elf_symbols", "binary")),
    "macho": Target(run=_macho, seeds=_macho_files, modules=("macho", "binary")),
    "pe": Target(run=_pe, seeds=_pe_files, modules=("pe", "binary")),
    "wheel": Target(
        run=_wheel, seeds=_wheels, modules=("source", "zipdirectory", "zipmember", "wheel", "native_files", "profile")
    ),
    "metadata": Target(run=_metadata, seeds=_metadata_files, modules=("metadata",)),
    "record": Target(run=_record, seeds=_records, modules=("record",)),
    "documents": Target(
        run=_document,
        seeds=_documents,
        modules=("declared", "declared_cyclonedx", "declared_spdx", "declared_spdx3", "boundedjson", "declaration"),
    ),
    "crates": Target(run=_crates, seeds=_crate_lists, modules=("crates", "boundedjson")),
    "identify": Target(
        run=_identify, seeds=_texts, modules=("identify", "anchors", "constants", "images", "exported", "native")
    ),
}


def tried(name: str, data: bytes) -> None:
    """Run a target: a refusal is an answer, anything else that is raised is a defect."""
    with suppress(InputError):
        TARGETS[name].run(data)
