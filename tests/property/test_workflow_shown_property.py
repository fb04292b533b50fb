"""Metadata as they are shown, and requirements as they are replaced: whatever came in, the form stays."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from support.strategies import damaged
from support.wheels import metadata
from uplock.errors import InputError
from uplock.inspect.metadata import parse_metadata
from uplock.lockfile.overrides import Overrides
from uplock.lockfile.requirement import canonical
from uplock.workflow.shown import shown_metadata

NAME = "demo-1.0-py3-none-any.whl"
NAMES = ["coin", "Coin", "ink_pot", "Ink.Pot", "paper"]
MARKERS = [
    "",
    " ; python_version < '3.10'",
    " ; extra == 'red' or os_name == 'nt'",
    ' ; (sys_platform != "win32")',
    " ; platform_machine in 'x86_64 arm64' and implementation_name == 'cpython'",
]

asked = st.builds(
    lambda name, extras, specifier, marker: f"{name}{extras}{specifier}{marker}",
    st.sampled_from(NAMES),
    st.sampled_from(["", "[red]", "[Blue,a_X]"]),
    st.sampled_from(["", ">=1", " (<3,>=2)", "==1.*", "~=1.4", "===weird", "!=1!2.0rc1"]),
    st.sampled_from(MARKERS),
)
replacing = st.lists(
    st.builds(
        lambda name, rest, marker: f"{name}{rest}{marker}",
        st.sampled_from(["coin", "ink-pot"]),
        st.sampled_from(["", "==9", "<2,>1", "[green]==3"]),
        st.sampled_from(["", ' ; python_version >= "3.9"']),
    ),
    max_size=3,
)
excluded = st.sets(st.sampled_from(["paper", "ink-pot"]), max_size=2)


@given(asked)
def test_the_canonical_form_of_a_requirement_is_a_fixed_point_and_means_the_same(line: str) -> None:
    defects: list[str] = []
    found = canonical(line, "x", defects)
    if found is None:  # a marker on an extra never holds in a project's own list
        assert len(defects) == 1
        return
    assert canonical(found, "x", []) == found
    one, other = Requirement(line), Requirement(found)
    assert canonicalize_name(one.name) == other.name
    assert one.specifier == other.specifier
    assert {canonicalize_name(extra) for extra in one.extras} == other.extras
    assert str(one.marker) == str(other.marker)


@given(asked, replacing, excluded)
def test_what_stands_in_the_place_of_a_requirement_is_final(line: str, overrides: list[str], gone: set[str]) -> None:
    by = Overrides(overrides, gone)
    requirement = Requirement(line)
    name = canonicalize_name(requirement.name)
    found = by.applied(line)
    if name in gone:
        assert found == ()
        return
    lines = [Requirement(each) for each in overrides if Requirement(each).name == name]
    if not lines:
        assert found == (line,)
        return
    assert len(found) == len(lines)
    for text, override in zip(found, lines, strict=True):
        made = Requirement(text)
        assert (made.name, made.specifier) == (name, override.specifier)
        assert made.extras == {canonicalize_name(extra) for extra in requirement.extras | override.extras}
        assert by.applied(text)[lines.index(override)].partition(" ;")[0] == text.partition(" ;")[0]
        environment = {"python_version": "3.12", "os_name": "nt", "sys_platform": "linux", "extra": "red"}
        held = [each.marker is None or each.marker.evaluate(environment) for each in (requirement, override)]
        assert (made.marker is None or made.marker.evaluate(environment)) is all(held)


@given(st.lists(asked, max_size=6), replacing, excluded)
def test_metadata_show_what_stands_in_the_place_of_each_requirement_in_order(
    lines: list[str], overrides: list[str], gone: set[str]
) -> None:
    by = Overrides(overrides, gone)
    shown = shown_metadata(metadata("demo", "1.0", lines), NAME, by)
    expected = [Requirement(each) for line in lines for each in by.applied(line)]
    found = [Requirement(each) for each in parse_metadata(shown, NAME).requires_dist]
    assert [(canonicalize_name(each.name), each.specifier) for each in expected] == [
        (each.name, each.specifier) for each in found
    ]
    assert shown_metadata(shown, NAME, Overrides((), ())) == shown


@given(st.data(), st.lists(asked, max_size=4))
def test_damaged_metadata_are_refused_or_shown_as_whole_lines(data: st.DataObject, lines: list[str]) -> None:
    raw = data.draw(damaged(metadata("demo", "1.0", lines, extra={"Summary": "x"})))
    try:
        shown = shown_metadata(raw, NAME, Overrides((), ()))
    except InputError:
        return
    assert shown_metadata(shown, NAME, Overrides((), ())) == shown
    fields = ("Metadata-Version: ", "Name: ", "Version: ", "Requires-Python: ", "Provides-Extra: ", "Requires-Dist: ")
    assert all(line.startswith(fields) for line in shown.decode().splitlines())
