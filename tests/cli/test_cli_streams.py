"""What reaches which stream, on a terminal and off it."""

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from support.http_index import HttpIndex
from support.shop import estate, project, uplock
from uplock.cli.main import COMMANDS, LazyGroup, cli
from uplock.cli.output import ProgressLine, show
from uplock.errors import Error, located
from uplock.ports import Event

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with HttpIndex(estate()) as served:
        monkeypatch.setenv("UPLOCK_INDEX_URL", served.url)
        yield project(tmp_path / "shop")


def on_terminal(*arguments: str | Path, **environment: str) -> tuple[int, bytes]:
    """Run uplock with both streams on a pseudo-terminal; return its code and everything it showed."""
    leader, follower = pty.openpty()
    run = subprocess.Popen(
        [sys.executable, "-m", "uplock", *map(str, arguments)],
        stdout=follower,
        stderr=follower,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100", **environment},
    )
    os.close(follower)
    shown = b""
    while True:
        try:
            chunk = os.read(leader, 65536)
        except OSError:
            break
        if not chunk:
            break
        shown += chunk
    os.close(leader)
    return run.wait(timeout=60), shown


def test_a_terminal_sees_progress_and_colour(shop: Path) -> None:
    code, shown = on_terminal("run", shop)
    assert code == 0
    assert b"\rlock" in shown
    assert b"\x1b[" in shown


def test_no_color_and_quiet_are_respected(shop: Path) -> None:
    code, shown = on_terminal("run", shop, "--quiet", NO_COLOR="1")
    assert code == 0
    assert b"\x1b[" not in shown
    assert b"\rlock" not in shown


def test_an_error_on_a_terminal_is_painted(tmp_path: Path) -> None:
    code, shown = on_terminal("run", tmp_path / "nowhere")
    assert code == 2
    assert b"\x1b[" in shown


def test_a_reader_that_goes_away_ends_the_command_quietly(shop: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    run = subprocess.run(
        [sys.executable, "-m", "uplock", "lock", str(shop), "--json"],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
        check=False,
    )
    os.close(writer)
    assert run.returncode == 141
    assert run.stderr == ""


def test_a_progress_line_is_rewritten_and_removed(capfd: Capture) -> None:
    line = ProgressLine()
    line(Event(stage="gather", message="a long message", done=1, total=3))
    line(Event(stage="gather", message="short"))
    line.clear()
    shown = capfd.readouterr().err
    assert "gather 1/3: a long message" in shown
    assert shown.endswith("\r")


def test_a_defect_of_our_own_is_told_without_a_traceback_unless_wanted(
    capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert show(ValueError("surprise"), as_json=False) == 3
    assert "a defect in uplock: ValueError: surprise" in capfd.readouterr().err
    monkeypatch.setenv("UPLOCK_TRACEBACK", "1")
    show(ValueError("surprise"), as_json=False)
    assert "ValueError: surprise\n" in capfd.readouterr().err


def test_what_this_user_may_not_look_into_is_no_defect(capfd: Capture) -> None:
    assert show(PermissionError(13, "Permission denied", "locks/lockset.json"), as_json=False) == 3
    told = capfd.readouterr().err
    assert "locks/lockset.json: permission denied" in told
    assert "Check who may read and write it." in told
    assert show(PermissionError("of nothing"), as_json=False) == 3
    assert "a defect in uplock: PermissionError" in capfd.readouterr().err


def test_an_interrupt_is_told_and_has_its_code(capfd: Capture) -> None:
    assert show(KeyboardInterrupt(), as_json=True) == 130
    assert show(click.Abort(), as_json=True) == 130
    assert "Interrupted" in capfd.readouterr().err


def test_contexts_join_into_one_place() -> None:
    with pytest.raises(Error) as raised, located("a.toml"), located("packages"), located("[3]"):
        raise Error("is wrong")
    assert str(raised.value) == "a.toml: packages[3]: is wrong"


def test_the_group_knows_its_commands_and_no_others() -> None:
    context = click.Context(cli)
    assert isinstance(cli, LazyGroup)
    assert cli.list_commands(context) == list(COMMANDS)
    assert cli.get_command(context, "nothing") is None
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        assert command.name == name


def test_the_module_runs_as_a_program() -> None:
    run = subprocess.run([sys.executable, "-m", "uplock", "--version"], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")


def test_a_usage_error_without_context_names_the_program(capfd: Capture) -> None:
    assert show(click.UsageError("no"), as_json=False) == 2
    assert "uplock --help" in capfd.readouterr().err
    assert uplock(capfd).code in {0, 2}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
@pytest.mark.parametrize(("arguments", "code"), [(("run", "nowhere"), 2), (("inspect", "none.whl"), 3)])
def test_an_error_that_cannot_be_printed_keeps_its_exit_code(
    arguments: tuple[str, ...], code: int, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "uplock", *arguments, "--json"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, cwd=tmp_path, check=False)
    assert done.returncode == code
    assert b"Traceback" not in done.stderr


def test_progress_shows_no_escapes_of_others(capfd: Capture) -> None:
    ProgressLine()(Event(stage="verify", message="evil\x1b]0;owned\x07.whl"))
    assert "\x1b" not in capfd.readouterr().err
