"""``uplock lifecycle``: the table as of a day, without a project."""

import json
import os
import pty
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from support.shop import uplock
from uplock.policy.lifecycle import load_lifecycles, table_digest
from uplock.report.schemas import schemas

Capture = pytest.CaptureFixture[str]

DEBIAN = """\
uplock lifecycle · as of 2026-11-23 · 4 lines

debian
  line  name      ends         days  state      extended    python  libc
  10    buster    2022-09-10  -1535  ended      2024-06-30  3.7     glibc 2.28
  11    bullseye  2024-08-14   -831  ended      2026-08-31  3.9     glibc 2.31
  12    bookworm  2026-07-11   -135  ended      2028-06-30  3.11    glibc 2.36
  13    trixie    2028-08-09    625  supported  2030-06-30  3.13    glibc 2.41

note: table sha256 {digest}
"""


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nothing here: no project, no archive."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def states(capfd: Capture, as_of: str, product: str = "cpython") -> dict[str, tuple[str, int]]:
    answer = uplock(capfd, "lifecycle", "--product", product, "--as-of", as_of, "--json")
    return {line["line"]: (line["state"], line["days_left"]) for line in answer.json["lines"]}


def test_text_of_a_day_is_exact_and_nothing_is_written(capfd: Capture, empty_folder: Path) -> None:
    answer = uplock(capfd, "lifecycle", "--product", "debian", "--as-of", "2026-11-23")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == DEBIAN.format(digest=table_digest())
    assert list(empty_folder.iterdir()) == []


def test_without_a_product_every_line_of_every_product_is_shown(capfd: Capture) -> None:
    answer = uplock(capfd, "lifecycle", "--json")
    assert answer.code == 0
    shown = [(line["product"], line["line"]) for line in answer.json["lines"]]
    assert shown == [(row.product, row.line) for row in load_lifecycles()]
    assert answer.json["table"] == table_digest()
    text = uplock(capfd, "lifecycle").out
    for product in {row.product for row in load_lifecycles()}:
        assert f"\n{product}\n" in text


def test_several_products_can_be_asked_for(capfd: Capture) -> None:
    answer = uplock(capfd, "lifecycle", "--product", "rhel", "--product", "cpython", "--json")
    assert {line["product"] for line in answer.json["lines"]} == {"rhel", "cpython"}


def test_an_unknown_product_is_refused_with_the_known_names(capfd: Capture) -> None:
    answer = uplock(capfd, "lifecycle", "--product", "windows", "--json")
    assert answer.code == 2
    message = json.loads(answer.out)["error"]["message"]
    for name in ("windows", "cpython", "openssl", "debian", "ubuntu", "alpine", "rhel", "amazon-linux", "aws-lambda"):
        assert repr(name) in message


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2020-10-04", ("not-released", 1853)),
        ("2020-10-05", ("supported", 1852)),
        ("2025-05-03", ("supported", 181)),
        ("2025-05-04", ("ending", 180)),
        ("2025-10-31", ("ending", 0)),
        ("2025-11-01", ("ended", -1)),
    ],
)
def test_state_follows_from_the_day(capfd: Capture, as_of: str, expected: tuple[str, int]) -> None:
    assert states(capfd, as_of)["3.9"] == expected


def test_stale_begins_half_a_year_after_the_table_was_read(capfd: Capture) -> None:
    def stale(as_of: str) -> set[bool]:
        answer = uplock(capfd, "lifecycle", "--product", "debian", "--as-of", as_of, "--json")
        return {line["stale"] for line in answer.json["lines"]}

    read = {claim.retrieved for row in load_lifecycles() if row.product == "debian" for claim in row.claims[-1:]}
    assert len(read) == 1, "rows of one product are refreshed together; else choose another product here"
    last = read.pop() + timedelta(days=180)
    after = (last + timedelta(days=1)).isoformat()
    assert stale(last.isoformat()) == {False}
    assert stale(after) == {True}
    assert "  stale\n" in uplock(capfd, "lifecycle", "--product", "debian", "--as-of", after).out


def test_all_shows_what_was_believed_before(capfd: Capture) -> None:
    short = uplock(capfd, "lifecycle", "--product", "cpython", "--as-of", "2026-11-23").out
    long = uplock(capfd, "lifecycle", "--product", "cpython", "--as-of", "2026-11-23", "--all").out
    assert "2024-10-31" not in short
    lines = long.splitlines()
    at = next(index for index, line in enumerate(lines) if line.startswith("  3.8 "))
    assert lines[at + 1].startswith("    ends 2024-10-07, fixes until 2021-05-03: github:python/peps ")
    assert lines[at + 2].startswith("    ends 2024-10-31: github:python/devguide ")
    assert lines[at + 2].endswith("(read 2026-11-23)")


def test_managed_runtimes_show_their_blocks(capfd: Capture) -> None:
    answer = uplock(capfd, "lifecycle", "--product", "aws-lambda", "--as-of", "2026-11-23")
    assert "no create   no update" in answer.out
    line: dict[str, Any] = uplock(capfd, "lifecycle", "--product", "aws-lambda", "--json").json["lines"][0]
    assert line["line"] == "python3.8"
    assert set(line["claims"][-1]["blocks"]) == {"deprecated", "create_block", "update_block"}


def test_json_fits_its_schema(capfd: Capture) -> None:
    answer = uplock(capfd, "lifecycle", "--json")
    jsonschema_rs.validator_for(schemas()["lifecycle.schema.json"]).validate(answer.json)


def test_json_is_the_same_every_time(capfd: Capture) -> None:
    first, second = (uplock(capfd, "lifecycle", "--as-of", "2026-11-23", "--json").out for _ in range(2))
    assert first == second


def test_a_terminal_gets_colours_and_the_same_alignment_unless_it_wants_none(capfd: Capture) -> None:
    plain = uplock(capfd, "lifecycle", "--product", "debian", "--as-of", "2026-11-23").out
    coloured = on_terminal("lifecycle", "--product", "debian", "--as-of", "2026-11-23")
    assert "\x1b[31m\x1b[1mended\x1b[0m" in coloured
    assert "\x1b[32m\x1b[1msupported\x1b[0m" in coloured
    for code in ("\x1b[31m", "\x1b[32m", "\x1b[1m", "\x1b[0m"):
        coloured = coloured.replace(code, "")
    assert coloured == plain
    assert on_terminal("lifecycle", "--product", "debian", "--as-of", "2026-11-23", no_color=True) == plain


def on_terminal(*arguments: str, no_color: bool = False) -> str:
    """Return what the command writes to a terminal."""
    ours, theirs = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    environment |= {"TERM": "xterm"} | ({"NO_COLOR": "1"} if no_color else {})
    script = "import sys; from uplock.cli.main import run; sys.exit(run(sys.argv[1:]))"
    with subprocess.Popen([sys.executable, "-c", script, *arguments], stdout=theirs, env=environment) as program:
        os.close(theirs)
        written = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # Linux: the other end is closed
                break
            if not part:
                break
            written += part
        os.close(ours)
        assert program.wait() == 0
    return written.decode().replace("\r\n", "\n")
