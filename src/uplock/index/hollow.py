"""Hollow wheels: METADATA in the shape of a wheel, for a resolver that wants files of what it chose.

pip learns what a wheel needs from METADATA alone (PEP 658), and fetches the wheels of its answer all the same. It is
handed wheels that hold nothing else. They exist while a view is served, below addresses for one target, without a
digest; they are never kept, installed, or named in a lock.
"""

from __future__ import annotations

import base64
import hashlib

_WHEEL = b"Wheel-Version: 1.0\nGenerator: uplock\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def hollow_wheel(filename: str, metadata: bytes) -> bytes:
    """Return a wheel that holds METADATA, WHEEL and RECORD, and no code (binary distribution format 1.0).

    ``filename`` is that of the wheel it stands for: it names the ``.dist-info`` folder. Equal arguments give equal
    bytes.
    """
    import io
    import zipfile

    info = "-".join(filename.split("-")[:2]) + ".dist-info"
    members = {f"{info}/METADATA": metadata, f"{info}/WHEEL": _WHEEL}
    lines = [f"{path},sha256={_record_digest(data)},{len(data)}\n" for path, data in members.items()]
    members[f"{info}/RECORD"] = "".join([*lines, f"{info}/RECORD,,\n"]).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, data in members.items():
            archive.writestr(zipfile.ZipInfo(path), data)
    return out.getvalue()


def _record_digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
