"""The native parts of an interpreter as components."""

from __future__ import annotations

from uplock.model.interpreter_parts import InterpreterPart, InterpreterParts
from uplock.sbom.clean import Cleaner
from uplock.sbom.interpreter_parts import part_components
from uplock.sbom.parts import Component

REF = "pkg:generic/python@3.12.1"


def _components(*parts: InterpreterPart) -> tuple[Component, ...]:
    known = InterpreterParts(
        version="3.12.1", implementation="cpython", abi=None, platform="linux-x86_64", compiler=None, parts=parts
    )
    return part_components(REF, known, Cleaner())


def test_a_library_stands_with_its_version_and_how_that_was_found() -> None:
    (made,) = _components(
        InterpreterPart(
            name="openssl",
            module="_ssl",
            state="present",
            version="3.0.19",
            source="OPENSSL_VERSION",
            said="OpenSSL 3.0.19 27 Jan 2026",
            place="extension",
            file="lib/_ssl.so",
            linkage="shared",
            library="libssl.so.3",
        )
    )

    assert (made.ref, made.purl) == (f"{REF}#openssl@3.0.19", "pkg:generic/openssl@3.0.19")
    assert made.cpe == "cpe:2.3:a:openssl:openssl:3.0.19:*:*:*:*:*:*:*"
    assert made.external
    assert made.identity is not None
    (method,) = made.identity.methods
    assert (method.technique, method.value) == (
        "dynamic-analysis",
        "_ssl: OPENSSL_VERSION = OpenSSL 3.0.19 27 Jan 2026",
    )
    (occurrence,) = made.occurrences
    assert (occurrence.location, occurrence.context) == ("lib/_ssl.so", "module _ssl; shared library libssl.so.3")


def test_an_unknown_version_stays_unknown() -> None:
    (made,) = _components(InterpreterPart(name="libffi", module="_ctypes", state="present", place="built-in"))

    assert (made.ref, made.version, made.purl, made.cpe) == (f"{REF}#libffi", None, "pkg:generic/libffi", None)
    assert made.identity is not None
    assert (made.identity.field, made.identity.concluded, made.identity.confidence) == ("name", "libffi", "0.5")
    assert made.occurrences[0].context == "built into the interpreter"


def test_headers_of_another_version_and_static_linking_are_told() -> None:
    (made,) = _components(
        InterpreterPart(
            name="zlib",
            module="zlib",
            state="present",
            version="1.3",
            compiled="1.2.13",
            source="ZLIB_RUNTIME_VERSION",
            said="1.3",
            linkage="within",
        )
    )

    assert made.identity is not None
    assert made.identity.methods[0].value == "zlib: ZLIB_RUNTIME_VERSION = 1.3; compiled with 1.2.13"
    assert made.occurrences[0].context == "module zlib; linked statically"


def test_what_is_absent_or_failed_is_no_component() -> None:
    absent = InterpreterPart(name="gdbm", module="_gdbm", state="absent")
    failed = InterpreterPart(name="tk", module="_tkinter", state="failed")

    assert _components(absent, failed) == ()
