"""Our reader of ELF against pyelftools, on shared objects that the test environment itself brings."""

import importlib.util
import io
import sys
from pathlib import Path

import pytest
from elftools.elf.dynamic import DynamicSegment
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection

from uplock.inspect.elf import read_elf
from uplock.inspect.identify import identify

PACKAGES = ("msgspec", "jsonschema_rs", "cryptography", "coverage", "_cffi_backend", "rfc3161_client", "pydantic_core")


def shared_objects() -> list[Path]:
    """Return the native files of some installed packages."""
    found: list[Path] = []
    for package in PACKAGES:
        spec = importlib.util.find_spec(package)
        if spec is not None and spec.submodule_search_locations:
            found += (path for place in spec.submodule_search_locations for path in Path(place).rglob("*.so"))
        elif spec is not None and spec.origin is not None and spec.origin.endswith(".so"):
            found.append(Path(spec.origin))
    return sorted(found)


OBJECTS = shared_objects() if sys.platform == "linux" else []


@pytest.mark.skipif(sys.platform != "linux", reason="the environment's shared objects are ELF on Linux only")
def test_the_environment_brings_shared_objects() -> None:
    assert len(OBJECTS) >= 3


@pytest.mark.parametrize("path", OBJECTS, ids=[path.name for path in OBJECTS])
def test_our_reader_agrees_with_pyelftools(path: Path) -> None:
    data = path.read_bytes()
    header, oracle = read_elf(data), ELFFile(io.BytesIO(data))
    tags: dict[str, list[str]] = {}
    for segment in oracle.iter_segments("PT_DYNAMIC"):
        assert isinstance(segment, DynamicSegment)
        for tag in segment.iter_tags():
            for attribute in ("needed", "soname", "rpath", "runpath"):
                if hasattr(tag, attribute):
                    tags.setdefault(attribute, []).append(getattr(tag, attribute))
    paths = tags.get("runpath") or tags.get("rpath") or []
    versions = oracle.get_section_by_name(".gnu.version_r")
    expected = [
        (need.name, tuple(version.name for version in entries))
        for need, entries in (versions.iter_versions() if isinstance(versions, GNUVerNeedSection) else ())
    ]
    constants = [
        (section["sh_offset"], section["sh_size"])
        for section in oracle.iter_sections("SHT_PROGBITS")
        if section.name.startswith((".rodata", ".data"))
    ]
    assert header.bits == oracle.elfclass
    assert list(header.needed) == tags.get("needed", [])
    assert header.soname == next(iter(tags.get("soname", [])), None)
    assert list(header.runpath) == [part for value in paths for part in value.split(":") if part]
    assert list(header.versions) == expected
    assert sum(end - start for start, end in header.constants) == sum(size for _, size in constants)


@pytest.mark.skipif(sys.platform != "linux", reason="the environment's shared objects are ELF on Linux only")
def test_cryptographys_openssl_is_the_one_that_it_reports_itself() -> None:
    from cryptography.hazmat.backends.openssl import backend

    (path,) = (path for path in OBJECTS if "cryptography" in path.parts)
    data = path.read_bytes()
    libraries = identify("cryptography/_rust.abi3.so", data, read_elf(data), library=False, grafted=False)
    versions = [each.version for each in libraries if (each.project, each.ecosystem) == ("openssl", "generic")]
    assert versions == [backend.openssl_version_text().split()[1]]
