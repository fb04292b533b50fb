"""Builds source distributions in memory: gzipped tars of equal bytes for equal arguments (PEP 625, 643)."""

from __future__ import annotations

import gzip
import io
import re
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

BUILD_SYSTEM = b'[build-system]\nrequires = []\nbuild-backend = "nothing"\n'


def build_sdist(
    name: str,
    version: str,
    *,
    metadata_version: str = "2.1",
    requires_dist: Sequence[str] = (),
    dynamic: Sequence[str] = (),
    requires_txt: str | None = None,
    files: Mapping[str, bytes] | None = None,
) -> tuple[str, bytes]:
    """Return file name and bytes of an sdist; ``files`` are below its top folder and win.

    ``requires_txt`` is what setuptools leaves in ``NAME.egg-info``.
    """
    stem = re.sub(r"[-_.]+", "_", name).lower()
    folder = f"{stem}-{version}"
    fields = [f"Metadata-Version: {metadata_version}", f"Name: {name}", f"Version: {version}"]
    fields += [f"Dynamic: {field}" for field in dynamic]
    fields += [f"Requires-Dist: {requirement}" for requirement in requires_dist]
    members = {"PKG-INFO": ("\n".join(fields) + "\n\n").encode(), "pyproject.toml": BUILD_SYSTEM}
    if requires_txt is not None:
        members[f"{stem}.egg-info/requires.txt"] = requires_txt.encode()
    members |= files or {}
    return f"{folder}.tar.gz", tar_gz(regular(f"{folder}/{path}", data) for path, data in members.items())


def regular(name: str, data: bytes) -> tuple[tarfile.TarInfo, bytes]:
    """Return a plain file as a member."""
    member = tarfile.TarInfo(name)
    member.size = len(data)
    return member, data


def tar_gz(members: Iterable[tuple[tarfile.TarInfo, bytes]]) -> bytes:
    """Return a gzipped tar of ``members`` in their order, without any time."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for member, data in members:
            archive.addfile(member, io.BytesIO(data))
    return gzip.compress(out.getvalue(), mtime=0)


def sdist_that_acts(marker: Path) -> bytes:
    """Return an sdist of ``coin`` 1.0 whose build leaves a file at ``marker``."""
    build_system = b'[build-system]\nrequires = []\nbuild-backend = "act"\nbackend-path = ["."]\n'
    act = f"open({str(marker)!r}, 'w').close()\n".encode()
    return build_sdist("coin", "1.0", files={"pyproject.toml": build_system, "act.py": act})[1]
