"""Locks of real dependencies, held against what other programs say and do under the real interpreters."""

import base64
import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.other_tools import (
    MINORS,
    PIP_TOOLS,
    Place,
    fetched,
    installed,
    pip_compile,
    pip_would_install,
    uv_compile,
    uv_sync,
)
from support.real_locks import Locked, libraries, webshop

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]

EVERY_HASH = bool(os.environ.get("E2E_EVERY_HASH"))
"""Ask pip-compile for the hashes of every pin: it downloads each file of each version, which takes very long."""

FEW = ("click", "httptools", "markupsafe", "websockets")
"""Packages with many small files."""

TODAY = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
PROJECTS: dict[str, tuple[Callable[[Path, str], Path], tuple[str, ...]]] = {
    "libraries": (libraries, ("pyproject.toml",)),
    "webshop": (webshop, ("pyproject.toml", "--extra", "reports", "--extra", "telemetry", "--group", "ops")),
}
CASES = [(name, cut_off) for name in PROJECTS for cut_off in ("2025-10-01T00:00:00Z", TODAY)]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("place"))


@pytest.fixture(scope="module", params=CASES, ids=lambda case: f"{case[0]}-{'today' if case[1] == TODAY else case[1]}")
def locked(request: pytest.FixtureRequest, place: Place) -> Locked:
    """A project that was locked for every interpreter of this machine, with both resolvers."""
    name, cut_off = request.param
    project = PROJECTS[name][0](place.folder / name / cut_off[:10], cut_off)
    pythons = [f"--python={version}={python}" for version, python in installed().values()]
    return Locked.by(place, project, cut_off, "--cross-check", *pythons)


@pytest.fixture(params=MINORS)
def minor(request: pytest.FixtureRequest) -> str:
    if request.param not in installed():
        pytest.skip(f"CPython {request.param} is not installed here")
    return str(request.param)


def inputs(locked: Locked) -> tuple[str, ...]:
    return PROJECTS[locked.project.parent.name][1]


def pip(place: Place, minor: str) -> Path:
    """Return an interpreter that has the newest pip and pip-tools that there are for it."""
    return place.environment_of(installed()[minor][1], f"pip-{minor}", "pip", PIP_TOOLS)


def uvs_rule(locked: Locked, name: str, version: str, theirs: frozenset[str]) -> str | None:
    """Return why uv lists other files of a version than the index had at the cut-off, ``None`` for no known reason.

    uv 0.13.9 forgets all hashes but the sdist's if it settles on the sdist and the index has later wheels.
    """
    sdists = {sha256 for sha256, file in locked.files(name, version).items() if not file.filename.endswith(".whl")}
    if theirs == sdists and locked.later_files(name, version):
        return "the files of the version straddle the cut-off"
    return None


def test_both_resolvers_agree_on_every_interpreter(locked: Locked, minor: str) -> None:
    assert locked.code == 0, locked.answer
    (target,) = [each for each in locked.answer["targets"] if each["python"] == installed()[minor][0]]
    assert target["packages"] > 50
    assert (target["agreement"]["outcome"], target["agreement"]["differences"]) == ("agrees", [])
    assert target["agreement"]["resolver"].startswith("pip-tools ")


def test_bare_uv_lists_the_same_files_of_the_same_pins(locked: Locked, minor: str) -> None:
    lock = locked.lock(minor)
    theirs = uv_compile(locked.place, locked.project, lock.target.interpreter.version, locked.cut_off, *inputs(locked))
    assert sorted(theirs) == [(package.name, package.version) for package in lock.packages]
    different = [pin for pin, listed in theirs.items() if listed != locked.files(*pin).keys()]
    assert [pin for pin in different if uvs_rule(locked, *pin, theirs[pin]) is None] == []


def test_bare_pip_compile_lists_the_same_files(locked: Locked, minor: str) -> None:
    pins = [f"{each.name}=={each.version}" for each in locked.lock(minor).packages if EVERY_HASH or each.name in FEW]
    theirs = pip_compile(locked.place, pip(locked.place, minor), locked.cut_off, pins)
    assert len(theirs) >= len(pins) > 1
    asked = {pin: listed for pin, listed in theirs.items() if "==".join(pin) in pins}
    assert asked == {pin: locked.files(*pin).keys() for pin in asked}
    assert len(asked) == len(pins)


def test_pip_takes_exactly_the_chosen_files_of_the_requirements(locked: Locked, minor: str) -> None:
    files = pip_would_install(
        locked.place, pip(locked.place, minor), locked.file(minor, "requirements"), "--require-hashes"
    )
    assert files == locked.chosen(minor)
    assert len(files) == len(locked.lock(minor).packages)


def test_pip_takes_exactly_the_chosen_files_of_the_pylock(locked: Locked, minor: str) -> None:
    if minor == "3.9":
        pytest.skip("no pip for CPython 3.9 reads pylock.toml (it needs 26.1)")
    files = pip_would_install(locked.place, pip(locked.place, minor), locked.file(minor, "pylock"))
    assert files == locked.chosen(minor)


