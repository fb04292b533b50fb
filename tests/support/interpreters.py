"""Finding CPython by minor version on this machine: on PATH, or among those that pyenv keeps."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from pathlib import Path


def find_python(minor: str) -> Path | None:
    """Return a working interpreter of ``minor`` (``3.12``), or ``None``."""
    home = Path(pwd.getpwuid(os.getuid()).pw_dir)
    pyenv = Path(os.environ.get("PYENV_ROOT", home / ".pyenv"))
    found = shutil.which(f"python{minor}")
    candidates = [Path(found)] if found else []
    candidates += sorted(pyenv.glob(f"versions/{minor}.*/bin/python"), reverse=True)
    return next((each for each in candidates if _works(each, minor)), None)


def _works(python: Path, minor: str) -> bool:
    question = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([python, "-c", question], capture_output=True, text=True, check=False)
    return done.returncode == 0 and done.stdout.strip() == minor
