"""Starting a project: the smallest configuration that says what is left and what for."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from uplock.errors import ConfigError
from uplock.files import read_bytes, write_atomically
from uplock.lockfile.config import has_table, read_config
from uplock.model.outcome import InitResult
from uplock.workflow.project import default_minors


def initialize(root: Path, leaving: str | None, today: date) -> InitResult:
    """Append ``[tool.uplock]`` to pyproject.toml, or write uplock.toml where there is none; never replace a table."""
    if not root.is_dir():
        raise ConfigError("there is no such folder", context=str(root), remedy="Name the folder of a project.")
    pyproject, own = root / "pyproject.toml", root / "uplock.toml"
    existing = read_bytes(pyproject) if pyproject.exists() else None
    if own.exists():
        return InitResult(path=own.name, written=False, text=read_bytes(own).decode())
    if existing is not None and has_table(existing):
        return InitResult(path=pyproject.name, written=False, text=existing.decode())
    config = read_config(lambda name: read_bytes(root / name) if (root / name).exists() else None)
    table = _table(leaving, default_minors(today, config.requires_python))
    if existing is None:
        text = table
        path = own
    else:
        text = f"[tool.uplock]\n{table}"
        path = pyproject
    data = text.encode() if existing is None else existing.rstrip(b"\n") + b"\n\n" + text.encode()
    write_atomically(path, data)
    return InitResult(path=path.name, written=True, text=text)


def _table(leaving: str | None, minors: tuple[str, ...]) -> str:
    lines = [] if leaving is None else [f'from = "{leaving}"']
    quoted = ", ".join(f'"{minor}"' for minor in minors)
    lines.append(f"targets = [{quoted}]")
    lines.append('platforms = ["linux-x86_64"]')
    return "".join(f"{line}\n" for line in lines)
