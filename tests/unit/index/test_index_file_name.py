from __future__ import annotations

import pytest

from uplock.index.file_name import FilesOf, normalized, readings


def test_names_are_normalized_as_the_standard_says() -> None:
    assert normalized("Zope._-.Interface") == "zope-interface"


@pytest.mark.parametrize(
    ("filename", "read"),
    [
        ("My_Demo-1.0-py3-none-any.whl", [("My_Demo", "1.0")]),
        ("demo-1.0-1-py3-none-any.whl", [("demo", "1.0")]),
        ("my-demo-1.0.tar.gz", [("my", "demo-1.0"), ("my-demo", "1.0")]),
        ("demo.tar.gz", []),
        ("demo-1.0.exe", []),
        (".demo-1.0.zip", []),
        ("demo-" + "1" * 251 + ".zip", []),
    ],
)
def test_a_file_name_has_the_readings_that_its_dashes_allow(filename: str, read: list[tuple[str, str]]) -> None:
    assert readings(filename) == read


def test_a_file_belongs_to_the_project_whose_name_and_version_it_carries() -> None:
    belongs = FilesOf("my-demo")
    assert belongs("my-demo-1.0.tar.gz")
    assert belongs("my-demo-1.0.tar.gz")
    assert not belongs("my-demo-extra-1.0.tar.gz")
    assert not belongs("my_demo-x-py3-none-any.whl")
