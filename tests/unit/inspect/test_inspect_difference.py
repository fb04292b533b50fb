from support.declared import FOLDER, auditwheel, crate, cyclonedx, library, read, spdx, spdx_package
from support.native import native_library
from uplock.inspect.difference import differences
from uplock.model.native import NativeLibrary
from uplock.model.native_sbom import Crate, DeclaredDocument, Difference
from uplock.model.value import decode, encode

DOCUMENT = f"{FOLDER}/a.json"
DAMAGED = read([], "damaged.json")
RUST = read(cyclonedx(crate("libc", "0.2.189"), crate("zstd-sys", "2.1.0+zstd.1.5.7")), "rust.json")


def found(name: str, version: str | None = None, path: str = "demo.libs/a.so") -> NativeLibrary:
    return native_library(name, version, paths=(path,), linkage="bundled")


def compared(
    *documents: DeclaredDocument, libraries: tuple[NativeLibrary, ...] = (), system: tuple[str, ...] = ()
) -> list[tuple[str, str]]:
    return [(each.kind, each.name) for each in differences(documents, libraries, system)]


def test_missing() -> None:
    document = read(auditwheel(("a", "krb5-libs", "1.15.1-55.el7_9"), ("b", "krb5-libs", "1.15.1-55.el7_9")))
    observed = (
        found("krb5", "1.15.1"),
        found("openssl", "3.5.8", "demo.libs/crypto.so"),
        found("openssl", None, "demo.libs/ssl.so"),
        found("postgresql", None, "demo.libs/libpq.so.5"),
    )
    missing = differences((document,), observed, ())
    assert missing == (
        Difference(
            kind="missing",
            name="openssl",
            observed=("3.5.8",),
            members=("demo.libs/crypto.so", "demo.libs/ssl.so"),
            detail="openssl 3.5.8 is in demo.libs/crypto.so and 1 other file, and no document of the wheel names it",
        ),
        Difference(
            kind="missing",
            name="postgresql",
            members=("demo.libs/libpq.so.5",),
            detail="postgresql is in demo.libs/libpq.so.5, and no document of the wheel names it",
        ),
    )
    assert decode(encode(missing), tuple[Difference, ...]) == missing


def test_nothing_is_missing_from_a_wheel_that_declared_nothing() -> None:
    assert compared(libraries=(found("openssl", "3.5.8"),)) == []


def test_nothing_is_missing_while_a_document_could_not_be_read() -> None:
    document = read(cyclonedx(library("zlib", "1.3.1")))
    observed = (found("openssl", "3.5.8"), found("zlib", "1.3.1"), found("zlib", "1.2.11", "b.so"))
    assert compared(DAMAGED, libraries=observed) == []
    assert compared(document, DAMAGED, libraries=observed) == []
    assert compared(document, libraries=observed) == [("missing", "openssl"), ("missing", "zlib")]


def test_document_that_names_no_component_names_nothing() -> None:
    assert compared(read(cyclonedx()), libraries=(found("openssl"),)) == [("missing", "openssl")]


def test_any_of_several_documents_may_name_it() -> None:
    maker, repair = read(cyclonedx(library("freetype")), "a"), read(auditwheel(("a", "libXau", "1.0.9-3.el8")), "b")
    assert compared(maker, repair, libraries=(found("freetype"), found("libxau"))) == []


def test_subject_of_a_document_is_named_by_it() -> None:
    package = spdx_package("SPDXRef-1", "openssl", "3.5.8", "pkg:generic/openssl@3.5.8")
    document = read(spdx([package], documentDescribes=["SPDXRef-1"]))
    assert document.components == ()
    assert compared(document, libraries=(found("openssl", "3.5.8"),)) == []


def test_subject_without_a_package_url_may_be_the_wheel_itself() -> None:
    document = read(cyclonedx(about=library("zstd")))
    assert compared(document, libraries=(found("zstd"),)) == [("missing", "zstd")]


def test_excluded_component_does_not_name_what_is_there() -> None:
    document = read(cyclonedx(library("zlib", scope="excluded")))
    assert compared(document, libraries=(found("zlib"),)) == [("missing", "zlib")]


