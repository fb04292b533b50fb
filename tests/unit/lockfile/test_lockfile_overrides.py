"""Overrides and exclusions in the place of requirements; references of packages, never followed."""

from __future__ import annotations

import pytest

from uplock.lockfile.overrides import NO_VERSION, Overrides


def test_without_anything_to_apply_every_line_stays() -> None:
    none = Overrides((), ())
    assert not none
    assert none.applied("anything at all") == ("anything at all",)


def test_an_override_replaces_the_specifier_and_keeps_the_extras_that_were_asked_for() -> None:
    by = Overrides(("ink[blue]==3.0",), ())
    assert by
    assert by.applied("Ink[red]<3") == ("ink[blue,red]==3.0",)
    assert by.applied("ink") == ("ink[blue]==3.0",)
    assert by.applied("paper") == ("paper",)


def test_an_override_holds_where_the_requirement_held_and_its_own_marker_narrows_that() -> None:
    by = Overrides(('coin==1 ; python_version < "3.10"', 'coin==2 ; python_version >= "3.10"'), ())
    assert by.applied('coin>5 ; sys_platform == "linux" or extra == "x"') == (
        'coin==1 ; (sys_platform == "linux" or extra == "x") and python_version < "3.10"',
        'coin==2 ; (sys_platform == "linux" or extra == "x") and python_version >= "3.10"',
    )
    assert by.applied("coin") == ('coin==1 ; python_version < "3.10"', 'coin==2 ; python_version >= "3.10"')


def test_an_exclusion_leaves_a_requirement_out_whatever_its_form() -> None:
    by = Overrides((), ("coin-counter",))
    for line in ("Coin.Counter", "coin_counter>=1", "coin-counter[x] ; os_name == 'nt'", "coin-counter @ https://x/y"):
        assert by.applied(line) == ()


def test_a_line_that_cannot_be_read_stays_as_it_is() -> None:
    assert Overrides(("coin==1",), ("ink",)).applied("coin !! ink") == ("coin !! ink",)


@pytest.mark.parametrize("line", ["coin @ https://index.example/coin.whl", "coin @ git+https://index.example/coin"])
def test_a_reference_in_metadata_becomes_a_requirement_that_nothing_satisfies(line: str) -> None:
    by = Overrides((), ())
    assert by.applied(line) == (f"coin{NO_VERSION}",)
    assert by.applied(f"{line} ; os_name == 'posix'") == (f'coin{NO_VERSION} ; os_name == "posix"',)


def test_a_reference_to_what_the_project_itself_names_by_url_is_a_plain_requirement() -> None:
    by = Overrides((), (), ("coin",))
    assert by.applied("Coin[x] @ https://elsewhere.example/coin.whl") == ("coin[x]",)
    assert by.applied("ink @ https://elsewhere.example/ink.whl") == (f"ink{NO_VERSION}",)


def test_an_override_wins_over_a_reference() -> None:
    assert Overrides(("coin==1",), ()).applied("coin @ https://index.example/coin.whl") == ("coin==1",)


def test_no_version_satisfies_what_stands_for_a_reference() -> None:
    from packaging.specifiers import SpecifierSet

    specifier = SpecifierSet(NO_VERSION)
    for version in ("0.dev0", "0", "0a1.dev0", "1!0", "99", "0.dev0+local", "0.0.dev0"):
        assert not specifier.contains(version, prereleases=True)
