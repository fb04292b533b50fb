"""Which index to ask, and how: from the command line, the project, the environment, uv, pip, in this order."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from uplock.errors import ConfigError, InputError, ToolError, UsageError
from uplock.index.address import origin, parse, redact, user_info, without_credentials
from uplock.index.client_config import ClientConfig, Places, Setting, read_pip, read_uv, usual_places
from uplock.index.credentials import Credentials, Secret, find_credentials
from uplock.model.value import Value

__all__ = ["IndexSettings", "Proxy", "ProxySettings", "read_settings", "redact", "settings_of"]

HELP_TIME_LIMIT = 30
"""Seconds that the resolver may take to print its help."""

_PUBLISHED_DEFAULT = re.compile(r"by\s+default:\s+<(https?://[^>\s]+)>")
_CA_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT")


class Proxy(Value, frozen=True, kw_only=True):
    """An HTTP proxy: its URL without credentials, and these."""

    url: str
    credentials: Credentials | None = None


class ProxySettings(Value, frozen=True, kw_only=True):
    """Proxies by the scheme that is asked for; ``bypass`` is a comma-separated list of hosts (``NO_PROXY``)."""

    http: Proxy | None = None
    https: Proxy | None = None
    bypass: str = ""


class IndexSettings(Value, frozen=True, kw_only=True):
    """Everything that is needed to ask an index."""

    url: str
    """Without credentials and without a final slash."""
    credentials: Credentials | None = None
    ca_bundle: str | None = None
    """File or directory of certificate authorities; ``None``: the system's."""
    proxy: ProxySettings = ProxySettings()
    source: str
    """Where the URL came from, for people."""
    ignored: tuple[str, ...] = ()
    """Sentences about what was seen and is not used."""
    probes: tuple[str, ...] = ()
    """Absolute paths of the configuration files that were looked for, whether they exist or not."""
    search_path: str | None = None
    """``PATH``, for the ``keyring`` program."""


def read_settings(
    *,
    flag: str | None,
    configured: str | None,
    environ: Mapping[str, str],
    home: Path,
    project: Path,
) -> IndexSettings:
    """Return the settings that hold for ``project``, with the machine's own configuration in its usual places.

    The index is the first of: ``flag``, ``configured`` (the project's own), ``UPLOCK_INDEX_URL``, uv's, pip's, and the
    default that the resolver publishes. Raises as :func:`settings_of` does.
    """
    return settings_of(usual_places(home, project), flag=flag, configured=configured, environ=environ)


def settings_of(
    places: Places, *, flag: str | None, configured: str | None, environ: Mapping[str, str]
) -> IndexSettings:
    """Return the settings from configuration files in ``places`` and nowhere else.

    Raises :class:`UsageError` or :class:`ConfigError` for an address that cannot be asked, :class:`ConfigError` for
    a malformed file, :class:`ToolError` if the default is needed and the resolver does not tell it.
    """
    uv, pip = read_uv(environ, places), read_pip(environ, places)
    chosen = _choose(flag, configured, environ, uv, pip)
    address = checked_address(chosen)
    probes = [*uv.probes, *pip.probes]
    credentials = find_credentials(address, environ, places.home, probes) or _uv_credentials(chosen, environ)
    return IndexSettings(
        url=without_credentials(address),
        credentials=credentials,
        ca_bundle=_ca_bundle(environ, pip),
        proxy=_proxies(environ, pip),
        source=chosen.place,
        ignored=(*uv.ignored, *pip.ignored),
        probes=tuple(dict.fromkeys(probes)),
        search_path=environ.get("PATH"),
    )


def _choose(
    flag: str | None, configured: str | None, environ: Mapping[str, str], uv: ClientConfig, pip: ClientConfig
) -> Setting:
    if flag is not None:
        return Setting(value=flag, place="the command line")
    if configured is not None:
        return Setting(value=configured, place="the project's configuration ([tool.uplock] index-url)")
    if own := environ.get("UPLOCK_INDEX_URL"):
        return Setting(value=own, place="the environment (UPLOCK_INDEX_URL)")
    for client, config in (("uv", uv), ("pip", pip)):
        if config.index is not None:
            found = config.index
            return Setting(value=found.value, place=f"{client}: {found.place}", name=found.name)
    return Setting(value=published_default(environ), place="uv's default")


