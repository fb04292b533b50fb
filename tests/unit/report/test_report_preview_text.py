from __future__ import annotations

from support.native import native_member
from support.subjects import digest_for
from uplock.model.preview import Cost, NotInspected, PreviewNeed, PreviewResult, Provider
from uplock.model.results import CoreMetadata
from uplock.model.value import changed
from uplock.report.preview_text import preview_text

SIZE = 888_000_000
RESULT = PreviewResult(
    filename="demo-1.0-py3-none-any.whl",
    claimed_sha256=digest_for("wheel"),
    size=SIZE,
    target="py312-linux-x86_64",
    metadata=CoreMetadata(name="demo", version="1.0", metadata_version="2.4"),
    preview=Cost(bytes=2_664_000, size=SIZE, requests=7),
)
LARGE = NotInspected(
    path="demo/big.so", size=5_000_000, compressed_size=4, sha256=digest_for("big"), reason="is larger"
)
PROVIDER = Provider(
    name="nvidia-cublas",
    version="12.8",
    filename="nvidia_cublas-12.8-py3-none-any.whl",
    required_by=("demo", "cuda-toolkit"),
    requirement="nvidia-cublas",
    provides=("libcublas.so.12",),
    on_runpath=("nvidia/lib/libcublas.so.12",),
    libraries=("nvidia/lib/libcublas.so.12", "nvidia/other/libnvblas.so.12"),
    preview=Cost(bytes=131_072, size=SIZE, requests=1),
)


def lines(result: PreviewResult) -> list[str]:
    return [line.strip() for line in preview_text(result).splitlines()]


def test_the_first_thing_said_is_that_nothing_was_verified() -> None:
    first, second, *_ = lines(RESULT)
    assert first == "unverified preview: no digest of the whole file was checked, so nothing here is evidence"
    assert second == "read of this wheel: 2.7 MB of 888.0 MB (0.30 %), 7 requests"


def test_the_digest_is_called_a_claim() -> None:
    assert f"888.0 MB, of which the index claims sha256 {digest_for('wheel')}; for py312-linux-x86_64" in lines(RESULT)
    assert "888.0 MB, of which the index claims no SHA-256; for py312-linux-x86_64" in lines(
        changed(RESULT, claimed_sha256=None)
    )


def test_files_that_were_not_inspected_have_reason_size_and_claim() -> None:
    unclaimed = changed(LARGE, path="demo/odd.so", sha256=None)
    shown = lines(changed(RESULT, not_inspected=(LARGE, unclaimed)))
    assert "not inspected: 2" in shown
    assert f"demo/big.so: is larger; 5.0 MB, RECORD claims sha256 {digest_for('big')}" in shown
    assert "demo/odd.so: is larger; 5.0 MB, RECORD claims no SHA-256" in shown


def test_a_wheel_of_which_no_native_file_was_read_is_not_called_free_of_native_code() -> None:
    assert "no native file was read" in lines(changed(RESULT, not_inspected=(LARGE,)))
    assert "no native code" not in preview_text(changed(RESULT, not_inspected=(LARGE,)))
    assert "no native code" in lines(RESULT)


def test_what_is_needed_is_told_with_the_wheel_that_has_it() -> None:
    needs = (
        PreviewNeed(soname="libc.so.6", needed_by=("demo/_x.so",)),
        PreviewNeed(
            soname="libcublas.so.12", needed_by=tuple(f"demo/{n}.so" for n in range(10)), provider="nvidia-cublas"
        ),
        PreviewNeed(soname="libm.so.6", needed_by=("demo/_x.so",)),
    )
    shown = lines(changed(RESULT, needs=needs, members=(native_member("demo/_x.so"),)))
    assert "needed from outside: 3" in shown
    assert "in no required wheel: libc.so.6, libm.so.6" in shown
    first = ", ".join(f"demo/{number}.so" for number in range(8))
    assert shown[shown.index("needed from outside: 3") + 1] == (
        f"libcublas.so.12, in nvidia-cublas; needed by {first} and 2 more"
    )
    assert "native files: 1" in shown


def test_required_wheels_are_told_with_what_they_have_and_what_listing_them_cost() -> None:
    shown = lines(changed(RESULT, providers=(PROVIDER,)))
    place = shown.index("required wheels with shared libraries: 1, listed with 131.1 kB in 1 request")
    assert shown[place + 1 : place + 5] == [
        "nvidia-cublas 12.8, required by demo > cuda-toolkit",
        "needed: libcublas.so.12",
        "where RUNPATH of files that were read leads: libcublas.so.12",
        "elsewhere: libnvblas.so.12",
    ]


def test_what_could_not_be_followed_is_told() -> None:
    shown = lines(changed(RESULT, notes=("far: asked for by URL",)))
    assert shown[shown.index("not followed: 1") + 1] == "far: asked for by URL"
    assert "not followed: 1" not in lines(RESULT)
