"""Builds wheels in memory: deterministic bytes that a real installer accepts (binary distribution format 1.0)."""

from __future__ import annotations

import base64
import hashlib
import io
import itertools
import re
import zipfile
from collections.abc import Mapping, Sequence

_WHEEL = "Wheel-Version: 1.0\nGenerator: uplock-tests (1)\nRoot-Is-Purelib: {pure}\n{tags}"


def build_wheel(
    name: str,
    version: str,
    *,
    tag: str = "py3-none-any",
    requires_dist: Sequence[str] = (),
    requires_python: str | None = None,
    files: Mapping[str, bytes] | None = None,
    extra_metadata: Mapping[str, str] | None = None,
) -> tuple[str, bytes]:
    """Return file name and bytes of a wheel with one tiny module, ``files`` on top (they win) and a correct RECORD.

    ``tag`` may be compressed (``cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64``); ``extra_metadata`` adds
    header fields to METADATA. Equal arguments give equal bytes.
    """
    stem = re.sub(r"[-_.]+", "_", name).lower()
    release = version.replace("-", "_")
    info = f"{stem}-{release}.dist-info"
    members = {
        f"{stem}/__init__.py": f'"""{name}."""\n__version__ = "{version}"\n'.encode(),
        f"{info}/METADATA": metadata(name, version, requires_dist, requires_python, extra_metadata or {}),
        f"{info}/WHEEL": _WHEEL.format(pure=str(tag.endswith("-any")).lower(), tags=_tag_lines(tag)).encode(),
        **(files or {}),
    }
    record = f"{info}/RECORD"
    if record not in members:
        lines = [f"{path},{_record_hash(data)},{len(data)}\n" for path, data in members.items()]
        members[record] = "".join([*lines, f"{record},,\n"]).encode()
    return f"{stem}-{release}-{tag}.whl", zip_bytes(members)


def metadata(
    name: str,
    version: str,
    requires_dist: Sequence[str] = (),
    requires_python: str | None = None,
    extra: Mapping[str, str] | None = None,
) -> bytes:
    """Return a METADATA file (core metadata 2.1)."""
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    if requires_python is not None:
        lines.append(f"Requires-Python: {requires_python}")
    lines += [f"Requires-Dist: {requirement}" for requirement in requires_dist]
    lines += [f"{field}: {value}" for field, value in (extra or {}).items()]
    return ("\n".join(lines) + "\n\n").encode()


def zip_bytes(members: Mapping[str, bytes]) -> bytes:
    """Return a deflated zip of ``members`` in their order, with fixed times and modes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, data in members.items():
            member = zipfile.ZipInfo(path, date_time=(1980, 1, 1, 0, 0, 0))
            member.create_system = 3
            member.external_attr = 0o100644 << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, data)
    return out.getvalue()


def _tag_lines(tag: str) -> str:
    parts = [part.split(".") for part in tag.split("-")]
    return "".join(f"Tag: {'-'.join(combination)}\n" for combination in itertools.product(*parts))


def _record_hash(data: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest())
    return "sha256=" + digest.rstrip(b"=").decode()