def test_optional_component_names_what_is_there_and_is_not_over_claimed() -> None:
    document = read(cyclonedx(library("openssl", scope="optional")))
    assert compared(document, libraries=(found("openssl"),)) == []
    assert compared(document, system=("libssl.so.3",)) == []


def test_grafted_library_that_the_table_does_not_know() -> None:
    document = read(auditwheel(("a", "libXyz", "1-2.el8"), ("b", "libtool-ltdl", "2.4.6-25.el8")))
    assert compared(document, libraries=(found("libXyz"), found("libtool"))) == []
    assert compared(document, libraries=(found("libother"),)) == [("missing", "libother")]


def test_over_claimed() -> None:
    document = read(cyclonedx(library("openssl", "3.5.8"), library("libimagequant", "4.4.1"), library("libwebp")))
    (difference,) = differences((document,), (), ())
    assert difference == Difference(
        kind="over-claimed",
        name="openssl",
        declared=("3.5.8",),
        documents=(DOCUMENT,),
        detail="openssl 3.5.8 is declared as part of the wheel, and is nowhere in its native files",
    )


def test_nothing_is_over_claimed_while_something_was_not_inspected() -> None:
    document = read(cyclonedx(library("openssl", "3.5.8")))
    assert differences((document,), (), (), complete=False) == ()


def test_over_claim_by_two_documents_is_one_difference() -> None:
    first, second = (read(cyclonedx(library("openssl", version)), version) for version in ("3.5.8", "3.5.9"))
    (difference,) = differences((first, second), (), ())
    assert (difference.declared, difference.documents) == (("3.5.8", "3.5.9"), (f"{FOLDER}/3.5.8", f"{FOLDER}/3.5.9"))


def test_declared_and_taken_from_the_system() -> None:
    document = read(cyclonedx(library("zlib", "2.3.3")))
    (difference,) = differences((document,), (), ("libc.so.6", "libz.so.1"), complete=False)
    assert (difference.kind, difference.name, difference.documents) == ("wrong-platform", "zlib", (DOCUMENT,))
    assert difference.detail == "zlib 2.3.3 is declared as part of the wheel, and is taken from the system"


def test_library_that_is_bundled_and_needed_from_the_system_as_well() -> None:
    document = read(cyclonedx(library("zlib", "1.3.1")))
    assert compared(document, libraries=(found("zlib", "1.3.1"),), system=("libz.so.1",)) == []


def test_versions_that_contradict_each_other() -> None:
    document = read(auditwheel(("a", "openssl-libs", "1.1.1k-15.el8_6")))
    (difference,) = differences((document,), (found("openssl", "1.1.1w"), found("openssl", None, "b.so")), ())
    assert difference == Difference(
        kind="version",
        name="openssl",
        declared=("1.1.1k",),
        observed=("1.1.1w",),
        documents=(DOCUMENT,),
        members=("demo.libs/a.so",),
        detail="openssl is declared as 1.1.1k, and the wheel holds 1.1.1w",
    )


def test_versions_that_do_not_contradict() -> None:
    document = read(cyclonedx(library("openblas", "0.3.31"), library("zlib"), library("hdf5", "2.0")))
    assert compared(document, libraries=(found("openblas", "0.3.31.dev"), found("zlib", "1.3"), found("hdf5"))) == []


def test_second_copy_in_a_version_that_no_document_tells() -> None:
    document = read(auditwheel(("a", "openssl-libs", "1.1.1k-15.el8_6")))
    observed = (found("openssl", "1.1.1k", "a.so"), found("openssl", "3.5.8", "b.so"))
    (difference,) = differences((document,), observed, ())
    assert (difference.kind, difference.declared, difference.observed) == ("missing", ("1.1.1k",), ("3.5.8",))
    assert (difference.members, difference.documents) == (("b.so",), (DOCUMENT,))


