"""What uv and pip are configured with: read so that uplock asks the index that its user already uses.

Read are the default index, CA bundle and proxy. Everything else that changes where packages come from (more indexes,
links, constraints) is reported as seen and not used: it would let an answer depend on the machine.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from uplock.errors import ConfigError, located
from uplock.files import read_bytes
from uplock.model.value import Value

MAX_CONFIG = 1 << 20
"""No configuration file may be larger, in bytes."""

_NO_OTHERS = "further indexes belong to the project's configuration"
_REASONS = {
    "index": _NO_OTHERS,
    "extra-index-url": _NO_OTHERS,
    "find-links": "uplock asks indexes only",
    "no-index": "uplock needs an index",
    "constraint": "constraints belong to the project",
    "trusted-host": "certificates are always verified",
    "allow-insecure-host": "certificates are always verified",
}
_UV_VARIABLES = {
    "UV_INDEX": "index",
    "UV_EXTRA_INDEX_URL": "extra-index-url",
    "UV_FIND_LINKS": "find-links",
    "UV_NO_INDEX": "no-index",
    "UV_CONSTRAINT": "constraint",
    "UV_INSECURE_HOST": "allow-insecure-host",
}
_NAMED_INDEX = re.compile(r"(?P<name>[A-Za-z0-9._-]+)=(?P<url>.+)\Z", re.DOTALL)


class Places(Value, frozen=True, kw_only=True):
    """Where configuration files are looked for.

    ``system`` is the folder of machine-wide files; ``prefix`` the environment whose ``pip.conf`` pip would read.
    """

    home: Path
    project: Path
    system: Path
    prefix: Path


def usual_places(home: Path, project: Path) -> Places:
    """Return the places that uv and pip themselves look at."""
    return Places(home=home, project=project, system=Path("/etc"), prefix=Path(sys.prefix))


class Setting(Value, frozen=True, kw_only=True):
    """A value and the place it stands in. The value may carry credentials: never show it."""

    value: str
    place: str
    name: str | None = None
    """Name of an index, if uv knows it by one."""


class ClientConfig(Value, frozen=True, kw_only=True):
    """What one client says. ``ignored`` are sentences; ``probes`` the files that were looked for."""

    index: Setting | None = None
    cert: Setting | None = None
    proxy: Setting | None = None
    ignored: tuple[str, ...] = ()
    probes: tuple[str, ...] = ()


def _not_used(key: str, place: str) -> str:
    return f"{key} in {place} is not used: {_REASONS[key]}"


def _set_variables(environ: Mapping[str, str], variables: Mapping[str, str]) -> Iterator[str]:
    for variable, key in variables.items():
        if environ.get(variable):
            yield f"{variable} in the environment is not used: {_REASONS[key]}"


def _read(path: Path) -> str | None:
    """Return a configuration file's text, ``None`` if there is no such file."""
    if not os.path.isfile(path):
        return None
    try:
        return read_bytes(path, MAX_CONFIG).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError("not UTF-8", context=str(path), remedy="Save the file as UTF-8.") from error


def _user_folder(environ: Mapping[str, str], home: Path) -> Path:
    return Path(environ.get("XDG_CONFIG_HOME") or home / ".config")


def _system_folders(environ: Mapping[str, str], system: Path) -> list[Path]:
    listed = environ.get("XDG_CONFIG_DIRS", "")
    return [Path(folder) for folder in listed.split(os.pathsep) if folder] or [system / "xdg"]


# --- uv -----------------------------------------------------------------------------------------------------------


def read_uv(environ: Mapping[str, str], places: Places) -> ClientConfig:
    """Read uv's variables and files, nearest first. Raises :class:`ConfigError` for a malformed file."""
    index: Setting | None = None
    for variable in ("UV_DEFAULT_INDEX", "UV_INDEX_URL"):
        if index is None and environ.get(variable):
            index = _named(environ[variable], variable)
    ignored, probes = list(_set_variables(environ, _UV_VARIABLES)), []
    for path in _uv_files(environ, places):
        probes.append(str(path))
        text = _read(path)
        if text is None:
            continue
        with located(str(path)):
            found, more = _uv_table(_uv_options(text, path.name), str(path))
        index = index or found
        ignored += more
    return ClientConfig(index=index, ignored=tuple(ignored), probes=tuple(probes))


