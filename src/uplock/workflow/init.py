"""Starting a project: the smallest configuration that says what is left and what for."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

from uplock.errors import ConfigError
from uplock.files import put_in_place, read_bytes
from uplock.lockfile.config import OWN, PYPROJECT, has_table, read_config
from uplock.lockfile.plan import plan_targets
from uplock.lockfile.toml_text import table
from uplock.model.outcome import InitResult
from uplock.policy.lifecycle import load_latest_patches
from uplock.workflow.project import default_minors


def initialize(root: Path, leaving: str | None, today: date) -> InitResult:
    """Append ``[tool.uplock]`` to pyproject.toml, or write uplock.toml where there is none; never replace a table.

    The file is read back before it is written, keeps its mode, and is written through a link. Raises
    :class:`ConfigError` if the result would not be a valid configuration.
    """
    if not root.is_dir():
        raise ConfigError("there is no such folder", context=str(root), remedy="Name the folder of a project.")
    pyproject, own = root / PYPROJECT, root / OWN
    existing = read_bytes(pyproject) if pyproject.exists() else None
    if own.exists():
        return InitResult(path=OWN, written=False, text=_text(read_bytes(own)))
    if existing is not None and has_table(existing):
        return InitResult(path=PYPROJECT, written=False, text=_text(existing))
    before = read_config({PYPROJECT: existing}.get)
    lines = _table(leaving, default_minors(today, before.requires_python))
    if existing is None:
        text, path, data = lines, own, lines.encode()
    else:
        text, path = f"[tool.uplock]\n{lines}", pyproject
        data = existing.rstrip(b"\n") + b"\n\n" + text.encode()
    config = read_config({PYPROJECT: existing, path.name: data}.get)
    plan_targets(config, {row.line: row.version for row in load_latest_patches()}, ())
    real = path.resolve()
    put_in_place(real, data, stat.S_IMODE(real.stat().st_mode) if real.exists() else 0o644)
    return InitResult(path=path.name, written=True, text=text)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", errors="replace")


def _table(leaving: str | None, minors: tuple[str, ...]) -> str:
    baseline = {} if leaving is None else {"from": leaving}
    return table({**baseline, "targets": minors, "platforms": ("linux-x86_64",)})
