"""Small real environments: wheels of every scheme, installed by pip and by uv in every way, offline."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from support.own_interpreter import own_target
from support.wheels import build_wheel
from uplock.content.wheel_files import content_of
from uplock.environment.verify import verify_environment
from uplock.inspect.wheel import open_wheel
from uplock.model.content import EnvironmentResult, WheelContent
from uplock.model.target import Target
from uplock.resolve.uv import find_uv

PYTHON = Path(os.path.realpath(sys.executable))
"""The interpreter below the environment that the tests run in."""
DATA = "demo-1.0.data"

DEMO = {
    "demo/cli.py": b"import sys\n\n\ndef main() -> int:\n    return len(sys.argv) - 1\n\n\nclass App:\n"
    b"    run = staticmethod(main)\n    names = frozenset({'a', 'b', 1.5})\n",
    "demo/table.txt": b"one\r\ntwo\r\n",
    "demo/_native.so": b"\x7fELF\x02\x01\x01" + bytes(64),
    "demo/py2only.py": b'print "not for this Python"\n',
    "spaces/first/one.py": b"NUMBER = 1\n",
    "demo-paths.pth": b"# a comment\n",
    f"{DATA}/purelib/pure_module.py": b"PURE = True\n",
    f"{DATA}/platlib/platform_module.py": b"PURE = False\n",
    f"{DATA}/scripts/demo-tool": b"#!python\nprint('tool')\n",
    f"{DATA}/scripts/demo-window": b"#!pythonw -E\nprint('window')\n",
    f"{DATA}/scripts/demo-shell": b"#!/bin/sh\necho shell\n",
    f"{DATA}/scripts/demo-module.py": b"#!python\r\nprint('module')\r\n",
    f"{DATA}/headers/demo.h": b"#define DEMO 1\n",
    f"{DATA}/headers/inner/part.h": b"#define PART 1\n",
    f"{DATA}/data/share/demo/words.txt": b"words\n",
    f"{DATA}/data/etc/demo.conf": b"key = value\n",
    f"{DATA}/data/bin/demo-data-tool": b"\x7fELF data\n",
    f"{DATA}/data/include/plain.h": b"#define PLAIN 1\n",
    "demo-1.0.dist-info/entry_points.txt": b"[console_scripts]\ndemo = demo.cli:main\ndemo-app = demo.cli:App.run\n"
    b"demo-extra = demo.cli:main [extra]\n\n[gui_scripts]\ndemo-gui = demo.cli:main\n",
    "demo-1.0.dist-info/licenses/LICENSE": b"Free.\n",
}
OTHER = {"spaces/second/two.py": b"NUMBER = 2\n", "other/deep/inner.py": b"DEPTH = 2\n"}

Wheel = tuple[str, bytes]


def demo_wheels() -> tuple[Wheel, ...]:
    """Return a lock's worth of wheels: every scheme, scripts, headers, data, a namespace package, a native file."""
    return build_wheel("demo", "1.0", files=DEMO), build_wheel("other", "2.0", files=OTHER)


def content_of_bytes(wheel: Wheel) -> WheelContent:
    """Return the content of one wheel in memory."""
    import io

    return content_of(open_wheel(io.BytesIO(wheel[1]), wheel[0]))


def verified(
    folder: Path,
    wheels: Sequence[Wheel] | None = None,
    python: Path = PYTHON,
    target: Target | None = None,
    uv: Path | None = None,
) -> EnvironmentResult:
    """Return a directory compared with wheels, by default :func:`demo_wheels`."""
    contents = [content_of_bytes(wheel) for wheel in (demo_wheels() if wheels is None else wheels)]
    return verify_environment(folder, contents, target or own_target(), python, uv or find_uv())


def problems(folder: Path, wheels: Sequence[Wheel] | None = None) -> list[tuple[str, str]]:
    """Return kind and path of every difference."""
    return [(each.kind, each.path) for each in verified(folder, wheels).differences]


