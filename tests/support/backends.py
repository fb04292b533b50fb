"""Build backends (PEP 517) that need nothing but Python, and sdists that are built with them."""

from __future__ import annotations

from collections.abc import Mapping

from support.sdists import build_sdist
from support.wheels import build_wheel

BACKEND = '''
import base64, hashlib, os, zipfile


def _facts():
    fields = dict(line.split(": ", 1) for line in open("PKG-INFO").read().splitlines() if ": " in line)
    return fields["Name"], fields["Version"]


def members(name, version):
    """Return the members of the wheel but RECORD."""
    info = f"{name}-{version}.dist-info"
    return {
        f"{name}/__init__.py": f"__version__ = {version!r}\\n".encode(),
        f"{info}/METADATA": f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n".encode() + REQUIRES,
        f"{info}/WHEEL": b"Wheel-Version: 1.0\\nGenerator: tiny\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }


REQUIRES = b""


def build_wheel(directory, config_settings=None, metadata_directory=None):
    name, version = _facts()
    found = members(name, version)
    rows = []
    for path, data in found.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        rows.append(f"{path},sha256={digest},{len(data)}\\n")
    record = f"{name}-{version}.dist-info/RECORD"
    found[record] = "".join([*rows, f"{record},,\\n"]).encode()
    wheel = f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(directory, wheel), "w") as archive:
        for path, data in found.items():
            archive.writestr(zipfile.ZipInfo(path, date_time=(1980, 1, 1, 0, 0, 0)), data)
    return wheel
'''
"""A backend that packs one module; what is appended to it changes what it does."""


def in_tree_sdist(name: str, version: str, acting: str = "", *, requires: tuple[str, ...] = ()) -> tuple[str, bytes]:
    """Return an sdist that brings its own backend along, with the code ``acting`` at the end of it."""
    system = f'[build-system]\nrequires = {list(requires)!r}\nbuild-backend = "tiny"\nbackend-path = ["backend"]\n'
    return build_sdist(
        name, version, files={"pyproject.toml": system.encode(), "backend/tiny.py": (BACKEND + acting).encode()}
    )


def sdist_for(name: str, version: str, backend: str, *requires: str) -> tuple[str, bytes]:
    """Return an sdist that is built with the backend of another package."""
    system = f'[build-system]\nrequires = {list(requires)!r}\nbuild-backend = "{backend}"\n'
    return build_sdist(name, version, files={"pyproject.toml": system.encode()})


def backend_wheel(name: str, version: str = "1.0", acting: str = "", needs: tuple[str, ...] = ()) -> tuple[str, bytes]:
    """Return the wheel of a backend that others are built with."""
    files: Mapping[str, bytes] = {f"{name}/__init__.py": (BACKEND + acting).encode()}
    return build_wheel(name, version, requires_dist=needs, files=files)
