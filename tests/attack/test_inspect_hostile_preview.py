"""A wheel that is made for whoever looks at it from outside: with lies in RECORD, bombs, and endless requirements."""

from __future__ import annotations

import struct

import pytest

from support.elf import build_elf
from support.index_simulator import IndexSimulator
from support.platforms import target_on
from support.previews import PartServer, look, native_wheel, noise
from support.wheels import build_wheel
from uplock.errors import InputError
from uplock.index.ranges import open_ranges
from uplock.inspect.preview import MAX_INFLATED, preview_wheel
from uplock.model.preview import PreviewNeed, PreviewResult, Provider
from uplock.model.value import changed
from uplock.report.preview_text import preview_text
from uplock.workflow.preview import Named, preview
from uplock.workflow.preview_requirements import MAX_ASKED, MAX_PACKAGES

INFO = "demo-1.0.dist-info"
CLAIM = "sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"
"""Digest of nothing."""


def lying(path: str, **files: bytes) -> tuple[str, bytes]:
    """Return a wheel whose RECORD claims the digest of something else for one file."""
    record = f"{path},{CLAIM},0\n{INFO}/RECORD,,\n".encode()
    return native_wheel(files={f"{INFO}/RECORD": record, **{name.replace("__", "/"): files[name] for name in files}})


def follow(*requirements: str, index: IndexSimulator | None = None) -> PreviewResult:
    index = index or IndexSimulator()
    index.publish(*native_wheel(requires_dist=requirements))
    return preview(index, Named(name="demo", version="1.0"), target_on("linux-x86_64"))


def test_a_native_file_that_record_contradicts_is_not_believed() -> None:
    seen, _ = look(*lying("demo/lib/libsmall.so"))
    assert "demo/lib/libsmall.so" not in [each.path for each in seen.members]
    (forged,) = [each for each in seen.not_inspected if each.path == "demo/lib/libsmall.so"]
    assert forged.reason == "its bytes do not have the digest that RECORD claims"


@pytest.mark.parametrize("name", ["METADATA", "WHEEL"])
def test_a_document_that_record_contradicts_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="do not have the digest that RECORD claims") as raised:
        look(*lying(f"{INFO}/{name}"))
    assert raised.value.context.endswith(f"{INFO}/{name}")


def test_an_sbom_that_record_contradicts_is_not_believed() -> None:
    path = f"{INFO}/sboms/a.json"
    body = b'{"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [{"type": "library", "name": "zlib"}]}'
    record = f"{path},{CLAIM},0\n".encode()
    seen, _ = look(*native_wheel(files={path: body, f"{INFO}/RECORD": record}))
    (document,) = seen.declared
    assert (document.components, document.subject) == ((), None)
    assert "RECORD claims" in (document.reason or "")


def test_a_library_that_record_contradicts_is_not_told_by_its_name_either() -> None:
    path = "demo/libz.so.1"
    record = f"{path},{CLAIM},0\n".encode()
    seen, _ = look(*native_wheel(files={path: build_elf(soname="libz.so.1"), f"{INFO}/RECORD": record}))
    assert seen.libraries == ()
    assert path in [each.path for each in seen.not_inspected]


def test_a_bomb_is_not_inflated() -> None:
    seen, server = look(*native_wheel(files={"demo/bomb.so": b"\x7fELF" + bytes(MAX_INFLATED)}))
    assert "demo/bomb.so" in [each.path for each in seen.not_inspected]
    assert len(server.asked) <= 2


def test_a_directory_without_end_is_not_fetched() -> None:
    size, start = 40 << 20, 1000
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 60_000, 60_000, size, start, 0)
    server = PartServer(bytes(start + size) + end)
    parts = open_ranges(server.ask, len(server.body), 1 << 24)
    with pytest.raises(InputError, match="too many requests or bytes"):
        preview_wheel(parts.stream, "demo-1.0-py3-none-any.whl", parts.prefetch)
    assert parts.cost.bytes == 131_072


def test_requirements_without_end_are_not_followed() -> None:
    index = IndexSimulator()
    for number in range(MAX_PACKAGES + 20):
        index.publish(*build_wheel(f"p{number}", "1", requires_dist=[f"p{number + 1}"]))
    result = follow("p0", index=index)
    assert any(f"no more than {MAX_PACKAGES} packages" in note for note in result.notes)
    assert sum(call.startswith("page") for call in index.calls) <= MAX_PACKAGES + 2


def test_the_same_requirement_over_and_over_is_not_followed_without_end() -> None:
    result = follow(*["nobody"] * (MAX_ASKED + 1))
    assert len(result.notes) == 2


@pytest.mark.parametrize(
    "requirement",
    [
        "a; " + "(" * 33 + "os_name == 'nt'" + ")" * 33,
        "a; " + "(" * 1000 + "os_name == 'nt'" + ")" * 1000,
    ],
)
def test_a_marker_that_goes_down_without_end_is_refused(requirement: str) -> None:
    with pytest.raises(InputError, match="parentheses"):
        follow(requirement)


def test_a_marker_that_cannot_be_answered_is_told_and_the_others_are_followed() -> None:
    result = follow("nobody; extra ~= 'x'", "other")
    first, second = result.notes
    assert "cannot be answered" in first
    assert "no project other" in second


def test_a_required_wheel_that_is_damaged_is_told_and_the_others_are_listed() -> None:
    index = IndexSimulator()
    tag = "py3-none-manylinux_2_17_x86_64"
    index.publish(f"bad-1-{tag}.whl", noise(1000))
    index.publish(*build_wheel("good", "1", tag=tag, files={"lib/libcudart.so.12": b""}))
    result = follow("bad", "good", index=index)
    assert [each.name for each in result.providers] == ["good"]
    (note,) = result.notes
    assert note.startswith("bad: ")


def test_no_word_of_a_wheel_reaches_a_terminal_as_it_is() -> None:
    hostile = "\x1b[2J\u202e\nx"
    result = follow("nobody")
    provider = Provider(
        name=hostile,
        version="1",
        filename=hostile,
        required_by=(hostile,),
        requirement=hostile,
        provides=(hostile,),
        on_runpath=(hostile,),
        libraries=(hostile, f"{hostile}y"),
        preview=result.preview,
    )
    text = preview_text(
        changed(
            result,
            filename=hostile,
            metadata=changed(result.metadata, name=hostile),
            not_inspected=(changed(result.not_inspected[0], path=hostile, reason=hostile),),
            needs=(
                PreviewNeed(soname=hostile, needed_by=(hostile,), provider=hostile),
                PreviewNeed(soname=hostile, needed_by=()),
            ),
            providers=(provider,),
            notes=(hostile,),
        )
    )
    assert not set(text) & set("\x1b\u202e")
    assert "\nx" not in text