@pytest.mark.parametrize("form", ["pylock", "requirements"])
def test_uv_accepts_the_lock(locked: Locked, minor: str, form: str) -> None:
    python = locked.place.environment_of(installed()[minor][1], f"empty-{minor}")
    options = ["--require-hashes"] if form == "requirements" else []
    said = uv_sync(locked.place, python, locked.file(minor, form), "--dry-run", "--no-build", *options)
    assert said.count("\n + ") == len(locked.lock(minor).packages)


@pytest.mark.parametrize("form", ["pylock", "requirements"])
def test_uv_installs_exactly_the_chosen_files(place: Place, form: str) -> None:
    """Every file of every chosen wheel is there with its hash, as the wheel's own RECORD names it."""
    minor = "3.12"
    if minor not in installed():
        pytest.skip(f"CPython {minor} is not installed here")
    version, program = installed()[minor]
    project = libraries(place.folder / f"small-{form}", TODAY, ("fastapi", "httptools", "pyyaml"), (version,))
    locked = Locked.by(place, project, TODAY)
    python = place.environment_of(program, f"small-{form}/venv")
    uv_sync(place, python, locked.file(minor, form), "--no-build")
    site = Path(place.output(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    packages = locked.lock(minor).packages
    assert {(each.name.replace("-", "_"), each.version) for each in packages} == {
        (name.lower().replace("-", "_"), version)
        for name, _, version in (
            info.name.removesuffix(".dist-info").partition("-") for info in site.glob("*.dist-info")
        )
    }
    for package in packages:
        wheel = fetched(package.artifact.url)
        assert hashlib.sha256(wheel).hexdigest() == package.artifact.sha256
        for path, digest in recorded(wheel).items():
            assert digest == base64.urlsafe_b64encode(hashlib.sha256((site / path).read_bytes()).digest()), path


def recorded(wheel: bytes) -> dict[str, bytes]:
    """Return the files that a wheel puts into site-packages unchanged, with their SHA-256 as RECORD has it."""
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        (record,) = [name for name in archive.namelist() if name.endswith(".dist-info/RECORD")]
        rows = [line.split(",") for line in archive.read(record).decode().splitlines()]
    hashed = {path: digest.removeprefix("sha256=") + "=" for path, digest, _ in rows if digest}
    return {path: digest.encode() for path, digest in hashed.items() if ".data/" not in path}


class TestFilesThatStraddleTheCutOff:
    """The wheel of pyyaml 6.0.1 for CPython 3.12 came 27 days after its other files."""

    CUT_OFF = "2023-08-01T00:00:00Z"

    @pytest.fixture
    def straddling(self, tmp_path: Path) -> Path:
        return libraries(tmp_path / "straddling", self.CUT_OFF, ("pyyaml==6.0.1",), ("3.12.1",))

    def test_no_wheel_is_a_finding(self, place: Place, straddling: Path) -> None:
        locked = Locked.by(place, straddling, self.CUT_OFF)
        assert locked.code == 1
        (finding,) = [each for each in locked.answer["findings"] if each["rule"] == "AR001"]
        assert (finding["severity"], finding["target"]) == ("error", "py312-linux-x86_64")
        assert "allow-sdist" in finding["remedy"]
        assert sorted(path.name for path in (straddling / "locks").iterdir()) == ["lockset.json"]

    def test_the_sdist_is_locked_if_that_is_allowed_and_the_files_of_then_are_told(
        self, place: Place, straddling: Path
    ) -> None:
        locked = Locked.by(place, straddling, self.CUT_OFF, "--allow-sdist")
        assert locked.code == 0, locked.answer
        assert [each["rule"] for each in locked.answer["findings"]] == ["AR012"]
        done = place.uplock("lock", straddling, "--explain", "pyyaml", "--json")
        assert done.returncode == 0, done.stderr
        (told,) = json.loads(done.stdout)
        files = told["artifacts"]
        assert len({file["filename"] for file in files}) == len({file["sha256"] for file in files}) == len(files) == 40
        assert all(file["upload_time"] <= self.CUT_OFF for file in files)
        assert not any("cp312" in file["filename"] for file in files)
        (sdist,) = [file for file in files if file["chosen"]]
        assert (sdist["filename"], sdist["admissible"]) == ("PyYAML-6.0.1.tar.gz", True)
        assert sdist["sha256"] in locked.file("3.12", "pylock").read_text()

    def test_uv_loses_the_other_hashes_and_the_rule_for_that_says_so(self, place: Place, straddling: Path) -> None:
        locked = Locked.by(place, straddling, self.CUT_OFF, "--allow-sdist")
        ((pin, listed),) = uv_compile(place, straddling, "3.12.1", self.CUT_OFF, "pyproject.toml").items()
        assert pin == ("pyyaml", "6.0.1")
        assert listed < locked.files(*pin).keys()
        assert len(locked.later_files(*pin)) > 10
        assert uvs_rule(locked, *pin, listed) == "the files of the version straddle the cut-off"
        some_wheel = next(each.sha256 for each in locked.files(*pin).values() if each.filename.endswith(".whl"))
        assert uvs_rule(locked, *pin, frozenset({str(some_wheel)})) is None
