"""The pinned distributions that pip-tools is run with: one locked set for each minor version of CPython."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

from uplock.errors import UnaskableError
from uplock.model.digest import Sha256
from uplock.model.value import Value

_TOOL = re.compile(r"(?P<name>\S+)==(?P<version>\S+) \\\n +--hash=sha256:(?P<sha256>[0-9a-f]{64})\n")


class Tool(Value, frozen=True, kw_only=True):
    """One pure wheel of a set."""

    name: str
    version: str
    sha256: Sha256

    @property
    def filename(self) -> str:
        """A file name that says what it is: of a pure wheel nothing else matters to an installer."""
        return f"{self.name.replace('-', '_')}-{self.version}-py3-none-any.whl"


@cache
def tool_set(minor: str) -> tuple[Tool, ...]:
    """Return the tools for ``3.9``, sorted by name. Raises :class:`UnaskableError` if there is no set."""
    file = resources.files("uplock.resolve") / "data" / f"pip-tools.py{minor.replace('.', '')}.txt"
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise UnaskableError(
            f"pip-tools cannot be asked here: no version of it is known for CPython {minor}",
            remedy="Lock this target with the resolver uv.",
        ) from error
    return tuple(
        Tool(name=match["name"], version=match["version"], sha256=Sha256(match["sha256"]))
        for match in _TOOL.finditer(text)
    )


def version_of(tools: tuple[Tool, ...], name: str) -> str:
    """Return the version of the tool of that name."""
    return next(tool.version for tool in tools if tool.name == name)
