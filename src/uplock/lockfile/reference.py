"""Direct references (PEP 508, PEP 440): ``name @ URL#sha256=DIGEST``, the one kind of URL that can be locked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from uplock.model.digest import Sha256
from uplock.model.value import Value
from uplock.model.wheel_name import is_bounded

if TYPE_CHECKING:
    from packaging.requirements import Requirement

MAX_URL = 2000
_FRAGMENT = re.compile(r"sha256=([0-9a-f]{64})")
_PLAIN = re.compile(r"[!-~]+")


class Reference(Value, frozen=True, kw_only=True):
    """An archive at an address: normalized name of its project, URL without fragment, file name and digest."""

    name: str
    url: str
    filename: str
    sha256: Sha256


def reference_defect(name: str, url: str) -> str | None:
    """Return why a URL cannot be locked, or ``None`` if it can. Never quotes the URL: it may carry credentials."""
    return _kind_defect(url) or _plain_defect(url) or _file_defect(name, _filename(url))


def _kind_defect(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return "is asked for by something that is not a URL"
    if parts.scheme in {"git", "hg", "svn", "bzr"} or "+" in parts.scheme:
        return "is asked for from version control, which no hash can pin: ask for a release, or for its archive by URL"
    if parts.scheme not in {"http", "https"} or not host:
        return "is a local path, which no other machine can install: ask for it by name, or by URL and hash"
    return None


def _plain_defect(url: str) -> str | None:
    parts = urlsplit(url)
    if "@" in parts.netloc:
        return "is asked for by a URL with credentials: remove them, and use netrc"
    if not _FRAGMENT.fullmatch(parts.fragment):
        return "is asked for by URL without its hash: add #sha256=DIGEST and nothing else after it"
    if len(url) > MAX_URL or not _PLAIN.fullmatch(url):
        return f"is asked for by a URL that is not plain ASCII of at most {MAX_URL} characters"
    return None


def _filename(url: str) -> str:
    return unquote(urlsplit(url).path.rpartition("/")[2])


def _file_defect(name: str, filename: str) -> str | None:
    from packaging.utils import (
        InvalidSdistFilename,
        InvalidWheelFilename,
        canonicalize_name,
        parse_sdist_filename,
        parse_wheel_filename,
    )

    try:
        if filename.endswith(".whl"):
            named = parse_wheel_filename(filename)[0] if is_bounded(filename) else None
        else:
            named = parse_sdist_filename(filename)[0]
    except (InvalidWheelFilename, InvalidSdistFilename):
        return "is asked for by a URL that ends neither with a wheel nor with an sdist"
    return None if named == canonicalize_name(name) else "is asked for by the URL of another project's file"


def reference_of(requirement: Requirement) -> Reference | None:
    """Return the archive that a requirement names, which :func:`reference_defect` has nothing against."""
    from packaging.utils import canonicalize_name

    if requirement.url is None:
        return None
    url, _, fragment = requirement.url.partition("#")
    return Reference(
        name=canonicalize_name(requirement.name),
        url=url,
        filename=_filename(url),
        sha256=Sha256(fragment.removeprefix("sha256=")),
    )
