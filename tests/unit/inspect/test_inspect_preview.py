from __future__ import annotations

import io

import pytest

from support.elf import build_elf
from support.previews import LARGE, TAG, PartServer, large_elf, look, native_wheel, noise
from support.wheels import build_wheel
from uplock.errors import InputError
from uplock.inspect import preview
from uplock.inspect.preview import library_paths, preview_wheel
from uplock.inspect.profile import inspect_wheel
from uplock.model.digest import sha256_of
from uplock.model.preview import NotInspected, WheelPreview

BOM = b'{"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [{"type": "library", "name": "zlib"}]}'


def reasons(seen: WheelPreview) -> dict[str, str]:
    return {each.path: each.reason for each in seen.not_inspected}


def test_small_files_are_read_and_large_ones_are_told_with_the_claimed_digest() -> None:
    seen, _ = look(*native_wheel())
    assert [each.path for each in seen.members] == ["demo/_x.cpython-312-x86_64-linux-gnu.so", "demo/lib/libsmall.so"]
    (large,) = seen.not_inspected
    assert (large.path, large.sha256) == ("demo/lib/libbig.so", sha256_of(large_elf(soname="libbig.so")))
    assert large.size > LARGE
    assert large.compressed_size > LARGE
    assert "larger than the 1 MiB" in large.reason


def test_what_is_needed_from_outside_leaves_out_files_that_were_not_read() -> None:
    seen, _ = look(*native_wheel())
    assert seen.system == ("libc.so.6", "libcudart.so.12")
    assert (seen.glibc, seen.glibc_claimed) == ("2.17", "2.17")


def test_a_file_that_is_read_says_what_the_whole_inspection_says_of_it() -> None:
    filename, body = native_wheel()
    seen, _ = look(filename, body)
    whole = inspect_wheel(io.BytesIO(body), filename)
    assert seen.metadata == whole.metadata
    assert seen.members == tuple(each for each in whole.headers.facts.members if each.path != "demo/lib/libbig.so")
    assert seen.declared == whole.headers.facts.declared


def test_the_bytes_of_large_files_are_not_fetched() -> None:
    filename, body = native_wheel()
    _, server = look(filename, body)
    tail, front = server.asked
    assert tail == (len(body) - 131_072, len(body))
    assert front[0] < front[1] < len(body) - LARGE + 1000


def test_documents_in_the_wheel_are_read() -> None:
    seen, _ = look(*native_wheel(files={"demo-1.0.dist-info/sboms/demo.cdx.json": BOM}))
    ((zlib,),) = [each.components for each in seen.declared]
    assert zlib.name == "zlib"


def test_libraries_are_found_in_files_that_were_read_and_by_the_names_of_others() -> None:
    files = {
        "demo.libs/libssl-1a2b3c4d.so.3": build_elf(
            soname="libssl-1a2b3c4d.so.3", rodata=b"\0OpenSSL 3.0.13 30 Jan 2024\0"
        ),
        "demo.libs/libxml2-1a2b3c4d.so.2": large_elf(soname="libxml2-1a2b3c4d.so.2"),
    }
    seen, _ = look(*native_wheel(files=files))
    found = {each.project: each for each in seen.libraries}
    assert found["libxml2"].method == "soname"
    assert found["libxml2"].version is None
    (place,) = found["libxml2"].members
    assert (place.path, place.sha256) == (
        "demo.libs/libxml2-1a2b3c4d.so.2",
        sha256_of(files["demo.libs/libxml2-1a2b3c4d.so.2"]),
    )
    assert "openssl" in found


@pytest.mark.parametrize("name", ["libxml2-0123456789abcdef0123456789abcdef.dll", "libxml2.16.dylib"])
def test_names_of_other_systems_tell_libraries_as_well(name: str) -> None:
    filename, body = build_wheel("demo", "1.0", files={f"demo/{name}": noise(LARGE)})
    seen, _ = look(filename, body)
    assert [each.project for each in seen.libraries] == ["libxml2"]


def test_without_a_digest_in_record_no_library_is_told_by_name() -> None:
    record = "demo-1.0.dist-info/RECORD"
    seen, _ = look(*native_wheel(files={"demo/libz.so.1": noise(LARGE), record: f"{record},,\n".encode()}))
    assert seen.libraries == ()
    assert [each.sha256 for each in seen.not_inspected] == [None, None]


