"""What ``ensurepip`` puts into virtual environments: pip, and setuptools before 3.12, from the interpreter's wheels."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from uplock.content.wheel_files import content_of
from uplock.errors import ToolError
from uplock.inspect.wheel import open_wheel
from uplock.model.content import WheelContent

NAMES = ("pip", "setuptools")
TIME_LIMIT = 20
"""Seconds that the interpreter may take to answer."""

_PROGRAM = """
import ensurepip, os, sysconfig
print(os.path.join(os.path.dirname(ensurepip.__file__), "_bundled"))
print(sysconfig.get_config_var("WHEEL_PKG_DIR") or "")
"""
"""Distributions of Linux keep the wheels elsewhere. (``ensurepip`` itself takes an empty setting for a directory.)"""


def bootstrap_contents(python: Path, folders: Iterable[str], locked: Iterable[str]) -> tuple[WheelContent, ...]:
    """Return the content of bundled wheels whose metadata directory is among ``folders``, and that are not ``locked``.

    So what ``ensurepip`` installed is compared with the interpreter's own wheels; any other pip is as foreign as any
    other package that is not locked. Raises :class:`ToolError` if the interpreter cannot be asked,
    :class:`InputError` if its wheels are malformed.
    """
    wanted = {folder for folder in folders if folder.partition("-")[0] in set(NAMES) - set(locked)}
    if not wanted:
        return ()
    places = _bundled(python)
    names = [f"{folder.removesuffix('.dist-info')}-py3-none-any.whl" for folder in sorted(wanted)]
    paths = [next((place / name for place in places if (place / name).is_file()), None) for name in names]
    return tuple(_content(path) for path in paths if path is not None)


def bundled_pip(python: Path) -> Path:
    """Return the wheel of pip that an interpreter brings along. Raises :class:`ToolError` if there is none."""
    found = [path for place in _bundled(python) for path in sorted(place.glob("pip-*-py3-none-any.whl"))]
    if not found:
        remedy = "Install with uv, or install the part of the interpreter that has ensurepip (python3-venv on Debian)."
        raise ToolError("brings no pip along", context=str(python), remedy=remedy)
    return found[0]


def _content(path: Path) -> WheelContent:
    with path.open("rb") as stream:
        return content_of(open_wheel(stream, path.name))


def _bundled(python: Path) -> tuple[Path, ...]:
    import subprocess

    try:
        done = subprocess.run(  # noqa: S603 - our own program, no shell, isolated
            [str(python), "-I", "-S", "-B", "-c", _PROGRAM],
            capture_output=True,
            text=True,
            timeout=TIME_LIMIT,
            check=False,
            env={},
            cwd="/",
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        remedy = "Name another interpreter with --python."
        raise ToolError(f"does not name its bundled wheels: {error}", context=str(python), remedy=remedy) from error
    return tuple(Path(line) for line in done.stdout.splitlines() if line.startswith("/"))
