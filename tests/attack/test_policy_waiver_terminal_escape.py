"""A waiver file, its name or its text repaints the report that lists it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from support.shop import project, uplock
from support.waivers import defects, judge_files, make_text
from uplock.lockfile.waivers import read_waiver
from uplock.model.policy import Policy
from uplock.policy.waivers.misuse import misuse_findings

HOSTILE = ("\x1b[2K\x1b[1Apass", "\u202e", "\x9b2J", "\u2028", "\x07", "\u200b")


def steers(text: str) -> bool:
    """Whether a text has a character, beside line ends, that could steer a terminal or hide others."""
    return any(not each.isprintable() for each in text.replace("\n", ""))


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("key", ["reason", "ticket", "requested_by", "service", "id", "rule", "likelihood"])
def test_no_field_takes_what_steers_a_terminal(key: str, hostile: str) -> None:
    escaped = "".join(f"\\U{ord(each):08x}" for each in hostile)
    found = defects({key: f'"The driver {escaped} is certified for this interpreter only"'})
    assert found
    assert not any(map(steers, found))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_key_that_steers_a_terminal_is_shown_and_not_executed(hostile: str) -> None:
    escaped = "".join(f"\\U{ord(each):08x}" for each in hostile)
    file = read_waiver("waivers/x.toml", make_text(tail=f'"{escaped}" = 1\n'))
    assert file.defects
    for finding in misuse_findings(judge_files(file), (), Policy()):
        assert not steers(finding.message + finding.subject + finding.place + finding.remedy)


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_the_list_of_waivers_is_safe_to_show(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    shop = project(tmp_path / "shop")
    (shop / "waivers").mkdir()
    for place, name in enumerate((b"\x1b[2J.toml", b"\xff\xfe.toml", "\u202elmot.toml".encode(), b"a\nb.toml")):
        text = make_text(tail=f'"\\u001b[2J\\u202e{place}" = 1\n')
        Path(os.fsdecode(os.fsencode(shop / "waivers") + b"/" + name)).write_bytes(text)
    answer = uplock(capfd, "waivers", shop, "--as-of", "2026-11-23", *options)
    assert answer.code == 0
    assert not steers(answer.out + answer.err)
