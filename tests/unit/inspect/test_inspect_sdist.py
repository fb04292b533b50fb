"""What a source distribution says of itself, read and never built."""

from __future__ import annotations

import gzip
import io
import tarfile

import pytest

from support.sdists import build_sdist, regular, tar_gz
from uplock.errors import InputError
from uplock.inspect.sdist import SdistContents, inspect_sdist, requirement_lines


def read(sdist: tuple[str, bytes]) -> SdistContents:
    filename, data = sdist
    return inspect_sdist(io.BytesIO(data), filename)


def refusal(filename: str, data: bytes) -> str:
    with pytest.raises(InputError) as caught:
        inspect_sdist(io.BytesIO(data), filename)
    assert caught.value.context.startswith(filename)
    assert caught.value.remedy
    return str(caught.value)


def test_equal_arguments_give_equal_bytes() -> None:
    assert build_sdist("demo", "1.0") == build_sdist("demo", "1.0")


def test_name_version_and_dependencies_are_those_of_its_metadata() -> None:
    found = read(build_sdist("Demo.App", "1.0", requires_dist=("attrs>=20", 'six; extra == "old"')))
    assert (found.metadata.name, found.metadata.version) == ("demo-app", "1.0")
    assert found.metadata.requires_dist == ("attrs>=20", 'six; extra == "old"')
    assert found.raw.startswith(b"Metadata-Version: 2.1\nName: Demo.App\n")


@pytest.mark.parametrize("metadata_version", ["1.0", "1.1", "1.2", "2.0", "2.1"])
def test_older_metadata_never_says_that_dependencies_are_fixed(metadata_version: str) -> None:
    assert not read(build_sdist("demo", "1.0", metadata_version=metadata_version, requires_dist=("attrs",))).fixed


@pytest.mark.parametrize("metadata_version", ["2.2", "2.3", "2.4"])
def test_dependencies_are_fixed_unless_they_are_dynamic(metadata_version: str) -> None:
    assert read(build_sdist("demo", "1.0", metadata_version=metadata_version)).fixed
    assert read(build_sdist("demo", "1.0", metadata_version=metadata_version, dynamic=("License",))).fixed
    assert not read(build_sdist("demo", "1.0", metadata_version=metadata_version, dynamic=("requires-dist",))).fixed
    assert not read(
        build_sdist("demo", "1.0", metadata_version=metadata_version, dynamic=("License", "Requires-Dist"))
    ).fixed


def test_requires_txt_stands_in_for_dependencies_that_the_metadata_leaves_out() -> None:
    text = "attrs>=20\n\n[:python_version < '3.9']\ntomli\n\n[fast]\nquick\n\n[fast:os_name == 'nt']\nwin\n"
    found = read(build_sdist("demo", "1.0", requires_txt=text))
    assert found.metadata.requires_dist == (
        "attrs>=20",
        "tomli ; (python_version < '3.9')",
        "quick ; extra == 'fast'",
        "win ; (os_name == 'nt') and extra == 'fast'",
    )
    assert b"Requires-Dist: attrs>=20\n" in found.raw


def test_the_metadata_itself_wins_over_requires_txt() -> None:
    found = read(build_sdist("demo", "1.0", requires_dist=("attrs",), requires_txt="six\n"))
    assert found.metadata.requires_dist == ("attrs",)


def test_fixed_metadata_without_dependencies_has_none_whatever_requires_txt_says() -> None:
    """PEP 643: what is not dynamic stands in PKG-INFO, or is nothing."""
    found = read(build_sdist("demo", "1.0", metadata_version="2.2", requires_txt="six\n"))
    assert found.fixed
    assert found.metadata.requires_dist == ()


def test_requires_txt_in_a_source_folder_is_found_and_one_deeper_is_not() -> None:
    for folder, expected in (("src/demo.egg-info", ("six",)), ("a/b/c/demo.egg-info", ())):
        found = read(build_sdist("demo", "1.0", files={f"{folder}/requires.txt": b"six\n"}))
        assert found.metadata.requires_dist == expected


