"""The single commands: what they answer, their exit codes, their JSON against its schema."""

import json
import tomllib
from pathlib import Path

import pytest

from support.committed_schema import valid
from support.http_index import HttpIndex
from support.shop import AS_OF, PYPROJECT, native_wheel, project, snapshot, uplock
from uplock.cli.main import COMMANDS

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

Capture = pytest.CaptureFixture[str]

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def shop(http: HttpIndex, tmp_path: Path, capfd: Capture) -> Path:
    """A project that has been run once."""
    folder = project(tmp_path / "shop")
    assert uplock(capfd, "run", folder, "--as-of", AS_OF).code == 0
    return folder


def test_help_lists_every_command_with_examples_and_exit_codes(capfd: Capture) -> None:
    answer = uplock(capfd, "--help")
    assert answer.code == 0
    for word in (*COMMANDS, "Examples:", "Exit codes:"):
        assert word in answer.out


@pytest.mark.parametrize("command", [*COMMANDS, "verify lock", "verify dir", "verify artifact"])
def test_every_command_has_help_with_examples(command: str, capfd: Capture) -> None:
    answer = uplock(capfd, *command.split(), "--help")
    assert answer.code == 0
    assert "Examples:" in answer.out or command == "verify"


def test_every_command_stands_in_the_readme() -> None:
    readme = (REPOSITORY / "README.md").read_text()
    for command in COMMANDS:
        assert f"`uplock {command}" in readme, command


def test_a_misspelt_command_and_option_name_the_right_one(capfd: Capture) -> None:
    assert uplock(capfd, "histroy").code == 2
    answer = uplock(capfd, "histroy")
    assert "Did you mean history?" in answer.err
    answer = uplock(capfd, "run", "--asof", "2026-01-01", "--json")
    assert answer.code == 2
    valid(answer.json, "error")


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "2026-11-22T00:00:00"])
def test_a_day_that_is_none_is_refused(day: str, capfd: Capture) -> None:
    assert uplock(capfd, "check", "--as-of", day).code == 2


