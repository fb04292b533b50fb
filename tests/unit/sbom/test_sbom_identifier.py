from __future__ import annotations

import pytest
from packageurl import PackageURL

from uplock.sbom.identifier import purl, relative, within


@pytest.mark.parametrize("name", ["demo", "a.b", "ä b", "a@b", "a?b#c", "100%", "a\\b", "a:b"])
@pytest.mark.parametrize("version", [None, "1.0", "1!2.0+local.1", "1 2", "ü", "a@b"])
@pytest.mark.parametrize("file_name", [None, "demo-1.0+x-py3-none-any.whl", "a&b=c.whl"])
def test_a_package_url_is_spelled_as_its_own_library_spells_it(
    name: str, version: str | None, file_name: str | None
) -> None:
    qualifiers = {"file_name": file_name} if file_name else None
    assert (
        purl("generic", name, version, file_name) == PackageURL("generic", None, name, version, qualifiers).to_string()
    )


def test_what_is_within_has_the_reference_of_its_container() -> None:
    assert within("pkg:pypi/demo@1", "openssl", "3.5.8") == "pkg:pypi/demo@1#openssl@3.5.8"
    assert within("pkg:pypi/demo@1", "a@b", None) == "pkg:pypi/demo@1#a%40b"


def test_a_relative_reference_is_no_url_of_a_scheme() -> None:
    assert relative("file:x y.whl") == "file%3Ax%20y.whl"
