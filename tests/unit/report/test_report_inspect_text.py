from __future__ import annotations

import pytest

from support.native import native_library, native_member
from support.subjects import NOTHING, digest_for, make_artifact_results
from uplock.model.inspect_outcome import InspectFolderResult, InspectLockResult, InspectResult, LockInspection, Unread
from uplock.model.native import FalseClaim, NativeProfile
from uplock.model.native_sbom import DeclaredComponent, DeclaredDocument, Difference
from uplock.model.need import Need
from uplock.model.value import changed, fields_of
from uplock.report.inspect_text import folder_text, inspect_text, locks_text, size_text

WHEEL = "demo-1.0-cp312-cp312-manylinux_2_17_x86_64.whl"
MEMBER = native_member(
    "demo/_x.abi3.so",
    needed=("libc.so.6",),
    delayed=("liblazy.so.1",),
    symbol_floors={"GLIBC": "2.17", "GCC": "3.0"},
    abi="abi3",
    abi_floor="3.9",
    abi_foreign=("_PyObject_Secret",),
    modules=("PyInit__x",),
    runpath=("$ORIGIN",),
)
SBOM = "demo-1.0.dist-info/sboms/a.json"


def result(**fields: object) -> InspectResult:
    results = make_artifact_results(WHEEL)
    native = changed(NativeProfile(), **fields)
    return InspectResult(
        filename=WHEEL, sha256=digest_for(WHEEL), size=1_234_567, metadata=results.metadata, **fields_of(native)
    )


def test_a_member_is_told_with_what_it_needs_and_promises() -> None:
    text = inspect_text(result(members=(MEMBER,), glibc="2.17", glibc_claimed="2.17", tools=("auditwheel 6.7.0",)))
    assert "1.2 MB, sha256" in text
    assert "native code: 1 extension; elf x86_64; needs glibc 2.17; its tag promises 2.17; by auditwheel 6.7.0" in text
    assert "GCC 3.0; GLIBC 2.17; ABI abi3 from CPython 3.9 on, but uses _PyObject_Secret" in text
    for line in ("needs libc.so.6", "needs when first used liblazy.so.1", "runpath $ORIGIN", "exports PyInit__x"):
        assert f"      {line}\n" in text


def test_a_library_is_told_with_method_confidence_and_evidence() -> None:
    paths = tuple(f"demo/{number}.so" for number in range(10))
    text = inspect_text(
        result(members=(MEMBER,), libraries=(native_library(paths=paths), native_library("zlib", None)))
    )
    assert "openssl 3.5.8, static, by string, confidence high" in text
    assert "in demo/0.so: openssl 3.5.8" in text
    assert "and in 2 more files" in text
    assert "zlib (version unknown), static" in text


def test_documents_contradictions_and_promises_are_told() -> None:
    component = DeclaredComponent(name="zlib", version=None, purl=None, type="library", scope="optional", source=SBOM)
    documents = (
        DeclaredDocument(
            path=SBOM, size=1, sha256=NOTHING, format="CycloneDX", version="1.5", components=(component,) * 9
        ),
        DeclaredDocument(path="b.xml", size=1, sha256=NOTHING, reason="is XML, which is not read"),
    )
    text = inspect_text(
        result(
            members=(MEMBER,),
            declared=documents,
            differences=(Difference(kind="missing", name="openssl", members=("demo/_x.so",), detail="it is there"),),
            claims=(FalseClaim(kind="glibc", member="demo/_x.so", claimed="2.5", found="2.14", detail="needs 2.14"),),
            system=("libc.so.6",),
            skipped=("demo/odd.so: cut off",),
        )
    )
    assert f"{SBOM}: CycloneDX 1.5, 9 components" in text
    assert "zlib (no version), optional" in text
    assert "and 1 more component" in text
    assert "b.xml: of unknown format, not read: is XML, which is not read" in text
    assert "missing: it is there" in text
    assert "demo/_x.so: needs 2.14" in text
    assert "not read: 1" in text


@pytest.mark.parametrize(
    ("need", "line"),
    [
        (Need(package="a", soname="s", members=("x",), kind="package", provider="b", by="name"), "b: s"),
        (
            Need(package="a", soname="s", members=("x",), kind="package", provider="b", by="runpath"),
            "b, where a search path leads: s",
        ),
        (Need(package="a", soname="s", members=("x",), kind="system", policy="macos"), "the system, by macos: s"),
        (Need(package="a", soname="s", members=("x",), kind="interpreter"), "the interpreter: s"),
        (Need(package="a", soname="s", members=("x",), kind="driver", delayed=True), ": s (when first used)"),
        (Need(package="a", soname="s", members=("x",), kind="unknown"), "nobody who is known, and not everything"),
        (Need(package="a", soname="s", members=("x",), kind="nobody", linked=True), "NOBODY: s"),
        (Need(package="a", soname="s", members=("x",), kind="nobody"), "nobody, and no module is linked to"),
    ],
)
def test_who_brings_what_is_told_for_each_package(need: Need, line: str) -> None:
    text = locks_text(InspectLockResult(targets=(LockInspection(target="t", wheels=(result(),), needs=(need,)),)))
    assert line in text


def test_wheels_without_native_code_and_what_was_not_read_are_named() -> None:
    unread = (Unread(filename="b-1.tar.gz", reason="is an sdist"),)
    text = locks_text(InspectLockResult(targets=(LockInspection(target="t", wheels=(result(),), unread=unread),)))
    assert text.splitlines() == [
        "t: 1 wheel, 0 with native code",
        "  without native code: 1",
        f"    {WHEEL}",
        "  b-1.tar.gz: not read: is an sdist",
    ]
    assert folder_text(InspectFolderResult(wheels=(), unread=unread)) == "b-1.tar.gz: not read: is an sdist\n"


@pytest.mark.parametrize(
    ("size", "text"), [(999, "999 bytes"), (1000, "1.0 kB"), (6_500_000, "6.5 MB"), (888_000_000, "888.0 MB")]
)
def test_sizes_are_told_as_people_read_them(size: int, text: str) -> None:
    assert size_text(size) == text


def test_the_escapes_of_a_library_reach_no_terminal() -> None:
    assert "\x1b" not in inspect_text(result(libraries=(native_library("\x1b]0;x\x07", evidence="\x1b[2J"),)))
