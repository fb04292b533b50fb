"""Attack: whatever a verification reads from home, writes or connects to could be turned against it.

A fresh interpreter verifies under an audit hook that sees every file opened and every connection made. (urllib3, which
sigstore imports, binds a socket on loopback to see whether there is IPv6: that connects to nothing.)
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from support.attestations import case

_SCRIPT = """
import json, sys
seen = []
def hook(event, arguments):
    if event == "open":
        path, mode, flags = arguments
        writing = isinstance(flags, int) and flags & 3
        if writing or str(path).startswith(HOME):
            seen.append([event, str(path)])
    elif event.startswith(("socket.connect", "socket.get", "socket.send", "subprocess.", "os.mkdir", "os.rename")):
        seen.append([event, ""])
HOME, filename, sha256, path = sys.argv[1:]
document = open(path, "rb").read()
sys.addaudithook(hook)
from uplock.attest.roots import embedded_root
from uplock.attest.verify import SigstoreVerifier
early = sorted(name for name in sys.modules if name.partition(".")[0] in
    ("sigstore", "cryptography", "pypi_attestations", "pydantic", "requests", "packaging", "email", "http", "ssl"))
verifier = SigstoreVerifier(embedded_root("production"))
identity = verifier.identity
before = "sigstore" in sys.modules
outcome = type(verifier.verify(filename, sha256, document, None)).__name__
print(json.dumps({"seen": seen, "early": early, "before": before, "outcome": outcome}))
"""


@pytest.mark.parametrize("home", ["a file, so that nothing can be made below it", "missing"])
def test_verifying_touches_neither_home_nor_network_and_imports_late(tmp_path: Path, home: str) -> None:
    place = tmp_path / "home"
    if home != "missing":
        place.write_text("not a folder", encoding="utf-8")
    genuine = case("abi3info-2024.10.8-py3-none-any.whl.provenance")
    path = tmp_path / "document"
    path.write_bytes(genuine.document())
    environment = {
        "HOME": str(place),
        "XDG_CACHE_HOME": str(place / "cache"),
        "XDG_DATA_HOME": str(place / "data"),
        "PATH": "",
    }

    done = subprocess.run(
        [sys.executable, "-B", "-c", _SCRIPT, str(place), genuine.artifact, genuine.sha256, str(path)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert json.loads(done.stdout) == {"seen": [], "early": [], "before": False, "outcome": "Verified"}
