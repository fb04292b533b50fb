"""Metadata as resolvers are shown them: what decides, in canonical form, and nothing else."""

from __future__ import annotations

import pytest

from support.wheels import metadata
from uplock.errors import InputError
from uplock.inspect.metadata import parse_metadata
from uplock.lockfile.overrides import NO_VERSION, Overrides
from uplock.workflow.shown import UNUSABLE, shown_metadata, unusable_metadata

NAME = "demo-1.0-py3-none-any.whl"
NOTHING = Overrides((), ())

METADATA = b"""\
Metadata-Version: 2.4
Name: Demo
Version: 1.0.0
requires-python: >=3.8, <4
Requires-Dist: Coin >=2, <3
Requires-Dist: Ink[Red] (<3) ; python_version >= "3.8"
Provides-Extra: Red_Ink
Requires-Dist: paper; extra == 'red_ink'
Summary: whatever
Author: Jane

Requires-Dist: evil
a description
"""


def needs(raw: bytes, filename: str = NAME) -> tuple[str, ...]:
    return parse_metadata(raw, filename).requires_dist


def test_what_decides_is_written_in_canonical_form_and_the_rest_is_left_out() -> None:
    assert shown_metadata(METADATA, NAME, NOTHING).decode().splitlines() == [
        "Metadata-Version: 2.1",
        "Name: demo",
        "Version: 1.0",
        "Requires-Python: <4,>=3.8",
        "Provides-Extra: red-ink",
        "Requires-Dist: coin<3,>=2",
        'Requires-Dist: ink[red]<3 ; python_version >= "3.8"',
        'Requires-Dist: paper ; extra == "red-ink"',
    ]


def test_a_description_is_never_read_as_fields() -> None:
    assert b"evil" not in shown_metadata(METADATA, NAME, NOTHING)
    assert b"evil" not in shown_metadata(METADATA.replace(b"\n", b"\r\n"), NAME, NOTHING)


def test_overrides_and_exclusions_are_applied() -> None:
    shown = shown_metadata(METADATA, NAME, Overrides(("coin<2",), ("paper",)))
    assert needs(shown) == ("coin<2", 'ink[red]<3 ; python_version >= "3.8"')


def test_several_overrides_of_a_name_become_several_requirements() -> None:
    by = Overrides(('coin==1 ; os_name == "nt"', 'coin==2 ; os_name != "nt"'), ())
    assert needs(shown_metadata(METADATA, NAME, by))[:2] == ('coin==1 ; os_name == "nt"', 'coin==2 ; os_name != "nt"')


def test_a_reference_becomes_a_requirement_that_nothing_satisfies() -> None:
    raw = metadata("demo", "1.0", ["coin @ https://index.example/coin.whl ; os_name == 'posix'"])
    assert needs(shown_metadata(raw, NAME, NOTHING)) == (f'coin{NO_VERSION} ; os_name == "posix"',)


def test_an_unreadable_requires_python_is_left_out_as_pip_ignores_it() -> None:
    raw = metadata("demo", "1.0", requires_python=">=3.*")
    assert b"Requires-Python" not in shown_metadata(raw, NAME, NOTHING)


@pytest.mark.parametrize(
    "raw",
    [
        metadata("other", "1.0"),
        metadata("demo", "2.0"),
        b"",
        b"Name: demo\nVersion: 1.0\n\n",
        metadata("demo", "1.0", ["coin !!"]),
        metadata("demo", "1.0", ["coin ; " + "(" * 60 + "os_name == 'x'" + ")" * 60]),
        metadata("demo", "1.0", extra={"Version": "2.0"}),
        metadata("demo", "1.0", ["coin ;\n os_name == 'x'"]),
    ],
    ids=["another project", "another version", "empty", "no version", "no requirement", "deep", "twice", "folded"],
)
def test_what_installers_refuse_is_refused(raw: bytes) -> None:
    with pytest.raises(InputError):
        shown_metadata(raw, NAME, NOTHING)


def test_what_is_shown_is_shown_again_as_it_is() -> None:
    shown = shown_metadata(METADATA, NAME, Overrides(("ink==2",), ()))
    assert shown_metadata(shown, NAME, NOTHING) == shown


def test_unusable_metadata_ask_for_what_no_index_has() -> None:
    raw = unusable_metadata("Demo_App-1!2.0-py3-none-any.whl")
    assert needs(raw, "Demo_App-1!2.0-py3-none-any.whl") == (f"{UNUSABLE}{NO_VERSION}",)
