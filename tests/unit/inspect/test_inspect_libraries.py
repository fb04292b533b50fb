import re

import pytest

from uplock.inspect.libraries import Anchor, Library, compiled, constant, ports, project_of, table
from uplock.inspect.profile import LIBRARIES_VERSION
from uplock.model.digest import digest_of

TABLE_DIGEST = "43391b35730ebba92f16ab169a1bb7741d88d4e093a3e2b0bf74f1f40d54a938"
ANCHORS = [(library, anchor) for library in table().libraries for anchor in library.anchors]


def test_the_tables_version_is_raised_with_every_change() -> None:
    """If this fails after a change of the table: raise its version, then put both here."""
    assert (table().version, digest_of(table())) == (1, TABLE_DIGEST)
    assert f".{table().version}." in LIBRARIES_VERSION


def test_no_shared_library_belongs_to_two_projects() -> None:
    names = [name for library in table().libraries for name in library.names]
    assert len(names) == len(set(names))
    assert len(names) > 100


@pytest.mark.parametrize(("library", "anchor"), ANCHORS, ids=[library.name for library, _ in ANCHORS])
def test_every_anchor_is_well_formed(library: Library, anchor: Anchor) -> None:
    assert anchor.text or anchor.own, f"{library.name}: nothing to search for"
    assert bool(anchor.version) != bool(anchor.lone)
    if anchor.version:
        assert compiled(anchor.version).groups <= 1
    else:
        assert constant(anchor.lone).groups == 1


def test_every_file_pattern_has_one_group() -> None:
    assert {re.compile(library.file).groups for library in table().libraries if library.file} == {1}


def test_every_fork_is_in_the_table() -> None:
    known = {library.name for library in table().libraries}
    assert {fork for library in table().libraries for fork in library.forks} <= known


def test_ports_map_to_projects() -> None:
    assert ports()["tiff"] == "libtiff"


@pytest.mark.parametrize(
    ("stem", "project"),
    [
        ("libssl", "openssl"),
        ("libscipy_openblas64_", "openblas"),
        ("libopenblasp-r0.3.15", "openblas"),
        ("libngtcp2_crypto_ossl", "ngtcp2"),
        ("libssl_of_my_own", None),
        ("", None),
    ],
)
def test_projects_are_found_by_the_name_of_their_library(stem: str, project: str | None) -> None:
    found = project_of(stem)
    assert (found.name if found else None) == project
