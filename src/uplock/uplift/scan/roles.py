"""What a job is for, told by its names."""

from __future__ import annotations

import re

from uplock.model.declaration import Role

_WORDS: dict[Role, str] = {
    "lint": "lint linting linter linters format formatting fmt style mypy ruff flake pylint pyright typing typecheck"
    " types precommit",
    "build": "build builds building wheel wheels package packaging publish release deploy deployment docs doc dist"
    " image",
}
_LINT, _BUILD = frozenset(_WORDS["lint"].split()), frozenset(_WORDS["build"].split())


def role_of(*names: str) -> Role:
    """Return the role that the words of names stand for: the first name that tells anything decides."""
    for name in names:
        words = {word for word in re.split(r"[^a-z]+", name.lower()) if word}
        if words & _LINT or {"type", "check"} <= words or {"pre", "commit"} <= words:
            return "lint"
        if words & _BUILD:
            return "build"
    return "test"
