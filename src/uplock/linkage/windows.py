"""Libraries that Windows wheels may take from Windows, or from CPython as its installers make it."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_SETS = re.compile(r"(?:api-ms-win-|ext-ms-)[a-z0-9-]+\.dll\Z")
"""API sets: names that stand for functions of Windows, and for no file."""
_DRIVER = re.compile(r"(?:nvcuda|nvml|nvcuvid|nvencodeapi64|nvapi64|nvoptix)\.dll\Z")
"""What comes with a driver of NVIDIA."""


def is_of_windows(dll: str) -> bool:
    """Whether Windows itself has a DLL of this name, in lower case."""
    return _SETS.match(dll) is not None or dll in _system()


def is_of_python(dll: str, minor: str) -> bool:
    """Whether CPython of a minor version (``3.12``) has this DLL, in lower case: its own, and the run-time of its C.

    ``msvcp140.dll``, the run-time of C++, is not among them.
    """
    return dll in {"python3.dll", f"python{minor.replace('.', '')}.dll", "vcruntime140.dll", "vcruntime140_1.dll"}


def is_driver(dll: str) -> bool:
    """Whether a DLL of this name, in lower case, comes with a driver of the machine."""
    return _DRIVER.match(dll) is not None


@cache
def _system() -> frozenset[str]:
    import tomllib

    text = (files("uplock.linkage") / "data" / "windows.toml").read_text("utf-8")
    return frozenset(tomllib.loads(text)["system"])
