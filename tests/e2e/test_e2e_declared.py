"""What real wheels declare about themselves, compared with what is in them."""

import os
import sys
from pathlib import Path

import pytest

from support.other_tools import Place
from uplock.inspect.declared import read_documents
from uplock.inspect.difference import differences
from uplock.inspect.profile import inspect_wheel
from uplock.inspect.wheel import open_wheel
from uplock.model.native_sbom import DeclaredDocument, Difference

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]

LINUX = ("manylinux2014_x86_64", "manylinux_2_17_x86_64", "manylinux_2_28_x86_64")
RUST = ("orjson", "pydantic-core", "ruff", "uv", "cryptography")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("place"))


def wheel(place: Place, package: str) -> Path:
    """Return the newest Linux wheel of a package, the one with the oldest tag."""
    kept = os.environ.get("DECLARED_WHEELS")  # a folder of wheels, to download nothing
    folder = place.folder / package if kept is None else Path(kept)
    if kept is None:
        python = place.environment_of(Path(sys.executable), "pip", "pip")
        options = ("--no-deps", "--only-binary=:all:", "--python-version=3.12", "--quiet", f"--dest={folder}")
        platforms = [f"--platform={tag}" for tag in LINUX]
        place.run(python, "-m", "pip", "download", *options, *platforms, package)
    return min(folder.glob(f"{package.replace('-', '_')}-*.whl"))


def compared(path: Path) -> tuple[tuple[DeclaredDocument, ...], tuple[Difference, ...]]:
    with path.open("rb") as stream:
        documents = read_documents(open_wheel(stream, path.name))
        native = inspect_wheel(stream, path.name).native
    return documents, differences(documents, native.libraries, native.system, complete=not native.skipped)


def named(found: tuple[Difference, ...], *kinds: str) -> set[str]:
    return {each.name for each in found if each.kind in kinds and each.ecosystem == "native"}


@pytest.mark.parametrize("package", RUST)
def test_nothing_is_missing_from_wheels_of_rust(place: Place, package: str) -> None:
    documents, found = compared(wheel(place, package))
    assert documents
    assert [document.reason for document in documents if document.reason is not None] == []
    assert named(found, "missing", "over-claimed", "version", "wrong-platform") == set()


@pytest.mark.parametrize(
    ("package", "missing"),
    [
        ("psycopg2-binary", {"openssl", "postgresql", "openldap"}),
        ("opencv-python-headless", {"ffmpeg", "libvpx", "libaom", "libpng"}),
        ("scipy", {"openblas"}),
    ],
)
def test_what_was_built_from_source_is_missing_from_the_repair_tool_s_document(
    place: Place, package: str, missing: set[str]
) -> None:
    documents, found = compared(wheel(place, package))
    assert [document.reason for document in documents] == [None]
    assert missing <= named(found, "missing")
    assert named(found, "over-claimed", "wrong-platform", "version") == set()


def test_zlib_ng_of_other_platforms_is_declared_by_pillow_on_linux(place: Place) -> None:
    documents, found = compared(wheel(place, "pillow"))
    assert len(documents) == 2
    assert named(found, "wrong-platform", "over-claimed") & {"zlib", "zlib-ng"}


@pytest.mark.parametrize("package", ["numpy", "shapely", "lxml"])
def test_wheel_without_documents_has_no_differences(place: Place, package: str) -> None:
    assert compared(wheel(place, package)) == ((), ())