def test_what_looks_native_and_is_not_is_told() -> None:
    seen, _ = look(*native_wheel(files={"demo/text.so": b"INPUT(libx.a)"}))
    assert reasons(seen)["demo/text.so"] == "is no ELF, Mach-O or PE file"


def test_the_cheapest_files_are_read_first() -> None:
    files = {f"demo/lib{number}.so": build_elf(rodata=noise(600_000 + number)) for number in range(3)}
    seen, _ = look(*build_wheel("demo", "1.0", tag=TAG, files=files | {"demo/big.bin": noise(3_000_000)}))
    assert [each.path for each in seen.members] == ["demo/lib0.so"]
    assert reasons(seen) == dict.fromkeys(
        ["demo/lib1.so", "demo/lib2.so"], "does not fit into what a preview reads of this wheel"
    )


def test_a_file_that_inflates_out_of_proportion_is_not_read() -> None:
    seen, _ = look(*native_wheel(files={"demo/bomb.so": bytes(preview.MAX_INFLATED + 1)}))
    assert "larger than" in reasons(seen)["demo/bomb.so"]


def test_all_files_together_inflate_to_a_bounded_size(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"demo/lib{number}.so": build_elf(rodata=bytes(500_000 + number)) for number in range(3)}
    monkeypatch.setattr(preview, "MAX_TOTAL", 1_100_000)
    seen, _ = look(*build_wheel("demo", "1.0", tag=TAG, files=files))
    assert len(seen.members) == 2
    assert list(reasons(seen).values()) == ["does not fit into what a preview reads of this wheel"]


def test_more_native_files_than_any_wheel_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preview, "MAX_NATIVE_FILES", 2)
    with pytest.raises(InputError, match="more than 2 native files"):
        look(*native_wheel())


def test_documents_that_are_too_large_for_a_preview_are_refused() -> None:
    filename, body = build_wheel(
        "demo", "1.0", files={"demo-1.0.dist-info/RECORD": b'"' + noise(2_000_000).hex().encode() + b'",,\n'}
    )
    server = PartServer(body)
    parts = server.open()
    with pytest.raises(InputError, match="does not fit") as raised:
        preview_wheel(parts.stream, filename, parts.prefetch)
    assert raised.value.context == f"{filename}: demo-1.0.dist-info/RECORD"


def test_pure_wheels_have_nothing_native() -> None:
    seen, server = look(*build_wheel("demo", "1.0", requires_dist=["other>=2"]))
    assert (seen.members, seen.not_inspected, seen.libraries, seen.system) == ((), (), (), ())
    assert seen.metadata.requires_dist == ("other>=2",)
    assert len(server.asked) == 1


def test_a_preview_tells_the_digest_of_the_metadata_that_it_read() -> None:
    filename, body = build_wheel("demo", "1.0")
    seen, _ = look(filename, body)
    assert len(seen.metadata_sha256) == 64
    assert seen.not_inspected == ()


def test_what_is_not_inspected_is_in_order() -> None:
    files = {f"demo/{name}.so": noise(LARGE) for name in "ba"}
    seen, _ = look(*build_wheel("demo", "1.0", tag=TAG, files=files))
    assert [each.path for each in seen.not_inspected] == ["demo/a.so", "demo/b.so"]
    assert all(isinstance(each, NotInspected) for each in seen.not_inspected)


# --- listing ------------------------------------------------------------------------------------------------------


def test_shared_libraries_are_listed_by_name_and_extension_modules_are_not() -> None:
    names = ("lib/libx.so.12", "lib/liby.so", "z.DLL", "lib/a.1.dylib", "_x.abi3.so", "y.pyd", "lib/libx.so.12.py/a")
    filename, body = build_wheel("demo", "1.0", files=dict.fromkeys(names, b""))
    assert library_paths(io.BytesIO(body), filename) == (
        "lib/a.1.dylib",
        "lib/libx.so.12",
        "lib/liby.so",
        "z.DLL",
    )


def test_a_wheel_with_more_libraries_than_any_is_not_listed() -> None:
    files = {f"lib/lib{number}.so": b"" for number in range(preview.MAX_LIBRARIES + 1)}
    filename, body = build_wheel("demo", "1.0", files=files)
    with pytest.raises(InputError, match="more than 1000 shared libraries") as raised:
        library_paths(io.BytesIO(body), filename)
    assert raised.value.context == filename