def checked_address(setting: Setting) -> str:
    """Return an index address that can be asked, with its credentials, without a final slash.

    Raises :class:`UsageError` for one from the command line, :class:`ConfigError` for any other.
    """
    remedy = "Give the http or https URL of a simple index (PEP 503), without a query."
    kind = UsageError if setting.place == "the command line" else ConfigError
    try:
        parts = parse(setting.value.strip())
    except InputError as error:
        raise kind(error.message, context=setting.place, remedy=remedy) from error
    if parts.query or parts.fragment:
        raise kind("the index URL has a query or fragment", context=setting.place, remedy=remedy)
    return parts._replace(path=parts.path.rstrip("/")).geturl()


def _uv_credentials(setting: Setting, environ: Mapping[str, str]) -> Credentials | None:
    """Return what uv reads for an index that has a name: ``UV_INDEX_<NAME>_USERNAME`` and ``_PASSWORD``."""
    if setting.name is None:
        return None
    stem = "UV_INDEX_" + re.sub(r"[^A-Z0-9]", "_", setting.name.upper())
    user, password = environ.get(f"{stem}_USERNAME"), environ.get(f"{stem}_PASSWORD")
    if not user and not password:
        return None
    return Credentials(user=Secret(user or ""), password=Secret(password) if password else None)


def _ca_bundle(environ: Mapping[str, str], pip: ClientConfig) -> str | None:
    for variable in _CA_VARIABLES:
        if path := environ.get(variable):
            return os.path.abspath(path)
    if pip.cert is not None:
        return os.path.abspath(pip.cert.value)
    folder = environ.get("SSL_CERT_DIR")
    return os.path.abspath(folder) if folder else None


def _proxies(environ: Mapping[str, str], pip: ClientConfig) -> ProxySettings:
    def setting(variable: str) -> Setting | None:
        value = environ.get(variable.lower()) or environ.get(variable)
        return Setting(value=value, place=f"the environment ({variable})") if value else pip.proxy

    bypass = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    return ProxySettings(http=_proxy(setting("HTTP_PROXY")), https=_proxy(setting("HTTPS_PROXY")), bypass=bypass)


def _proxy(setting: Setting | None) -> Proxy | None:
    if setting is None:
        return None
    url = setting.value if "://" in setting.value else f"http://{setting.value}"
    try:
        user, password = user_info(url)
        host = origin(url)
    except InputError as error:
        remedy = "Give the proxy as http://host:port."
        raise ConfigError(error.message, context=setting.place, remedy=remedy) from error
    credentials = Credentials(user=Secret(user), password=Secret(password or "")) if user else None
    name = f"[{host.host}]" if ":" in host.host else host.host
    return Proxy(url=f"{host.scheme}://{name}:{host.port}", credentials=credentials)


def published_default(environ: Mapping[str, str]) -> str:
    """Return the index that the resolver (uv) asks unless told otherwise, from its own help text.

    Raises :class:`ToolError` if it cannot be run or does not say.
    """
    import subprocess

    from uv import find_uv_bin

    remedy = "Name the index with --index-url or UPLOCK_INDEX_URL."
    kept = {key: environ[key] for key in ("PATH", "SYSTEMROOT") if key in environ}
    try:
        done = subprocess.run(  # noqa: S603 - the program of our own dependency, constant arguments, no shell
            [find_uv_bin(), "help", "--no-pager", "pip", "compile"],
            env={**kept, "NO_COLOR": "1", "UV_NO_CONFIG": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=HELP_TIME_LIMIT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ToolError("cannot be asked for its default index", context="uv", remedy=remedy) from error
    return parse_default(done.stdout.decode("utf-8", "replace"))


def parse_default(text: str) -> str:
    """Return the index URL in uv's help text. Raises :class:`ToolError` if there is none."""
    match = _PUBLISHED_DEFAULT.search(text)
    if match is None:
        remedy = "Name the index with --index-url or UPLOCK_INDEX_URL."
        raise ToolError("its help names no default index", context="uv", remedy=remedy)
    return match[1]
