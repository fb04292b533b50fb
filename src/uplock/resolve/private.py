"""Folders for what resolvers keep from run to run: only where nobody else can put anything."""

from __future__ import annotations

import os
import stat
from pathlib import Path


def private_folder(path: Path) -> Path | None:
    """Make a folder that only this user can write, and return it.

    ``None`` if it cannot be made, is a link, belongs to another user, or others can write there: what lies in it
    decides answers.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
        state = path.lstat()
    except OSError:
        return None
    mine = stat.S_ISDIR(state.st_mode) and state.st_uid == os.geteuid()
    return path if mine and not state.st_mode & (stat.S_IWGRP | stat.S_IWOTH) else None
