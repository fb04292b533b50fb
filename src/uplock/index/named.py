"""Settings of every index that a project names, the default one last."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from uplock.errors import ConfigError
from uplock.index.address import without_credentials
from uplock.index.client_config import Places, Setting
from uplock.index.credentials import find_credentials
from uplock.index.settings import IndexSettings, checked_address, settings_of
from uplock.lockfile.indexes import IndexEntry
from uplock.model.value import Value, changed

DEFAULT_NAME = "default"


class NamedIndex(Value, frozen=True, kw_only=True):
    """How to ask an index, and what is pinned to it (``ignored`` sentences stand with the default index alone)."""

    name: str
    settings: IndexSettings
    packages: tuple[str, ...] = ()
    explicit: bool = False


def indexes_of(
    places: Places,
    entries: tuple[IndexEntry, ...],
    *,
    flag: str | None,
    configured: str | None,
    environ: Mapping[str, str],
) -> tuple[NamedIndex, ...]:
    """Return the indexes in the order of asking: ``entries``, then the default one.

    The default index is as :func:`~uplock.index.settings.settings_of` says. An entry that is the default stands in
    the place of ``configured``; what is pinned to it stays so where ``flag`` names another address for this call.
    Raises as ``settings_of`` does, and :class:`ConfigError` for names that would share their credentials.
    """
    _tell_apart(entries)
    standing = next((entry for entry in entries if entry.default), None)
    base = settings_of(places, flag=flag, configured=standing.url if standing else configured, environ=environ)
    named = [_named(entry, base, environ, places.home) for entry in entries if entry is not standing]
    if standing is None:
        return (*named, NamedIndex(name=DEFAULT_NAME, settings=base))
    last = _named(standing, base, environ, places.home)
    return (*named, last if flag is None else changed(last, settings=base))


def _named(entry: IndexEntry, base: IndexSettings, environ: Mapping[str, str], home: Path) -> NamedIndex:
    """Return an entry's settings: an address and credentials of its own, everything else as for the default index."""
    source = f"the project's configuration (index {entry.name})"
    address = checked_address(Setting(value=entry.url, place=source))
    probes: list[str] = []
    credentials = find_credentials(address, environ, home, probes, stem=_stem(entry.name))
    settings = changed(
        base,
        url=without_credentials(address),
        credentials=credentials,
        source=source,
        ignored=(),
        probes=tuple(dict.fromkeys((*base.probes, *probes))),
    )
    return NamedIndex(name=entry.name, settings=settings, packages=entry.packages, explicit=entry.explicit)


def _stem(name: str) -> str:
    """Return what the variables with an index's credentials begin with."""
    return "UPLOCK_INDEX_" + re.sub(r"[^A-Z0-9]", "_", name.upper())


def _tell_apart(entries: tuple[IndexEntry, ...]) -> None:
    seen: dict[str, str] = {}
    for entry in entries:
        other = seen.setdefault(_stem(entry.name), entry.name)
        if other != entry.name:
            raise ConfigError(
                f"the indexes {other} and {entry.name} would share {_stem(entry.name)}_PASSWORD",
                context="tool.uplock.indexes",
                remedy="Rename one so that they differ in letters or digits.",
            )
