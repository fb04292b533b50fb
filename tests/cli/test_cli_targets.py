"""``uplock lock`` for every platform at once, on this one machine: each lock has the wheel of its own platform."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from packaging.markers import Marker

from support.index_simulator import IndexSimulator
from support.shop import UPLOADED, project, uplock
from support.wheels import build_wheel
from uplock.model.platform_name import parse_platform
from uplock.model.target import Interpreter, Target

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

Capture = pytest.CaptureFixture[str]

WHEELS: Mapping[str, str] = {
    "linux-x86_64": "manylinux_2_28_x86_64",
    "linux-x86_64-glibc2.17": "manylinux_2_17_x86_64.manylinux2014_x86_64",
    "linux-x86_64-glibc2.35": "manylinux_2_34_x86_64",
    "linux-aarch64": "manylinux_2_17_aarch64.manylinux2014_aarch64",
    "linux-x86_64-musl": "musllinux_1_2_x86_64",
    "linux-aarch64-musl": "musllinux_1_1_aarch64",
    "macos-arm64": "macosx_11_0_arm64",
    "macos-arm64-14.0": "macosx_14_0_arm64",
    "macos-x86_64": "macosx_10_13_x86_64",
    "macos-x86_64-10.12": "macosx_10_9_universal2",
    "windows-x86_64": "win_amd64",
    "windows-arm64": "win_arm64",
}
"""The wheel that the lock of each platform has to name; all of them are on one page."""

GUARDS = {
    "on-linux": "sys_platform == 'linux'",
    "on-macos": "platform_system == 'Darwin'",
    "on-windows": "os_name == 'nt'",
    "on-arm": "platform_machine in 'aarch64 arm64 ARM64'",
    "on-amd64": "platform_machine == 'AMD64'",
}
"""Projects that are needed where their marker holds."""


@pytest.fixture
def index() -> IndexSimulator:
    """A native project with a wheel for every platform, for two interpreters, and pure ones behind markers."""
    shelf = IndexSimulator(provenance_offered=False)
    requires = [f"{name} ; {marker}" for name, marker in GUARDS.items()]
    for minor in ("39", "313"):
        for tag in WHEELS.values():
            wheel = build_wheel("crypt", "2.0", tag=f"cp{minor}-cp{minor}-{tag}", requires_dist=requires)
            shelf.publish(*wheel, upload_time=UPLOADED)
    for name in GUARDS:
        shelf.publish(*build_wheel(name, "1.0"), upload_time=UPLOADED)
    return shelf


def configured(platforms: tuple[str, ...], targets: str = '["3.9.18", "3.13.0"]') -> str:
    listed = ", ".join(f'"{each}"' for each in platforms)
    return f"""\
[project]
name = "shop"
version = "1.0"
dependencies = ["crypt"]

[tool.uplock]
targets = {targets}
platforms = [{listed}]
exclude-newer = "2026-03-01T00:00:00Z"
"""


@pytest.mark.usefixtures("http")
def test_every_platform_is_locked_with_its_own_wheel_and_dependencies(tmp_path: Path, capfd: Capture) -> None:
    shop = project(tmp_path / "shop", configured(tuple(WHEELS)))
    answer = uplock(capfd, "lock", shop)
    assert answer.code == 0, answer.err
    locks = sorted(path.name for path in (shop / "locks").glob("pylock.*.toml"))
    assert len(locks) == 2 * len(WHEELS)
    for version, interpreter in (("3.9.18", "cp39"), ("3.13.0", "cp313")):
        for name, tag in WHEELS.items():
            target = Target(interpreter=Interpreter(version=version), platform=parse_platform(name))
            lock = tomllib.loads((shop / f"locks/pylock.{target.name}.toml").read_text(encoding="utf-8"))
            wheels = {package["name"]: [each["name"] for each in package["wheels"]] for package in lock["packages"]}
            environment = target.marker_environment()
            needed = {each for each, marker in GUARDS.items() if Marker(marker).evaluate(environment)}
            assert wheels["crypt"] == [f"crypt-2.0-{interpreter}-{interpreter}-{tag}.whl"]
            assert set(wheels) == {"crypt", *needed}
            assert [Marker(each).evaluate(environment) for each in lock["environments"]] == [True]


@pytest.mark.usefixtures("http")
def test_locks_of_every_platform_are_checked_and_kept(tmp_path: Path, capfd: Capture) -> None:
    shop = project(tmp_path / "shop", configured(tuple(WHEELS), '["3.13.0"]'))
    assert uplock(capfd, "lock", shop).code == 0
    before = {path.name: path.read_bytes() for path in (shop / "locks").iterdir()}
    assert uplock(capfd, "lock", shop).code == 0
    assert {path.name: path.read_bytes() for path in (shop / "locks").iterdir()} == before
    answer = uplock(capfd, "lock", shop, "--check")
    assert answer.code == 0, answer.out


@pytest.mark.usefixtures("http")
def test_a_platform_without_a_wheel_is_a_finding_about_that_platform_only(
    tmp_path: Path, capfd: Capture, index: IndexSimulator
) -> None:
    for minor in ("39", "313"):
        index.withdraw(f"crypt-2.0-cp{minor}-cp{minor}-win_arm64.whl")
    shop = project(tmp_path / "shop", configured(("linux-x86_64-musl", "windows-arm64"), '["3.13.0"]'))
    answer = uplock(capfd, "lock", shop, "--json")
    assert answer.code == 1
    assert [(each["rule"], each["target"]) for each in answer.json["findings"]] == [("AR001", "py313-windows-arm64")]
    assert [path.name for path in (shop / "locks").glob("pylock.*")] == ["pylock.py313-linux-x86_64-musl.toml"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('targets = ["3.13t"]', "targets[0]: '3.13t': free-threaded builds are not supported: "),
        ('targets = ["pypy3.10"]', "targets[0]: 'pypy3.10': PyPy is not supported: "),
        ('from = "3.7"', "from: '3.7' is not supported: the oldest CPython is 3.8"),
        ('targets = ["3.16"]', "targets[0]: '3.16' is not supported: the newest CPython is 3.15"),
        ('platforms = ["windows-x86"]', "platforms[0]: platform 'windows-x86': 32-bit systems are not supported: "),
        ('platforms = ["linux-i686"]', "platforms[0]: platform 'linux-i686': 32-bit systems are not supported: "),
        ('platforms = ["linux-riscv64"]', "platforms[0]: platform 'linux-riscv64': Linux is supported on "),
        ('platforms = ["android-aarch64"]', "platforms[0]: platform 'android-aarch64': Android is not supported: "),
        ('platforms = ["ios-arm64"]', "platforms[0]: platform 'ios-arm64': iOS is not supported: "),
        (
            'platforms = ["pyodide"]',
            "platforms[0]: platform 'pyodide': Pyodide and other WebAssembly is not supported: ",
        ),
    ],
)
@pytest.mark.usefixtures("http")
def test_what_cannot_be_locked_for_exits_2_with_the_reason(
    line: str, reason: str, tmp_path: Path, capfd: Capture
) -> None:
    shop = project(tmp_path / "shop", f'[project]\nname = "shop"\ndependencies = []\n[tool.uplock]\n{line}\n')
    answer = uplock(capfd, "lock", shop)
    assert answer.code == 2
    assert reason in " ".join(answer.err.split())
    assert not (shop / "locks").exists()
