"""Wheels that were built here, in a lock: where their bytes are, and what they were built from (PEP 751 ``tool``).

No index has such a wheel, so it has a ``path`` in the place of a ``url``: that of its bytes in the project's archive,
by their digest. Installers that know PEP 751 find the file name beside it.
"""

from __future__ import annotations

from uplock.lockfile.fields import Fields
from uplock.lockfile.toml_text import Scalar, table
from uplock.model.digest import Sha256
from uplock.model.lock import Artifact, BuiltFrom

KEY = "built-from"
_FILE = {"name", "path", "size", "hashes"}
_KEYS = {"name", "url", "size", "upload-time", "hashes", "reproducible"}
_ARCHIVE = "../.uplock/blobs/sha256"


def archive_path(sha256: Sha256) -> str:
    """Return where the bytes of a digest are in a project's archive, seen from its folder of locks."""
    return f"{_ARCHIVE}/{sha256[:2]}/{sha256}"


def built_text(built: BuiltFrom) -> str:
    """Return the table of what a wheel was built from."""
    sdist = built.sdist
    values: dict[str, Scalar | dict[str, Scalar]] = {
        "name": sdist.filename,
        "upload-time": sdist.upload_time,
        "url": sdist.url,
        "size": sdist.size,
        "hashes": {"sha256": sdist.sha256},
        "reproducible": built.reproducible,
    }
    return f"[packages.tool.uplock.{KEY}]\n" + table(values)


def read_built(tool: Fields, names: str, addresses: str) -> BuiltFrom:
    """Return what a package's wheel was built from.

    ``names`` and ``addresses`` are the patterns of an sdist's file name and of a URL. Defects go to ``tool``.
    """
    fields = tool.child(KEY)
    fields.only(_KEYS)
    hashes = fields.child("hashes")
    hashes.only({"sha256"})
    return BuiltFrom(
        sdist=Artifact(
            filename=fields.text("name", names, "the file name of an sdist"),
            sha256=hashes.sha256("sha256"),
            url=fields.text("url", addresses, "an absolute URL without credentials"),
            size=fields.number("size") if "size" in fields.raw else None,
            upload_time=fields.moment("upload-time") if "upload-time" in fields.raw else None,
        ),
        reproducible=fields.flag("reproducible") if "reproducible" in fields.raw else None,
    )


def read_built_file(fields: Fields, names: str) -> Artifact:
    """Return a wheel that was built here, by the pattern of its name: no index has it, so it has no address."""
    fields.only(_FILE)
    hashes = fields.child("hashes")
    hashes.only({"sha256"})
    sha256 = hashes.sha256("sha256")
    fields.expect("path", archive_path(sha256))
    return Artifact(
        filename=fields.text("name", names, "the file name of a wheel"),
        sha256=sha256,
        url="",
        size=fields.number("size"),
    )