def test_lock_alone_writes_locks_and_leaves_them_standing(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    folder = project(tmp_path / "shop")
    answer = uplock(capfd, "lock", folder, "--json")
    assert answer.code == 0
    valid(answer.json, "lock")
    assert answer.json["resolved"]
    files, asked = snapshot(folder), len(http.requests)
    again = uplock(capfd, "lock", folder, "--json").json
    assert not again["resolved"]
    assert snapshot(folder) == files
    assert len(http.requests) == asked
    assert not list(folder.glob("sboms/*"))
    text = uplock(capfd, "lock", folder).out
    assert "locks stand" in text
    assert "py39-linux-x86_64" in text
    valid(json.loads((folder / "locks/lockset.json").read_text()), "lockset")


@pytest.mark.usefixtures("http")
def test_a_run_after_lock_uses_its_locks(tmp_path: Path, capfd: Capture) -> None:
    folder = project(tmp_path / "shop")
    uplock(capfd, "lock", folder)
    locks = {name: data for name, data in snapshot(folder).items() if "lockset" not in name}
    assert uplock(capfd, "run", folder).code == 0
    assert locks.items() <= snapshot(folder).items()


@pytest.mark.usefixtures("http")
def test_lock_says_which_package_has_no_wheel(tmp_path: Path, capfd: Capture) -> None:
    folder = project(tmp_path / "shop", PYPROJECT.replace("3.12.1", "3.14.0"))
    answer = uplock(capfd, "lock", folder)
    assert answer.code == 1
    assert "no file of crypt" in answer.out


def test_run_and_verdicts_fit_their_schemas(shop: Path, capfd: Capture) -> None:
    valid(uplock(capfd, "run", shop, "--as-of", AS_OF, "--json").json, "run")
    for verdict in (shop / "verdicts").iterdir():
        valid(json.loads(verdict.read_text()), "verdict")


def test_check_judges_another_day_without_asking(shop: Path, http: HttpIndex, capfd: Capture) -> None:
    asked = len(http.requests)
    answer = uplock(capfd, "check", shop, "--as-of", "2028-11-01", "--json")
    assert answer.code == 1
    valid(answer.json, "check")
    assert {finding["rule"] for finding in answer.json["targets"][1]["findings"]} >= {"PY001"}
    assert "PY001" not in (shop / "verdicts/py312-linux-x86_64.json").read_text()
    assert uplock(capfd, "check", shop, "--as-of", AS_OF).code == 0
    assert len(http.requests) == asked


def test_the_interpreter_being_left_gates_once_it_is_deployed(shop: Path, capfd: Capture) -> None:
    project(shop, PYPROJECT + 'deploy = ["3.9", "3.12"]\n')
    answer = uplock(capfd, "check", shop, "--as-of", AS_OF)
    assert answer.code == 1
    assert "leaving, gates" in answer.out


def test_check_and_sbom_need_a_generation(tmp_path: Path, capfd: Capture) -> None:
    folder = project(tmp_path / "shop")
    for command in ("check", "sbom"):
        answer = uplock(capfd, command, folder)
        assert answer.code == 3
        assert "uplock run" in answer.err


def test_sbom_writes_the_same_bytes_again(shop: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    before = snapshot(shop)
    (shop / "sboms/py312-linux-x86_64.cdx.json").unlink()
    answer = uplock(capfd, "sbom", shop, "--json")
    assert answer.code == 0
    valid(answer.json, "sbom")
    assert snapshot(shop) == before
    assert "sboms/py39-linux-x86_64.cdx.json" in uplock(capfd, "sbom", shop).out
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    uplock(capfd, "sbom", shop)
    document = json.loads((shop / "sboms/py312-linux-x86_64.cdx.json").read_text())
    assert document["metadata"]["timestamp"].startswith("2023-11-14T22:13:20")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    assert uplock(capfd, "sbom", shop).code == 2


def test_history_is_newest_first_in_text_and_json(shop: Path, capfd: Capture) -> None:
    project(shop, PYPROJECT.replace('"till", "crypt"', '"till"'))
    uplock(capfd, "run", shop)
    entries = uplock(capfd, "history", shop, "--json").json
    valid(entries, "history")
    assert [entry["parent"] for entry in entries] == [entries[1]["id"], None]
    text = uplock(capfd, "history", shop).out
    assert text.index(entries[0]["id"]) < text.index(f"{entries[1]['id']}  ")


def test_an_empty_history_says_what_to_do(tmp_path: Path, capfd: Capture) -> None:
    assert "uplock run" in uplock(capfd, "history", project(tmp_path / "shop")).out


def test_inspect_shows_native_code_and_executes_nothing(tmp_path: Path, capfd: Capture) -> None:
    name, data = native_wheel("2.0", "cp312-cp312-manylinux_2_17_x86_64", openssl="1.1.1w  11 Sep 2023")
    (tmp_path / name).write_bytes(data)
    answer = uplock(capfd, "inspect", tmp_path / name, "--json")
    assert answer.code == 0
    valid(answer.json, "inspect")
    assert [(each["project"], each["version"]) for each in answer.json["libraries"]] == [("openssl", "1.1.1w")]
    text = uplock(capfd, "inspect", tmp_path / name).out
    assert "openssl 1.1.1w, static, by string, confidence high" in text
    assert "needs glibc 2.17" in text


def test_inspect_refuses_what_is_no_wheel(tmp_path: Path, capfd: Capture) -> None:
    assert uplock(capfd, "inspect", tmp_path / "demo-1.0-py3-none-any.whl").code == 3
    (tmp_path / "demo-1.0-py3-none-any.whl").write_bytes(b"no zip")
    answer = uplock(capfd, "inspect", tmp_path / "demo-1.0-py3-none-any.whl", "--json")
    assert answer.code == 3
    valid(answer.json, "error")


def test_init_writes_a_table_once_and_keeps_the_rest(tmp_path: Path, capfd: Capture) -> None:
    text = '[project]\nname = "shop"\nversion = "1"\ndependencies = []\n'
    folder = project(tmp_path / "shop", text)
    answer = uplock(capfd, "init", folder, "--from", "3.9", "--json")
    assert answer.code == 0
    valid(answer.json, "init")
    written = (folder / "pyproject.toml").read_text()
    assert written.startswith(text)
    assert tomllib.loads(written)["tool"]["uplock"]["from"] == "3.9"
    again = uplock(capfd, "init", folder)
    assert "already" in again.out
    assert (folder / "pyproject.toml").read_text() == written


def test_init_writes_its_own_file_where_there_is_no_pyproject(tmp_path: Path, capfd: Capture) -> None:
    assert uplock(capfd, "init", tmp_path).code == 0
    assert tomllib.loads((tmp_path / "uplock.toml").read_text())["platforms"] == ["linux-x86_64"]
    assert "already" in uplock(capfd, "init", tmp_path).out
    assert uplock(capfd, "init", tmp_path / "nowhere").code == 2


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script(shell: str, capfd: Capture) -> None:
    answer = uplock(capfd, "completion", shell)
    assert answer.code == 0
    assert "_UPLOCK_COMPLETE" in answer.out


def test_the_version_is_told(capfd: Capture) -> None:
    from uplock import __version__

    assert uplock(capfd, "--version").out == f"uplock, version {__version__}\n"


def test_colour_and_progress_stay_out_of_pipes(shop: Path, capfd: Capture) -> None:
    answer = uplock(capfd, "run", shop)
    assert "\x1b" not in answer.out + answer.err
    assert "\r" not in answer.err
