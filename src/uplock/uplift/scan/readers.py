"""Which reader reads which file: by its path alone, so that nothing else is opened."""

from __future__ import annotations

import importlib
import re

from uplock.model.declaration import Declared
from uplock.uplift.scan.source import Reader, Source

_TABLE: tuple[tuple[str, str], ...] = (
    (r"pyproject\.toml", "pyproject"),
    (r"setup\.cfg", "setup_cfg"),
    (r"setup\.py", "setup_py"),
    (r"\.python-versions?|\.tool-versions|runtime\.txt", "plain_files"),
    (r"\.?mise(\..*)?\.toml|Pipfile|pixi\.toml|\.?ruff\.toml|\.?mypy\.ini", "tool_tables"),
    (r"tox\.(ini|toml)", "tox"),
    (r"noxfile\.py", "nox"),
    (r"uv\.lock|poetry\.lock|Pipfile\.lock|pylock(\.[^.]+)?\.toml|.+\.txt", "lock_files"),
    (r"\.pre-commit-config\.ya?ml", "pre_commit"),
    (r"\.readthedocs\.ya?ml|readthedocs\.yml", "readthedocs"),
    (r"environment[^/]*\.ya?ml", "conda"),
    (r"(.*\.)?\.?gitlab-ci\.ya?ml", "gitlab"),
    (r"azure-pipelines[^/]*\.ya?ml", "azure_pipelines"),
    (r"(Dockerfile|Containerfile)(\.(?!dockerignore$).+)?|.+\.(Dockerfile|dockerfile)", "dockerfile"),
    (r"(docker-)?compose[^/]*\.ya?ml", "compose"),
    (r"\.?devcontainer\.json", "devcontainer"),
    (r"serverless\.(ya?ml|json)", "serverless"),
    (r".+\.tf", "terraform"),
    (r".+\.tf\.json", "terraform"),
    (r"app[^/]*\.ya?ml", "app_engine"),
    (r"action\.ya?ml", "github_actions"),
    (r"(template[^/]*|[^/]*\.template)\.(ya?ml|json)", "cloudformation"),
    (r"(azuredeploy|mainTemplate|[^/]*\.arm)[^/]*\.json", "azure_functions"),
)
"""Pattern of the last part of a path, and module."""

_FOLDERS: tuple[tuple[str, str], ...] = (
    (r"(.*/)?\.github/workflows/[^/]+\.ya?ml", "github_actions"),
    (r"(.*/)?\.circleci/config\.ya?ml", "circleci"),
    (r"(.*/)?\.gitlab/.+\.ya?ml", "gitlab"),
    (r"(.*/)?\.azure-pipelines/.+\.ya?ml", "azure_pipelines"),
    (r"(.*/)?\.?mise/config\.toml|(.*/)?\.config/mise/config\.toml", "tool_tables"),
    (r"(.*/)?conda/[^/]+\.ya?ml", "conda"),
    (r"(.*/)?cloudformation/.+\.(ya?ml|json)", "cloudformation"),
    (r"(.*/)?(arm|azure)/[^/]+\.json", "azure_functions"),
)
"""The same for whole paths, which win."""

_COMPILED = [(re.compile(pattern), module) for pattern, module in _FOLDERS]
_NAMED = [(re.compile(pattern), module) for pattern, module in _TABLE]


def module_of(path: str) -> str | None:
    """Return the module that reads a path (POSIX, below the scanned folder), ``None`` if none does."""
    name = path.rpartition("/")[2]
    for pattern, module in _COMPILED:
        if pattern.fullmatch(path):
            return module
    return next((module for pattern, module in _NAMED if pattern.fullmatch(name)), None)


def is_read(path: str) -> bool:
    """Whether any reader reads a path."""
    return module_of(path) is not None


def read(source: Source) -> tuple[Declared, ...]:
    """Return what a file declares, by line; nothing for a file that no reader reads.

    Raises :class:`~uplock.errors.InputError`, with the line in its message, for a file that is not of its format.
    """
    module = module_of(source.path)
    if module is None:
        return ()
    reader: Reader = importlib.import_module(f"uplock.uplift.scan.{module}").declarations
    return tuple(sorted(reader(source), key=lambda each: each.line))
