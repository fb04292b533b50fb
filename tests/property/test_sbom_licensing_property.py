"""Whatever authors write: nothing is invented, nothing of theirs is lost, and what is SPDX stays it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from support.sboms import with_metadata
from uplock.sbom.clean import Cleaner
from uplock.sbom.license_table import license_table, words
from uplock.sbom.licensing import declared_licenses, licenses_of, spdx_of
from uplock.sbom.parts import NamedLicense, SpdxExpression, SpdxId

ROWS = license_table().licenses
SPELLED = [name for row in ROWS for name in row.names]
CLASSIFIERS = [license_table().prefix + name for row in ROWS for name in row.classifiers]
TEXTS = st.one_of(
    st.none(),
    st.text(max_size=200),
    st.sampled_from(SPELLED),
    st.lists(
        st.sampled_from(["MIT", "GPL", "OR", "AND", "WITH", "(", ")", "/", "+", "LicenseRef-a", "ISC"]), max_size=9
    ).map(" ".join),
)


@given(TEXTS, TEXTS, st.lists(st.sampled_from([*CLASSIFIERS, "License :: X :: Y"]), max_size=3))
def test_declared_comes_first_and_concluded_is_spdx(
    expression: str | None, text: str | None, classifiers: list[str]
) -> None:
    metadata = with_metadata(license_expression=expression, license=text, classifiers=tuple(classifiers)).metadata
    found = licenses_of(metadata, Cleaner())
    acknowledged = [each.acknowledgement for each in found]
    assert acknowledged == sorted(acknowledged, reverse=True)
    assert acknowledged.count("declared") <= 1
    assert acknowledged.count("concluded") <= 1
    for each in found:
        match each:
            case SpdxId(id=spdx) | SpdxExpression(expression=spdx):
                assert spdx_of(spdx) == spdx
            case NamedLicense():
                assert each.acknowledgement == "declared"


@given(st.sampled_from(SPELLED), st.sampled_from([" ", "  ", " \n\t", "-"]), st.booleans())
def test_case_space_and_punctuation_change_no_meaning(name: str, space: str, upper: bool) -> None:
    changed = (name.upper() if upper else name.lower()).replace(" ", space)
    if spdx_of(name) is None and spdx_of(changed) is None:
        concluded = [licenses_of(with_metadata(license=each).metadata, Cleaner())[1:] for each in (name, changed)]
        assert concluded[0] == concluded[1]
    assert words(changed) == words(name)


@given(st.lists(TEXTS.filter(lambda text: text is not None), max_size=5))
def test_what_documents_declare_is_bounded_and_settled(texts: list[str]) -> None:
    found = declared_licenses(texts, Cleaner())
    assert len(found) == len(set(found))
    again = [
        each.id if isinstance(each, SpdxId) else each.expression for each in found if not isinstance(each, NamedLicense)
    ]
    assert {spdx_of(each) for each in again} == set(again)
