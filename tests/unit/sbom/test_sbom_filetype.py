from __future__ import annotations

import pytest

from uplock.sbom.filetype import bsi_properties

ARCHIVE = ("non-executable", "archive", "structured")
CODE = ("executable", "no archive", "unstructured")


@pytest.mark.parametrize(
    ("path", "name", "kind"),
    [
        ("demo-1.0-py3-none-any.whl", "demo-1.0-py3-none-any.whl", ARCHIVE),
        ("demo-1.0.tar.gz", "demo-1.0.tar.gz", ARCHIVE),
        ("demo-1.0.ZIP", "demo-1.0.ZIP", ARCHIVE),
        ("demo.libs/libz-1a2b.so.1", "libz-1a2b.so.1", CODE),
        ("C:\\build\\zlib.dll", "zlib.dll", CODE),
        ("demo/", "unnamed", CODE),
    ],
)
def test_a_file_is_told_by_its_name_as_the_bsi_asks(path: str, name: str, kind: tuple[str, str, str]) -> None:
    found = {each.name.removeprefix("bsi:component:"): each.value for each in bsi_properties(path)}
    assert found == dict(zip(("filename", "executable", "archive", "structured"), (name, *kind), strict=True))
