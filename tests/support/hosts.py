"""Circumstances of a run that must not show in its result: users, interpreters, and hostile configuration."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[2] / "src"
NOBODY = 65534

LIBRARIES = os.pathsep.join(dict.fromkeys([str(SOURCES), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]))

HOSTILE_VARIABLES = (
    "PIP_EXTRA_INDEX_URL",
    "PIP_INDEX_URL",
    "UV_DEFAULT_INDEX",
    "UV_EXTRA_INDEX_URL",
    "UV_INDEX",
    "UV_INDEX_URL",
)
"""Variables that name an index."""

SETTINGS = {
    "PIP_NO_BINARY": ":all:",
    "PIP_ONLY_BINARY": ":none:",
    "PIP_PRE": "1",
    "PIP_REQUIRE_HASHES": "1",
    "PIP_UPLOADED_PRIOR_TO": "2020-01-01T00:00:00Z",
    "PYTHONUTF8": "0",
    "SOURCE_DATE_EPOCH": "1",
    "UV_CUSTOM_COMPILE_COMMAND": "make locks",
    "UV_EXCLUDE_NEWER": "2020-01-01T00:00:00Z",
    "UV_FORK_STRATEGY": "fewest",
    "UV_INDEX_STRATEGY": "unsafe-best-match",
    "UV_NO_BINARY": "1",
    "UV_NO_INDEX": "1",
    "UV_OFFLINE": "1",
    "UV_PRERELEASE": "allow",
    "UV_PYTHON": "3.10",
    "UV_RESOLUTION": "lowest",
}
"""Variables that change answers of uv and pip in other ways."""

PIP_CONF = """\
[global]
index-url = {url}
extra-index-url = {url}
find-links = {links}
constraint = {constraint}
pre = yes
no-binary = :all:
"""

UV_TOML = """\
exclude-newer = "2020-01-01T00:00:00Z"
resolution = "lowest"
prerelease = "allow"
index-strategy = "unsafe-best-match"
find-links = ["{links}"]
constraint-dependencies = ["coin<1"]
override-dependencies = ["coin==0.1"]

[[index]]
name = "hostile"
url = "{url}"
default = true

[pip]
index-url = "{url}"
extra-index-url = ["{url}"]
python-version = "3.8"
python-platform = "windows"
no-binary = [":all:"]
resolution = "lowest"
"""


@dataclass(frozen=True)
class Host:
    """Who runs a command, and how. ``path`` is where ``python`` imports from besides its own, ``user`` a number."""

    python: Path = Path(sys.executable)
    path: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    umask: int = 0o022
    user: int | None = None

    def run(self, home: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run ``python ARGUMENTS`` with a home of its own, and nothing else of this process's environment."""
        kept = {name: os.environ[name] for name in ("PATH", "SSL_CERT_FILE", "SSL_CERT_DIR") if name in os.environ}
        own = {"HOME": str(home), "UPLOCK_CACHE": str(home / "cache")}
        if self.path:
            own["PYTHONPATH"] = self.path
        return subprocess.run(
            [str(self.python), *(str(each) for each in arguments)],
            env={**kept, **own, **self.environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            umask=self.umask,
            user=self.user,
            group=self.user,
            extra_groups=None if self.user is None else [],
            check=False,
        )

    def can_run_uplock(self, home: Path) -> bool:
        """Whether uplock and what it needs can be imported there."""
        try:
            return self.run(home, "-c", "import uplock.cli.main, uplock.model.value, uv").returncode == 0
        except OSError:
            return False


def hosts() -> list[Host]:
    """Return this interpreter, and that of the system if it has the same minor: it can use the same libraries."""
    system = Path(f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}")
    return [Host(), *([Host(python=system, path=LIBRARIES)] if system.is_file() else [])]


def make_hostile(home: Path, project: Path, url: str) -> dict[str, str]:
    """Write hostile configuration of pip and uv wherever they read it; return variables that are hostile too."""
    links = home / "links"
    links.mkdir(parents=True, exist_ok=True)
    constraint = home / "constraint.txt"
    constraint.write_text("coin<1\ntill<1\n")
    pip = PIP_CONF.format(url=url, links=links, constraint=constraint)
    uv = UV_TOML.format(url=url, links=links)
    files = {
        home / ".pip/pip.conf": pip,
        home / ".config/pip/pip.conf": pip,
        home / ".config/uv/uv.toml": uv,
        home / "system/pip/pip.conf": pip,
        home / "system/uv/uv.toml": uv,
        project / "uv.toml": uv,
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    named = {"PIP_CONSTRAINT": str(constraint), "PIP_FIND_LINKS": str(links), "UV_CONSTRAINT": str(constraint)}
    return {**SETTINGS, **named, **dict.fromkeys(HOSTILE_VARIABLES, url), "XDG_CONFIG_DIRS": str(home / "system")}