class Workshop:
    """Makes environments below one folder, from wheels in one directory, with no network and nothing of the user's."""

    def __init__(self, folder: Path, wheels: Sequence[Wheel], python: Path = PYTHON) -> None:
        self.folder = folder
        self.python = python
        self.wheelhouse = folder / "wheelhouse"
        self.wheelhouse.mkdir(parents=True)
        self.files = [self.wheelhouse / name for name, _ in wheels]
        for path, (_, data) in zip(self.files, wheels, strict=True):
            path.write_bytes(data)

    def run(self, *command: str | Path, environment: dict[str, str] | None = None) -> None:
        fixed = {
            "HOME": str(self.folder / "home"),
            "PATH": os.defpath,
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_ROOT_USER_ACTION": "ignore",
            "UV_NO_CONFIG": "1",
            "UV_NO_CACHE": "1",
            "UV_OFFLINE": "1",
        }
        done = subprocess.run(
            command, env=fixed | (environment or {}), capture_output=True, text=True, check=False, cwd=self.folder
        )
        assert done.returncode == 0, done.stderr

    def venv(self, folder: Path, *options: str) -> None:
        self.run(self.python, "-I", "-m", "venv", *options, folder)

    def pip(self, *options: str | Path, into: Path | None = None, environment: dict[str, str] | None = None) -> None:
        """Install all wheels with the pip of the interpreter below all environments, into one of them if given."""
        where = () if into is None else ("--python", into / "bin" / "python")
        fixed = ("install", "--quiet", "--no-index", "--no-deps")
        command = (self.python, "-I", "-m", "pip", *where, *fixed, *options, *self.files)
        self.run(*command, environment=environment)

    def uv_venv(self, folder: Path, *options: str) -> None:
        self.run(find_uv(), "venv", "--quiet", "--python", self.python, *options, folder)

    def uv(self, *options: str | Path) -> None:
        self.run(find_uv(), "pip", "install", "--quiet", "--no-index", "--no-deps", *options, *self.files)


Way = Callable[[Workshop, Path], None]


def pip_venv(shop: Workshop, folder: Path) -> None:
    """Let ``venv`` put pip into the environment, and that pip install."""
    shop.venv(folder)
    shop.run(folder / "bin" / "pip", "install", "--quiet", "--no-index", "--no-deps", *shop.files)


def pip_venv_not_compiled(shop: Workshop, folder: Path) -> None:
    shop.venv(folder, "--without-pip", "--prompt", "a prompt")
    shop.pip("--no-compile", into=folder)


def pip_copies(shop: Workshop, folder: Path) -> None:
    shop.venv(folder, "--without-pip", "--copies")
    shop.pip(into=folder)


def pip_hashed_bytecode(shop: Workshop, folder: Path) -> None:
    shop.pip("--target", folder, environment={"SOURCE_DATE_EPOCH": "1700000000"})


def pip_target(shop: Workshop, folder: Path) -> None:
    shop.pip("--target", folder)


def pip_target_not_compiled(shop: Workshop, folder: Path) -> None:
    shop.pip("--no-compile", "--target", folder)


def pip_prefix(shop: Workshop, folder: Path) -> None:
    shop.pip("--prefix", folder)


def pip_wheelhouse(shop: Workshop, folder: Path) -> None:
    """Install by name from a directory of wheels."""
    requirements = shop.folder / f"{folder.name}.txt"
    requirements.write_text("".join(f"{'=='.join(path.name.split('-')[:2])}\n" for path in shop.files))
    options = ("--no-index", "--no-deps", "--find-links", str(shop.wheelhouse), "--target", str(folder))
    shop.run(shop.python, "-I", "-m", "pip", "install", "--quiet", *options, "-r", str(requirements))


def uv_venv(shop: Workshop, folder: Path) -> None:
    shop.uv_venv(folder)
    shop.uv("--python", folder / "bin" / "python")


def uv_relocatable(shop: Workshop, folder: Path) -> None:
    shop.uv_venv(folder, "--relocatable", "--prompt", "a prompt")
    shop.uv("--python", folder / "bin" / "python", "--compile-bytecode")


def uv_compiled(shop: Workshop, folder: Path) -> None:
    shop.uv_venv(folder)
    shop.uv("--python", folder / "bin" / "python", "--compile-bytecode")


def uv_target(shop: Workshop, folder: Path) -> None:
    shop.uv("--python", shop.python, "--target", folder, "--compile-bytecode")


def uv_prefix(shop: Workshop, folder: Path) -> None:
    shop.uv("--python", shop.python, "--prefix", folder)


def uv_into_venv(shop: Workshop, folder: Path) -> None:
    """Let ``venv`` make the environment, and uv install into it."""
    shop.venv(folder, "--without-pip")
    shop.uv("--python", folder / "bin" / "python")


def uv_wheelhouse(shop: Workshop, folder: Path) -> None:
    """Install by name from a directory of wheels."""
    names = ["==".join(path.name.split("-")[:2]) for path in shop.files]
    options = (
        "--no-index",
        "--no-deps",
        "--find-links",
        str(shop.wheelhouse),
        "--python",
        str(folder / "bin" / "python"),
    )
    shop.uv_venv(folder)
    shop.run(find_uv(), "pip", "install", "--quiet", *options, *names)


WAYS: tuple[Way, ...] = (
    pip_venv,
    pip_venv_not_compiled,
    pip_copies,
    pip_hashed_bytecode,
    pip_target,
    pip_target_not_compiled,
    pip_prefix,
    pip_wheelhouse,
    uv_venv,
    uv_relocatable,
    uv_compiled,
    uv_target,
    uv_prefix,
    uv_into_venv,
    uv_wheelhouse,
)
