"""The truth about the libraries in wheels, as data, and how uplock is compared with it. Real wheels: tests/e2e."""

import ast
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from truth.compare import FAMILIES, canonical, false_claims, is_found, versions_of
from truth.evidence import kind_of
from truth.known import HERE, Library, Truth, committed, dump, parse

PROJECTS = frozenset({
    "cffi", "cryptography", "grpcio", "h5py", "lxml", "markupsafe", "numpy", "nvidia_cuda_runtime_cu12",
    "opencv_python_headless", "orjson", "pillow", "psycopg2_binary", "pyarrow", "pydantic_core", "pyyaml", "ruff",
    "scipy", "shapely", "uv",
})  # fmt: skip
OF_THREE_SYSTEMS = frozenset({"cryptography", "h5py", "lxml", "numpy", "pillow", "psycopg2_binary"})
PLACE_OF_SOMEBODY = re.compile(r"https?://|index\.|(?<![\w.])/(?:root|work|tmp|home)/")

TRUTHS = committed()


@pytest.mark.parametrize("path", sorted((HERE / "wheels").glob("*.toml")), ids=lambda path: path.stem)
def test_a_truth_file_is_what_its_values_are_written_as(path: Path) -> None:
    text = path.read_text("utf-8")

    assert dump(parse(text)) == text


def test_every_wheel_that_the_issue_names_has_its_truth() -> None:
    named = {truth.wheel.partition("-")[0] for truth in TRUTHS if "manylinux" in truth.wheel}
    on_macos = {truth.wheel.partition("-")[0] for truth in TRUTHS if "macosx" in truth.wheel and "arm64" in truth.wheel}
    on_windows = {truth.wheel.partition("-")[0] for truth in TRUTHS if "win_amd64" in truth.wheel}

    assert named == PROJECTS
    assert on_windows == OF_THREE_SYSTEMS
    assert on_macos | {"lxml"} == OF_THREE_SYSTEMS, "lxml has one wheel for both processors of macOS"


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda truth: truth.wheel)
def test_truth_is_complete_and_names_no_place_of_somebody(truth: Truth) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", truth.sha256)
    assert truth.natives > 0
    assert truth.crates <= truth.crates_named
    for library in truth.libraries:
        assert library.evidence
        assert bool(library.files) == (library.linkage == "bundled"), library.project
        assert library.project == library.project.lower()
        assert PLACE_OF_SOMEBODY.search(library.evidence) is None, library.evidence
    assert not set(truth.absent) & {each.project for each in truth.libraries if each.linkage == "bundled"}


def test_an_unknown_key_in_a_truth_file_is_an_error() -> None:
    with pytest.raises(TypeError, match="linked"):
        parse('wheel = "a"\nsha256 = ""\nnatives = 1\ncrates = 0\ncrates_named = 0\n[[library]]\nlinked = "static"\n')


def test_an_unknown_linkage_is_an_error() -> None:
    entry = 'project = "zlib"\nlinkage = "dynamic"\nby = "line"\nmember = "a"\nevidence = "b"\n'

    with pytest.raises(ValueError, match="dynamic"):
        parse(f'wheel = "a"\nsha256 = ""\nnatives = 1\ncrates = 0\ncrates_named = 0\n[[library]]\n{entry}')


def test_other_names_lead_to_one_project() -> None:
    names: dict[str, str] = tomllib.loads((HERE / "names.toml").read_text("utf-8"))["alias"]

    assert all(canonical(project) == project for project in set(names.values()))
    assert not FAMILIES & set(names)


def test_the_truth_is_made_without_uplock() -> None:
    for name in ("evidence", "known", "collect", "compare"):
        tree = ast.parse((HERE / f"{name}.py").read_text("utf-8"))
        imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not {module for module in imported if module.partition(".")[0] == "uplock"}


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x7fELF\x02", "elf"),
        (b"\xcf\xfa\xed\xfe", "mach-o"),
        (b"\xca\xfe\xba\xbe\x00\x00\x00\x02", "mach-o"),
        (b"\xca\xfe\xba\xbe\x00\x00\x00\x34", None),
        (b"MZ".ljust(60, b"\0") + b"\x40\0\0\0PE\0\0", "pe"),
        (b"MZ".ljust(200, b"\0"), None),
        (b"#!/bin/sh", None),
        (b"", None),
    ],
)
def test_a_native_file_is_known_by_its_first_bytes(head: bytes, kind: str | None) -> None:
    assert kind_of(head) == kind


def truth_of(*libraries: Library) -> Truth:
    return Truth(wheel="a", sha256="", natives=1, crates=0, crates_named=0, absent={}, libraries=libraries)


def library(**changes: Any) -> Library:
    values: dict[str, Any] = {"project": "zlib", "linkage": "static", "by": "line", "member": "a.so", "evidence": "x"}
    return Library(**values | changes)


def claim(project: str = "zlib", version: str | None = None, linkage: str = "static", *paths: str) -> dict[str, Any]:
    members = [{"path": path} for path in paths or ("a.so",)]
    return {"project": project, "version": version, "linkage": linkage, "method": "string", "members": members}


def test_a_bundled_library_is_found_only_with_all_its_files() -> None:
    bundled = library(linkage="bundled", files=("libz.so", "libz_more.so"))

    assert is_found(bundled, [claim("zlib", None, "bundled", "libz.so", "libz_more.so")])
    assert not is_found(bundled, [claim("zlib", None, "bundled", "libz.so")])
    assert not is_found(library(), [])


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (claim("bzip2"), "bzip2 (static, string): not in the wheel"),
        (claim(linkage="bundled"), "zlib (bundled, string): its linkage"),
        (claim(version="1.2"), "zlib 1.2 (static, string): it is 1.3.1"),
    ],
)
def test_what_the_truth_denies_is_a_false_claim(said: dict[str, Any], why: str) -> None:
    assert list(false_claims(truth_of(library(version="1.3.1")), [said], frozenset())) == [why]


def test_a_version_that_nothing_proves_is_a_false_claim() -> None:
    (found,) = false_claims(truth_of(library()), [claim(version="1.3.1")], frozenset())

    assert "nothing that we know shows this version" in found


def test_the_version_and_its_other_spellings_are_right() -> None:
    known = library(version="3.5.8", accept=("3.5.8-1.el7",))

    for version in (None, "3.5.8", "3.5.8-1.el7"):
        assert not list(false_claims(truth_of(known), [claim(version=version)], frozenset()))
    assert versions_of(known, [claim(version="3.5.8"), claim("bzip2", "1.0.8")]) == {"3.5.8"}


def test_a_crate_told_as_a_library_is_a_false_claim() -> None:
    (found,) = false_claims(truth_of(), [claim("openssl", "0.10.81")], frozenset({("openssl", "0.10.81")}))

    assert "is a crate" in found
