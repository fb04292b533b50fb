"""pip-tools as a resolver: where it runs, what it is shown, and what its failures are called."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from support.index_simulator import IndexSimulator
from support.own_interpreter import own_target, pip_tools_here, unfetchable
from support.wheels import build_wheel
from uplock.errors import ResolutionError, ToolError, UnaskableError
from uplock.host.interpreters import probe
from uplock.index.serve import serve
from uplock.model.target import Interpreter, Target
from uplock.model.value import changed
from uplock.ports import Question
from uplock.resolve.environments import environment_name
from uplock.resolve.pip_tools import PipToolsResolver
from uplock.resolve.toolset import tool_set, version_of
from uplock.resolve.uv import find_uv

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

OWN = own_target()

SPY = """#!{python}
import json, os, subprocess, sys
arguments = sys.argv[1:]
if "-c" in arguments and "piptools" in arguments[-1]:
    print({versions!r})
    sys.exit()
if "-c" in arguments:
    done = subprocess.run([{python!r}, *arguments], capture_output=True, text=True)
    print(done.stdout.replace({python!r}, __file__))
    sys.exit(done.returncode)
with open({note!r}, "a") as note:
    json.dump([arguments, dict(os.environ), sorted(os.listdir("."))], note)
    note.write("\\n")
{body}
"""


@pytest.fixture
def resolver(tmp_path: Path) -> Iterator[PipToolsResolver]:
    with closing(pip_tools_here(tmp_path)) as made:
        yield made


def shop() -> IndexSimulator:
    index = IndexSimulator()
    index.publish(*build_wheel("shop", "1", requires_dist=("till",)))
    index.publish(*build_wheel("till", "1"))
    return index


def test_a_patch_version_that_is_not_here_cannot_be_asked(resolver: PipToolsResolver) -> None:
    minor = OWN.interpreter.minor
    target = changed(OWN, interpreter=Interpreter(version=f"{minor}.99"))
    index = shop()
    with serve(index) as served, pytest.raises(UnaskableError) as raised:
        resolver.resolve(Question(requirements=("shop",), target=target), served)
    assert raised.value.message.startswith("pip-tools cannot be asked here: ")
    assert raised.value.message.endswith(f"{OWN.interpreter.version} found, {minor}.99 locked")
    assert not index.calls


def test_its_version_is_the_pinned_one_and_for_a_target_the_one_that_is_run(resolver: PipToolsResolver) -> None:
    from importlib.metadata import version

    assert resolver.version == "pip-tools 7.6.2"
    assert resolver.version_for(OWN) == f"pip-tools {version('pip-tools')}"


def test_closing_twice_is_harmless(tmp_path: Path) -> None:
    resolver = pip_tools_here(tmp_path)
    resolver.close()
    resolver.close()


def test_nothing_is_left_on_disk_and_nothing_was_fetched(resolver: PipToolsResolver, tmp_path: Path) -> None:
    index = shop()
    with serve(index) as served:
        resolver.resolve(Question(requirements=("shop",), target=OWN), served)
    assert {call.split()[0] for call in index.calls} == {"page", "metadata"}
    assert list(tmp_path.iterdir()) == []


def test_only_one_round_is_needed_where_nothing_was_dropped(tmp_path: Path) -> None:
    lines = ("  Downloading a-1-py3-none-any.whl.metadata (9 kB)", "  Downloading b-2-py3-none-any.whl.metadata") * 2
    spy = Spy(tmp_path, f"print({chr(10).join(lines)!r}); open('answer.txt', 'w').write('a==1\\nb==2\\n')")
    with serve(shop()) as served, closing(spy.resolver()) as resolver:
        resolver.resolve(Question(requirements=("a", "b"), target=OWN), served)
    assert len(spy.runs()) == 1


def test_versions_to_keep_that_make_it_impossible_are_given_up_together(resolver: PipToolsResolver) -> None:
    index = shop()
    index.publish(*build_wheel("a", "1", requires_dist=("coin==1",)))
    index.publish(*build_wheel("a", "2", requires_dist=("coin==2",)))
    index.publish(*build_wheel("b", "1", requires_dist=("coin==2",)))
    for version in ("1", "2"):
        index.publish(*build_wheel("coin", version))
    preferred = (("a", "1"), ("coin", "1"), ("till", "1"))
    with serve(index) as served:
        answer = resolver.resolve(Question(requirements=("a", "b", "till"), preferred=preferred, target=OWN), served)
    assert {pin.name: pin.version for pin in answer.pins} == {"a": "2", "b": "1", "coin": "2", "till": "1"}


def test_a_conflict_is_told_with_what_causes_it_and_without_advice_or_traceback(resolver: PipToolsResolver) -> None:
    index = shop()
    index.publish(*build_wheel("bank", "1", requires_dist=("till>1",)))
    with serve(index) as served, pytest.raises(ResolutionError) as raised:
        resolver.resolve(Question(requirements=("bank", "till<2"), target=OWN), served)
    message = raised.value.message
    assert "The conflict is caused by: " in message
    assert "bank 1 depends on till>1" in message
    assert "To fix this" not in message
    assert "Traceback" not in message
    assert "Looking in indexes" not in message


# --- what it is run as: a spy in the place of the interpreter ---------------------------------------------------------


class Spy:
    """An interpreter of the target, with its environment, that notes how pip-tools is started and does ``body``."""

    def __init__(self, folder: Path, body: str) -> None:
        tools = tool_set(OWN.interpreter.minor)
        versions = f"{version_of(tools, 'pip-tools')} {version_of(tools, 'pip')}"
        self._folder, self._note = folder, folder / "note"
        text = SPY.format(python=sys.executable, versions=versions, note=str(self._note), body=body)
        self._program = self._write(folder / "python", text)
        python = probe(self._program, {})
        assert python is not None
        (folder / "environments").mkdir(mode=0o700)
        self._write(folder / "environments" / environment_name(python, tools) / "bin" / "python", text)

    def _write(self, path: Path, text: str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755)
        return path

    def resolver(self) -> PipToolsResolver:
        return PipToolsResolver(
            uv=find_uv(),
            environments=self._folder / "environments",
            fetch=unfetchable,
            home=self._folder,
            pythons={OWN.interpreter.minor: self._program},
        )

    def runs(self) -> list[tuple[list[str], dict[str, str], list[str]]]:
        return [json.loads(line) for line in self._note.read_text().splitlines()]


def test_it_is_run_isolated_without_builds_and_without_anything_of_the_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("UV_INDEX", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    spy = Spy(tmp_path, 'open("answer.txt", "w").write("till==1  # via -r requirements.in\\n")')
    with serve(shop()) as served, closing(spy.resolver()) as resolver:
        answer = resolver.resolve(Question(requirements=("till",), constraints=("till<3",), target=OWN), served)
        url = served.url_for(OWN)
    ((arguments, environment, files),) = spy.runs()
    assert [pin.name for pin in answer.pins] == ["till"]
    assert arguments[:6] == ["-I", "-X", "utf8", "-m", "piptools", "compile"]
    assert arguments[arguments.index("--index-url") + 1] == url
    assert {"--no-config", "--allow-unsafe", "--strip-extras", "--no-emit-index-url"} <= set(arguments)
    assert "--generate-hashes" not in arguments
    pip = arguments[arguments.index("--pip-args") + 1]
    assert pip.startswith("--only-binary :all: --isolated --no-input --no-cache-dir")
    environment.pop("LC_CTYPE", None)  # set by Python itself
    environment.pop("__CF_USER_TEXT_ENCODING", None)
    assert sorted(environment) == ["HOME", "NO_PROXY", "PIP_CONFIG_FILE", "TMPDIR"]
    assert environment["PIP_CONFIG_FILE"] == os.devnull
    assert environment["HOME"] == environment["TMPDIR"] != os.environ.get("HOME")
    assert files == ["answer.txt", "constraints.in", "requirements.in"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("sys.exit('something broke')", "exit 1.: something broke"),
        ("raise RuntimeError('many words')", "exit 1.: many words"),
        ("sys.stderr.write('ERROR: a reason\\n'); sys.exit(2)", "exit 2.: a reason"),
        ("sys.exit(3)", "no explanation given"),
    ],
)
def test_any_other_failure_is_a_tool_error_in_its_own_words(tmp_path: Path, body: str, words: str) -> None:
    with serve(shop()) as served, closing(Spy(tmp_path, body).resolver()) as resolver:
        with pytest.raises(ToolError, match=words) as raised:
            resolver.resolve(Question(requirements=("till",), target=OWN), served)
        assert raised.value.context.startswith(f"{OWN.name}: pip-tools ")


def test_success_without_an_answer_is_a_tool_error(tmp_path: Path) -> None:
    body = "import os; os.remove('answer.txt')"
    with serve(shop()) as served, closing(Spy(tmp_path, body).resolver()) as resolver, pytest.raises(ToolError):
        resolver.resolve(Question(requirements=("till",), target=OWN), served)


def test_a_second_round_that_answers_otherwise_counts_for_nothing(tmp_path: Path) -> None:
    body = (
        "n = len(open('requirements.in').read()) and len(open('answer.txt').read())\n"
        "print('Downloading a-1-py3-none-any.whl.metadata\\nDownloading a-2-py3-none-any.whl.metadata')\n"
        "open('answer.txt', 'w').write('till==2\\n' if n else 'till==1\\n')"
    )
    spy = Spy(tmp_path, body)
    with serve(shop()) as served, closing(spy.resolver()) as resolver:
        answer = resolver.resolve(Question(requirements=("till",), target=OWN), served)
    assert [pin.version for pin in answer.pins] == ["1"]
    assert len(spy.runs()) == 2


def test_a_target_of_another_machine_cannot_be_asked(resolver: PipToolsResolver) -> None:
    from uplock.model.platform_name import parse_platform

    target = Target(interpreter=OWN.interpreter, platform=parse_platform("windows-x86_64"))
    with serve(shop()) as served, pytest.raises(UnaskableError, match="not windows-x86_64"):
        resolver.resolve(Question(requirements=("shop",), target=target), served)
