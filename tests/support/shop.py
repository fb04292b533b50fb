"""A small estate for tests of whole commands: an index with a native and some pure wheels, and a project."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from support.elf import build_elf
from support.index_simulator import IndexSimulator
from support.wheels import build_wheel
from uplock.cli.main import run

if TYPE_CHECKING:
    import pytest

UPLOADED = datetime(2026, 1, 1, tzinfo=UTC)
LATER = datetime(2026, 6, 1, tzinfo=UTC)
AS_OF = "2026-11-22"
MANYLINUX = "manylinux_2_17_x86_64"

PYPROJECT = """\
[project]
name = "shop"
version = "1.0"
dependencies = ["till", "crypt"]

[tool.uplock]
from = "3.9.18"
targets = ["3.12.1"]
exclude-newer = "2026-03-01T00:00:00Z"
"""


@dataclass(frozen=True)
class Answer:
    """What a command left: its code and its two streams."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


def native_wheel(version: str, tag: str, *, openssl: str = "3.5.4 30 Sep 2025") -> tuple[str, bytes]:
    """Return a wheel of ``crypt`` with an extension module that carries OpenSSL and needs glibc 2.17."""
    interpreter = tag.split("-", 1)[0]
    module = build_elf(
        needed=("libc.so.6",),
        versions={"libc.so.6": ("GLIBC_2.2.5", "GLIBC_2.17")},
        rodata=f"\0OpenSSL {openssl}\0".encode(),
    )
    return build_wheel("crypt", version, tag=tag, files={f"crypt/_native.{interpreter}-x86_64-linux-gnu.so": module})


def estate() -> IndexSimulator:
    """Return an index in which 3.9 and 3.12 get different versions of ``till``."""
    index = IndexSimulator(provenance_offered=False)
    for minor in ("39", "312", "313"):
        index.publish(*native_wheel("2.0", f"cp{minor}-cp{minor}-{MANYLINUX}"), upload_time=UPLOADED)
    for wheel, python in (
        (build_wheel("till", "1.0", requires_dist=("coin>=1",)), None),
        (build_wheel("till", "2.0", requires_dist=("coin>=1",), requires_python=">=3.10"), ">=3.10"),
        (build_wheel("coin", "1.1"), None),
    ):
        index.publish(*wheel, upload_time=UPLOADED, requires_python=python)
    index.publish(*build_wheel("coin", "9.9"), upload_time=LATER)
    return index


def project(folder: Path, text: str = PYPROJECT) -> Path:
    """Write a project and return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(text)
    return folder


def snapshot(folder: Path) -> Mapping[str, bytes]:
    """Return every file below a project but its archive."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".uplock" not in path.parts
    }


def uplock(capfd: pytest.CaptureFixture[str], *arguments: str | Path) -> Answer:
    """Run a command in this process as a user would, and return what it left."""
    capfd.readouterr()
    code = run([str(argument) for argument in arguments])
    out, err = capfd.readouterr()
    assert "Traceback" not in err, err
    return Answer(code=code, out=out, err=err)
