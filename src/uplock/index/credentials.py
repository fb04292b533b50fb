"""Credentials of an index: where they are found, and a type that does not let them out."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from pathlib import Path

from uplock.errors import ConfigError
from uplock.files import reason
from uplock.index.address import origin, user_info
from uplock.model.value import Value

KEYRING_TIME_LIMIT = 30
"""Seconds that the ``keyring`` program may take; it may have to ask a person."""

_MAX_PASSWORD = 65536


class Secret:
    """Text that shows up nowhere: not in ``repr``, ``str``, formatted text or JSON (the codec refuses it)."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text; only for the header that needs it."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(***)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)


class Credentials(Value, frozen=True, kw_only=True):
    """User and password. The user is secret as well: tokens are often given as one."""

    user: Secret
    password: Secret | None = None

    def header(self) -> str:
        """Return the value of an ``Authorization`` header (RFC 7617)."""
        password = self.password.reveal() if self.password else ""
        return "Basic " + base64.b64encode(f"{self.user.reveal()}:{password}".encode()).decode("ascii")


def find_credentials(
    url: str, environ: Mapping[str, str], home: Path, probes: list[str], *, stem: str = "UPLOCK_INDEX"
) -> Credentials | None:
    """Return what is known for ``url``: its user-info, then ``<stem>_USERNAME`` and ``_PASSWORD``, then netrc.

    A user in the URL without a password is completed from the other places. Raises :class:`ConfigError` for a
    malformed netrc file.
    """
    user, password = user_info(url)
    user = user or environ.get(f"{stem}_USERNAME") or None
    if password is None:
        password = environ.get(f"{stem}_PASSWORD") or None
    if password is None:
        known = _netrc(origin(url).host, environ, home, probes)
        if known is not None and user in {None, known[0]}:
            user, password = known
    if user is None and password is None:
        return None
    return Credentials(user=Secret(user or ""), password=None if password is None else Secret(password))


def _netrc(host: str, environ: Mapping[str, str], home: Path, probes: list[str]) -> tuple[str, str] | None:
    """Return login and password of the host's own entry; a ``default`` entry would go to every host and is not used."""
    import netrc

    path = Path(environ.get("NETRC") or home / ".netrc").absolute()
    probes.append(str(path))
    if not os.path.isfile(path):
        return None
    try:
        entry = netrc.netrc(str(path)).hosts.get(host)
    except OSError as error:
        raise ConfigError(reason(error), context=str(path), remedy="Make the file readable, or remove it.") from error
    except (netrc.NetrcParseError, UnicodeDecodeError) as error:
        detail = error.msg if isinstance(error, netrc.NetrcParseError) else "not text"
        raise ConfigError(f"malformed: {detail}", context=str(path), remedy="Correct the file.") from error
    return None if entry is None else (entry[0] or "", entry[2] or "")


def ask_keyring(url: str, credentials: Credentials | None, path: str | None) -> Credentials | None:
    """Ask the ``keyring`` program on ``path`` (as ``PATH``) for the password of a user at ``url``, then at its host.

    Returns ``None`` if there is no such program, no user to ask for, or no answer in time.
    """
    import shutil
    import subprocess

    program = shutil.which("keyring", path=path)
    if program is None or credentials is None or credentials.password is not None:
        return None
    user = credentials.user.reveal()
    for service in (url, origin(url).host):
        try:
            done = subprocess.run(  # noqa: S603 - no shell; the user put this program on PATH for exactly this
                [program, "get", service, user],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=KEYRING_TIME_LIMIT,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
        password = done.stdout[:_MAX_PASSWORD].decode("utf-8", "replace").rstrip("\r\n")
        if done.returncode == 0 and password:
            return Credentials(user=credentials.user, password=Secret(password))
    return None