def test_requires_txt_of_another_project_is_passed_over() -> None:
    """Sdists carry egg-info folders of others, in test data and vendored code."""
    foreign = {f"tests/{name}.egg-info/requires.txt": b"nose\n" for name in ("other", "demo.app")}
    assert read(build_sdist("demo", "1.0", files=foreign)).metadata.requires_dist == ()
    found = read(build_sdist("demo", "1.0", requires_txt="six\n", files=foreign))
    assert found.metadata.requires_dist == ("six",)


def test_names_too_long_for_a_header_are_read() -> None:
    """As pax and as GNU tar write them, and as ustar splits them."""
    stem = "_".join(["long"] * 30)
    for form in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=form) as archive:
            for path, data in (
                (f"{stem}-1.0/{'x' * 120}", b""),
                (f"{stem}-1.0/PKG-INFO", f"Metadata-Version: 2.1\nName: {stem}\nVersion: 1.0\n\n".encode()),
            ):
                member, _ = regular(path, data)
                archive.addfile(member, io.BytesIO(data))
        found = inspect_sdist(io.BytesIO(gzip.compress(out.getvalue())), f"{stem}-1.0.tar.gz")
        assert found.metadata.name == stem.replace("_", "-")


def test_a_name_in_two_parts_is_put_together() -> None:
    folder = "d" * 90
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        archive.addfile(regular(f"{folder}/PKG-INFO", b"x" * 5)[0], io.BytesIO(b"x" * 5))
        archive.addfile(regular(f"{folder}/{'e' * 90}/PKG-INFO", b"")[0], io.BytesIO())
    with pytest.raises(InputError, match="Metadata-Version"):  # the first counts, the second is deeper
        inspect_sdist(io.BytesIO(gzip.compress(out.getvalue())), "demo-1.0.tar.gz")


def test_lines_of_requires_txt_are_read_as_setuptools_writes_them() -> None:
    assert list(requirement_lines(b"\n  a>1 \r\n[]\nb\n[x]\nc\n")) == ["a>1", "b", "c ; extra == 'x'"]


def test_only_the_metadata_of_the_top_folder_count() -> None:
    inner = {"tests/data/PKG-INFO": b"Metadata-Version: 2.1\nName: other\nVersion: 9\n\n"}
    assert read(build_sdist("demo", "1.0", files=inner)).metadata.name == "demo"


def test_versions_are_compared_as_normalized() -> None:
    filename, data = build_sdist("demo", "1.0.0")
    assert inspect_sdist(io.BytesIO(data), "demo-1.0.tar.gz").metadata.version == "1.0"
    assert filename == "demo-1.0.0.tar.gz"


@pytest.mark.parametrize("filename", ["demo-1.0.zip", "demo-1.0.tar.bz2", "demo-1.0.tgz", "demo-1.0"])
def test_only_gzipped_tars_are_sdists(filename: str) -> None:
    assert "PEP 625" in refusal(filename, build_sdist("demo", "1.0")[1])


def test_an_sdist_without_metadata_is_refused() -> None:
    assert "has no PKG-INFO" in refusal("demo-1.0.tar.gz", tar_gz([regular("demo-1.0/setup.py", b"")]))


def test_an_empty_archive_is_refused() -> None:
    assert "has no PKG-INFO" in refusal("demo-1.0.tar.gz", tar_gz([]))


def test_a_folder_named_as_the_metadata_is_none() -> None:
    member = tarfile.TarInfo("demo-1.0/PKG-INFO")
    member.type = tarfile.DIRTYPE
    assert "has no PKG-INFO" in refusal("demo-1.0.tar.gz", tar_gz([(member, b"")]))


def test_an_invalid_requirement_in_requires_txt_is_refused() -> None:
    filename, data = build_sdist("demo", "1.0", requires_txt="not a requirement !!\n")
    assert "is not a valid requirement" in refusal(filename, data)
