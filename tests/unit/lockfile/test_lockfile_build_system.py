"""``[build-system]`` of sdists: the standard's defaults, and every defect with its place."""

from __future__ import annotations

import pytest

from uplock.errors import InputError
from uplock.lockfile.build_system import DEFAULT, MAX_REQUIRES, parse_build_system
from uplock.model.built import BuildSystem


@pytest.mark.parametrize("raw", [None, b"", b'[project]\nname = "demo"\n'])
def test_what_says_nothing_is_built_with_setuptools(raw: bytes | None) -> None:
    assert parse_build_system(raw) == DEFAULT
    assert DEFAULT.backend == "setuptools.build_meta:__legacy__"


def test_requirements_alone_have_the_default_backend() -> None:
    found = parse_build_system(b'[build-system]\nrequires = ["Setup.Tools[toml]>=40", "wheel"]\n')
    assert found == BuildSystem(requires=("setup-tools[toml]>=40", "wheel"), backend=DEFAULT.backend)


def test_a_backend_in_the_tree() -> None:
    found = parse_build_system(
        b'[build-system]\nrequires = []\nbuild-backend = "a.b:c.d"\nbackend-path = ["back", "."]\n'
    )
    assert found == BuildSystem(requires=(), backend="a.b:c.d", backend_path=("back", "."))


@pytest.mark.parametrize(
    ("table", "defect"),
    [
        ("", "build-system.requires: is missing (PEP 518)"),
        ('requires = "x"', "build-system.requires: must be an array of requirements"),
        ("requires = [1]", "build-system.requires[0]: must be a string"),
        ('requires = ["x @ git+https://index.example/x"]', "which no hash can pin"),
        ('requires = ["x @ https://index.example/x.tar.gz"]', "without its hash"),
        (f"requires = {['x'] * (MAX_REQUIRES + 1)}", f"at most {MAX_REQUIRES} requirements"),
        ("requires = []\nbuild-backend = 1", "build-system.build-backend: must be the name of an object"),
        ('requires = []\nbuild-backend = "os;x"', "build-system.build-backend: must be the name of an object"),
        ('requires = []\nbuild-backend = "x"\nbackend-path = ["../up"]', "backend-path[0]: leads out"),
        ('requires = []\nbuild-backend = "x"\nbackend-path = ["/up"]', "backend-path[0]: leads out"),
        ('requires = []\nbuild-backend = "x"\nbackend-path = ["a\\\\b"]', "backend-path[0]: leads out"),
        ('requires = []\nbackend-path = ["."]', "build-system.backend-path: stands without build-backend"),
    ],
)
def test_defects_are_named(table: str, defect: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_build_system(f"[build-system]\n{table}\n".encode())
    assert defect in str(caught.value)
    assert caught.value.context == "pyproject.toml"
    assert caught.value.remedy


@pytest.mark.parametrize("raw", [b"[", b"\xff", b"build-system = 1\n"])
def test_what_is_no_table_is_refused(raw: bytes) -> None:
    with pytest.raises(InputError):
        parse_build_system(raw)