def _uv_files(environ: Mapping[str, str], places: Places) -> list[Path]:
    if environ.get("UV_NO_CONFIG", "").lower() in {"1", "true", "yes", "on"}:
        return []
    if explicit := environ.get("UV_CONFIG_FILE"):
        return [Path(explicit).absolute()]
    folders = [_user_folder(environ, places.home), *_system_folders(environ, places.system), places.system]
    files = [places.project / "uv.toml", places.project / "pyproject.toml"]
    return [path.absolute() for path in (*files, *(folder / "uv" / "uv.toml" for folder in folders))]


def _uv_options(text: str, filename: str) -> dict[str, Any]:
    import tomllib

    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"not valid TOML: {error}", remedy="Correct the file.") from error
    for key in ("tool", "uv") if filename == "pyproject.toml" else ():
        data = data.get(key, {})
        if not isinstance(data, dict):
            raise ConfigError(f"{key} is not a table", remedy="Correct the file.")
    return data


def _uv_table(options: dict[str, Any], place: str) -> tuple[Setting | None, list[str]]:
    """Return the default index of one file and what else of interest it says."""
    entries = options.get("index", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ConfigError("index is not an array of tables", remedy="Write [[index]] as uv documents it.")
    found = None
    ignored = []
    for entry in entries:
        url, name = entry.get("url"), entry.get("name")
        if not isinstance(url, str) or not isinstance(name, str | None):
            raise ConfigError("an index without a url", remedy="Give every [[index]] a url.")
        if entry.get("default") is True and found is None:
            found = Setting(value=url, place=place, name=name)
        else:
            ignored.append(_not_used("index", f"{place} ({name or 'without a name'})"))
    legacy = options.get("index-url")
    if found is None and isinstance(legacy, str):
        found = Setting(value=legacy, place=place)
    keys = ("extra-index-url", "find-links", "no-index", "allow-insecure-host")
    return found, [*ignored, *(_not_used(key, place) for key in keys if options.get(key))]


def _named(text: str, variable: str) -> Setting:
    place = f"the environment ({variable})"
    match = _NAMED_INDEX.match(text)
    if match is None:
        return Setting(value=text, place=place)
    return Setting(value=match["url"], place=place, name=match["name"])


# --- pip ----------------------------------------------------------------------------------------------------------

_PIP_KEYS = ("extra-index-url", "find-links", "no-index", "constraint", "trusted-host")
_FALSE = {"", "0", "false", "no", "off"}


def read_pip(environ: Mapping[str, str], places: Places) -> ClientConfig:
    """Read pip's variables and the ``[global]`` section of its files; a nearer file wins.

    Raises :class:`ConfigError` for a malformed file.
    """
    settings: dict[str, Setting] = {}
    ignored = list(_set_variables(environ, {f"PIP_{key.replace('-', '_').upper()}": key for key in _PIP_KEYS}))
    probes = []
    for path in _pip_files(environ, places):
        probes.append(str(path))
        text = _read(path)
        if text is None:
            continue
        with located(str(path)):
            options = _pip_options(text)
        settings |= {key: Setting(value=value, place=str(path)) for key, value in options.items()}
        ignored += (_not_used(key, str(path)) for key in _PIP_KEYS if options.get(key, "").lower() not in _FALSE)
    for key in ("index-url", "cert", "proxy"):
        variable = f"PIP_{key.replace('-', '_').upper()}"
        if environ.get(variable):
            settings[key] = Setting(value=environ[variable], place=f"the environment ({variable})")
    return ClientConfig(
        index=settings.get("index-url"),
        cert=settings.get("cert"),
        proxy=settings.get("proxy"),
        ignored=tuple(ignored),
        probes=tuple(probes),
    )


def _pip_files(environ: Mapping[str, str], places: Places) -> Iterable[Path]:
    """Return pip's files, furthest first. ``PIP_CONFIG_FILE`` replaces the user's own; the null device replaces all."""
    explicit = environ.get("PIP_CONFIG_FILE")
    if explicit == os.devnull:
        return ()
    shared = [folder / "pip" / "pip.conf" for folder in _system_folders(environ, places.system)]
    own = [places.home / ".pip" / "pip.conf", _user_folder(environ, places.home) / "pip" / "pip.conf"]
    nearest = [*([] if explicit else own), places.prefix / "pip.conf", *([Path(explicit)] if explicit else [])]
    return [path.absolute() for path in (*shared, places.system / "pip.conf", *nearest)]


def _pip_options(text: str) -> dict[str, str]:
    import configparser

    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise ConfigError("not a valid pip.conf", remedy="Correct the file.") from error
    if not parser.has_section("global"):
        return {}
    return {key.lstrip("-").replace("_", "-"): value.strip() for key, value in parser.items("global")}