def test_fork_under_the_name_of_the_original() -> None:
    document = read(cyclonedx(library("zlib", "2.3.3")))
    assert compared(document, libraries=(found("zlib-ng", "2.3.3"),)) == []
    assert compared(document, libraries=(found("zlib-ng", "2.2.4"),)) == [("version", "zlib-ng")]
    both = (found("zlib-ng", "2.2.4"), found("zlib", "1.3.1", "b.so"))
    assert compared(read(cyclonedx(library("zlib", "1.3.1"))), libraries=both) == [("missing", "zlib-ng")]


def test_crate_that_brings_the_source_names_the_library_and_promises_nothing() -> None:
    assert compared(RUST, libraries=(found("zstd", "1.5.7"),)) == []
    assert compared(RUST, libraries=(found("zstd", "1.5.5"),)) == [("version", "zstd")]
    assert compared(RUST) == []


def test_crates_that_only_ran_during_the_build() -> None:
    document = read(cyclonedx(crate("libc", "1.0"), crate("serde_derive", "1.0"), crate("cc", "1.4", "excluded")))
    listed = (
        Crate(name="libc", version="1.0", kind="runtime"),
        Crate(name="serde_derive", version="1.0", kind="build"),
        Crate(name="cc", version="1.4", kind="build"),
    )
    (difference,) = differences((document,), (), (), listed)
    assert difference == Difference(
        kind="over-claimed",
        name="serde_derive",
        ecosystem="cargo",
        declared=("1.0",),
        documents=(DOCUMENT,),
        detail="crate serde_derive 1.0 is declared as part of the wheel, and only ran in its build",
    )
    assert differences((document,), (), (), listed, complete=False) == ()


def test_crates_that_are_compiled_in_and_not_declared() -> None:
    document = read(cyclonedx(crate("libc", "1.0"), crate("syn", "1.0"), crate("syn", "2.0")))
    listed = (
        Crate(name="libc", version="1.1", kind="runtime"),
        Crate(name="syn", version="1.0", kind="runtime"),
        Crate(name="syn", version="2.0", kind="runtime"),
        Crate(name="syn", version="3.0", kind="runtime"),
        Crate(name="demo", version="1.0", kind="runtime", source="local"),
        Crate(name="cc", version="1.4", kind="build"),
    )
    told = differences((document,), (), (), listed)
    assert [(each.kind, each.name, each.declared, each.observed) for each in told] == [
        ("version", "libc", ("1.0",), ("1.1",)),
        ("missing", "syn", (), ("3.0",)),
    ]
    assert [each.detail for each in told] == [
        "crate libc is declared as 1.0, and 1.1 is compiled in",
        "crate syn 3.0 is compiled in, and no document of the wheel names it",
    ]
    assert [each.name for each in differences((document, DAMAGED), (), (), listed)] == ["libc"]


def test_documents_without_crates_do_not_miss_any() -> None:
    document = read(auditwheel(("a", "libXau", "1.0.9-3.el8")))
    listed = (Crate(name="libc", version="1.1", kind="runtime"),)
    assert [each.ecosystem for each in differences((document,), (found("libxau"),), (), listed)] == []


def test_parts_of_a_crate_are_no_crates() -> None:
    part = library("uvx", "0.13.9", "pkg:cargo/uv@0.13.9?download_url=file://.#src/bin/uvx.rs")
    document = read(cyclonedx(part, crate("libc", "1.0")))
    listed = (Crate(name="libc", version="1.0", kind="runtime"), Crate(name="uv", version="0.13.9", kind="runtime"))
    told = differences((document,), (), (), listed)
    assert [(each.kind, each.name) for each in told] == [("missing", "uv")]


def test_order_does_not_depend_on_the_order_of_the_input() -> None:
    documents = (read(cyclonedx(library("zlib", "2.3.3")), "a"), read(cyclonedx(library("curl", "8.1")), "b"))
    observed = (found("openssl", "3.5.8"), found("freetype"))
    forward = differences(documents, observed, ("libz.so.1",))
    assert forward == differences(documents[::-1], observed[::-1], ("libz.so.1",))
    assert [each.name for each in forward] == ["curl", "freetype", "openssl", "zlib"]
