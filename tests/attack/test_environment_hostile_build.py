"""An sdist whose build does harm: it gets no network, sees nobody's files, writes nowhere else, and ends in time."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from support.backends import in_tree_sdist
from support.building import builder, order_of
from support.sdists import build_sdist
from support.wheels import build_wheel
from uplock.environment.confined import MAX_WORDS
from uplock.errors import Error, InputError, ToolError


def attempt(folder: Path, acting: str, limit: float = 60.0) -> Path:
    """Build an sdist that acts when its backend is imported; return a copy of the wheel."""
    with builder(limit).build(order_of(folder, in_tree_sdist("evil", "1.0", acting))) as wheel:
        kept = folder / "kept.whl"
        kept.write_bytes(wheel.read_bytes())
    return kept


def in_build(code: str) -> str:
    """Return what makes a backend run ``code`` when it builds."""
    body = "\n".join(f"    {line}" for line in code.splitlines())
    return f"\ndef build_wheel(out, config=None, metadata=None, plain=build_wheel):\n{body}\n    return plain(out)\n"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import socket; socket.create_connection(('192.0.2.1', 80), 5)", "Error"),
        ("import socket; socket.create_connection(('127.0.0.1', {port}), 5)", "Error"),
        ("open({outside!r}, 'w')", "PermissionError"),
        ("open({secret!r}).read()", "PermissionError"),
        ("import os; os.listdir({folder!r})", "PermissionError"),
        ("import os; os.truncate({secret!r}, 0)", "PermissionError"),
        ("import os; os.unlink({secret!r})", "PermissionError"),
        ("import os; os.rename({secret!r}, 'mine')", "Error"),
        ("import os; os.link({secret!r}, 'mine'); open('mine', 'a').write('x')", "Error"),
        ("open('/proc/{pid}/environ', 'rb').read()", "Error"),
        ("import os; os.kill({pid}, 0)", "Error"),
        ("import os; os.mknod('disk', 0o60600, os.makedev(8, 0)); open('disk', 'rb').read(1)", "Error"),
        ("import os; os.chroot('/')", "PermissionError"),
        ("open('../../environment/pyvenv.cfg', 'a').write('x')", "PermissionError"),
    ],
)
def test_what_a_build_must_not_do_fails(tmp_path: Path, code: str, words: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hunter2")
    facts = {"outside": str(tmp_path / "outside"), "secret": str(secret), "folder": str(tmp_path), "port": 9}
    with pytest.raises(ToolError, match=words) as caught:
        attempt(tmp_path, in_build(code.format(**facts, pid=os.getpid())))
    assert "hunter2" not in str(caught.value)
    assert secret.read_text() == "hunter2"
    assert not (tmp_path / "outside").exists()


def test_nothing_of_the_callers_environment_reaches_a_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INDEX_TOKEN", "hunter2")
    with pytest.raises(ToolError) as caught:
        attempt(tmp_path, in_build("raise SystemExit(sorted(os.environ))"))
    assert "SOURCE_DATE_EPOCH" in str(caught.value)
    assert "INDEX_TOKEN" not in str(caught.value)


def test_a_build_that_hangs_is_stopped(tmp_path: Path) -> None:
    begin = time.monotonic()
    with pytest.raises(ToolError, match="was not done within 1 seconds"):
        attempt(tmp_path, in_build("import time; time.sleep(600)"), limit=1.0)
    assert time.monotonic() - begin < 30


DAEMON = """
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        import time
        for _ in range(600):
            open("alive", "a").close()
            time.sleep(0.05)
    os._exit(0)
os.wait()
"""


def test_what_a_build_leaves_behind_is_ended(tmp_path: Path) -> None:
    before = set(os.listdir("/proc"))
    attempt(tmp_path, in_build(DAEMON))
    time.sleep(0.2)
    left = [pid for pid in set(os.listdir("/proc")) - before if pid.isdigit() and b"hook" in _command(pid)]
    assert left == []


def _command(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def test_endless_output_is_cut(tmp_path: Path) -> None:
    flood = "import sys\nfor _ in range(200):\n    sys.stderr.write('x' * 65536)\nraise SystemExit('the end')"
    with pytest.raises(ToolError, match="the end") as caught:
        attempt(tmp_path, in_build(flood))
    assert len(str(caught.value)) < MAX_WORDS


@pytest.mark.parametrize(
    "acting",
    [
        in_build("return '../../../../etc/passwd'"),
        in_build("os.symlink('/etc/passwd', os.path.join(out, 'evil.whl')); return 'evil.whl'"),
        in_build("plain(out); open(os.path.join(out, 'second'), 'w').close()"),
        in_build("os.rmdir(out); os.symlink('/etc', out); return 'passwd'"),
        in_build("return 'evil.whl'"),
        in_build("return ['evil.whl']"),
        in_build("os.mkfifo(os.path.join(out, 'evil.whl')); return 'evil.whl'"),
    ],
)
def test_a_wheel_that_is_not_where_it_should_be_is_refused(tmp_path: Path, acting: str) -> None:
    with pytest.raises(InputError):
        attempt(tmp_path, acting)


@pytest.mark.parametrize(
    "answer",
    [
        "os.symlink('/etc/passwd', {result})",
        "os.mkfifo({result})",
        "open({result}, 'w').write('\"' + 'x' * 2000000 + '\"')",
        "open({result}, 'w').write('{{')",
    ],
)
def test_an_answer_that_is_not_ours_is_refused(tmp_path: Path, answer: str) -> None:
    result = "os.path.join(os.environ['TMPDIR'], 'answer.json')"
    with pytest.raises(Error):
        attempt(tmp_path, in_build(answer.format(result=result) + "\nos._exit(0)"))


def test_a_backend_from_elsewhere_is_not_called(tmp_path: Path) -> None:
    system = b'[build-system]\nrequires = []\nbuild-backend = "zipapp"\nbackend-path = ["."]\n'
    order = order_of(tmp_path, build_sdist("evil", "1.0", files={"pyproject.toml": system}))
    with pytest.raises(ToolError, match="does not come from its backend-path"), builder().build(order):
        pass


def test_the_archive_is_not_reachable_through_the_environment(tmp_path: Path) -> None:
    """Wheels of build requirements are copied: a link would let a build write to the archive's own bytes."""
    wheel = build_wheel("helper", "1.0")
    code = "import helper\nopen(helper.__file__, 'a').write('x')"
    order = order_of(tmp_path, in_tree_sdist("evil", "1.0", in_build(code)), [wheel])
    with pytest.raises(ToolError, match="PermissionError"), builder().build(order):
        pass
    assert (tmp_path / wheel[0]).read_bytes() == wheel[1]
