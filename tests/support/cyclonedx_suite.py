"""The official test suite of the CycloneDX specification, as it is kept in ``fixtures/cyclonedx-spec``.

    python tests/support/cyclonedx_suite.py FOLDER

writes it anew from ``tools/src/test/resources`` of a checkout of the specification.
"""

from __future__ import annotations

import io
import lzma
import sys
import tarfile
from functools import cache
from pathlib import Path

SUITE = Path(__file__).parents[2] / "fixtures" / "cyclonedx-spec" / "suite.tar.xz"
VERSIONS = ("1.4", "1.5", "1.6", "1.7")


@cache
def _suite() -> dict[str, bytes]:
    with tarfile.open(SUITE) as suite:
        return {member.name: suite.extractfile(member).read() for member in suite}  # type: ignore[union-attr]  # files


def documents(version: str, form: str) -> dict[str, bytes]:
    """Return the documents of one version and form (``json``, ``xml``) by name, sorted."""
    return {
        name.partition("/")[2]: data
        for name, data in sorted(_suite().items())
        if name.startswith(f"{version}/") and name.endswith(f".{form}")
    }


def write(folder: Path) -> None:
    """Write the suite; equal documents give equal bytes."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as suite:
        for version in VERSIONS:
            for path in sorted((folder / version).iterdir()):
                if path.suffix in {".json", ".xml"}:
                    member, data = tarfile.TarInfo(f"{version}/{path.name}"), path.read_bytes()
                    member.size = len(data)
                    suite.addfile(member, io.BytesIO(data))
    SUITE.write_bytes(lzma.compress(packed.getvalue(), preset=9))


if __name__ == "__main__":
    write(Path(sys.argv[1]))
