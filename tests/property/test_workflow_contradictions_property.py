"""Requirements that are passed over without parsing are those that hold with an extra only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from support.subjects import make_target
from uplock.workflow.contradictions import _only_for_an_extra

ENVIRONMENT = {**make_target("3.12.1").marker_environment(), "extra": ""}

names = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,6}[A-Za-z0-9])?", fullmatch=True)
atoms = st.one_of(
    st.builds('extra == "{}"'.format, names),
    st.builds("'{}' == extra".format, names),
    st.builds('extra != "{}"'.format, names),
    st.just('extra == ""'),
    st.sampled_from(
        [
            'python_version < "3.13"',
            "sys_platform == 'linux'",
            'os_name == "a and extra == b"',
            "platform_version == ' or extra == \"x\"'",
            'implementation_name not in "pypy"',
        ]
    ),
)
markers = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds("{} and {}".format, inner, inner),
        st.builds("{} or {}".format, inner, inner),
        st.builds("({})".format, inner),
    ),
    max_leaves=6,
)
lines = st.builds("{}{}; {}".format, names, st.sampled_from(["", ">=1", "[fast] <3,>1", " (>=2)"]), markers)


@given(line=lines)
def test_what_is_passed_over_never_holds_without_an_extra(line: str) -> None:
    name = _only_for_an_extra(line)
    if name is None:
        return
    requirement = Requirement(line)
    assert name == canonicalize_name(requirement.name)
    assert requirement.marker is not None
    assert not requirement.marker.evaluate(ENVIRONMENT)


@given(text=st.text(alphabet="ab-.;@()\"'=<> extraandor_python,", max_size=60))
def test_of_any_text_only_requirements_are_passed_over(text: str) -> None:
    if _only_for_an_extra(text) is not None:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            return  # it names what it mentions, and nothing that cannot be read is asked for
        assert requirement.marker is not None
        assert not requirement.marker.evaluate(ENVIRONMENT)


@pytest.mark.parametrize(
    "line",
    [
        'pytest>=7; extra == "test"',
        "pytest >= 7 ; (python_version < '3.8') and extra == 'test'",
        'trio (>=0.22) ; extra == "all" and python_version >= "3.9"',
    ],
)
def test_what_build_tools_write_is_recognized(line: str) -> None:
    assert _only_for_an_extra(line) == canonicalize_name(Requirement(line).name)


@pytest.mark.parametrize(
    "line", ["pytest", 'a; extra == ""', 'a; extra == "b" or python_version > "3"', 'a @ file:///x ; extra == "b"']
)
def test_everything_else_is_parsed(line: str) -> None:
    assert _only_for_an_extra(line) is None
