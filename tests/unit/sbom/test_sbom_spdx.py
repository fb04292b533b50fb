from __future__ import annotations

import pytest

from support.sboms import with_metadata
from uplock.sbom.clean import Cleaner
from uplock.sbom.licensing import licenses_of
from uplock.sbom.parts import NamedLicense
from uplock.sbom.spdx import is_spdx_expression, is_spdx_id


@pytest.mark.parametrize("text", ["", " ", "()", "OR", "MIT OR", "MIT WITH", "(MIT", "GPL", "MIT MIT"])
def test_what_names_no_license_of_the_list_is_no_expression(text: str) -> None:
    assert not is_spdx_expression(text)
    assert not is_spdx_id(text)


@pytest.mark.parametrize("text", ["MIT OR Zlib", "GPL-2.0-only WITH Classpath-exception-2.0", "(MIT AND Zlib) OR 0BSD"])
def test_licenses_of_the_list_make_an_expression(text: str) -> None:
    assert is_spdx_expression(text)


def test_an_expression_of_control_characters_alone_is_no_empty_expression() -> None:
    found = licenses_of(with_metadata(license_expression="\x1f").metadata, Cleaner())
    assert found == (NamedLicense(name="\N{REPLACEMENT CHARACTER}"),)
