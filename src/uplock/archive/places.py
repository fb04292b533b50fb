"""Where archive and cache are: from options, environment and platform, all given."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def archive_place(project: Path, flag: str | None, environ: Mapping[str, str]) -> Path:
    """Return the archive's folder: ``--archive``, else ``UPLOCK_ARCHIVE``, else ``.uplock`` in the project."""
    return Path(flag or environ.get("UPLOCK_ARCHIVE") or project / ".uplock")


def user_cache(environ: Mapping[str, str], home: Path, platform: str) -> Path:
    """Return the user's cache: ``UPLOCK_CACHE``, else where the platform keeps caches.

    ``platform`` is as ``sys.platform``; elsewhere than on macOS the XDG base directory specification holds, by which
    a relative ``XDG_CACHE_HOME`` is ignored.
    """
    if own := environ.get("UPLOCK_CACHE"):
        return Path(own)
    if platform == "darwin":
        return home / "Library" / "Caches" / "uplock"
    xdg = Path(environ.get("XDG_CACHE_HOME", ""))
    return (xdg if xdg.is_absolute() else home / ".cache") / "uplock"
