"""Verification of real attestation files in one process against ``pypi-attestations`` run once per file.

    PYTHONPATH=tests .venv/bin/python tests/benchmarks/verify_fixtures.py

Files are all of INDEX.toml that hold, are no variants, and are signed in production. Single attestations are wrapped
into a provenance, which is what ``pypi-attestations verify pypi --offline --provenance-file`` takes. It also takes the
artifact; the artifacts are not kept here, so it gets an empty file of the right name. It then does all of its work for
the first attestation and refuses at the very end, when it compares the digest: a second attestation, which two files
have, costs it nothing. uplock, in process, is told the real digests, and verifies everything that a file holds.

``uplock verify dir``, as one process over a folder of the same empty files (each once, with its provenance), likewise
refuses each by its digest.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from support.attestations import Case, cases, public_verifier
from support.statements import provenance
from support.timing import interleaved, ratio
from uplock.model.results import GitHub, GitLab, Google, Verified
from uplock.model.value import to_builtins

ROUNDS = 7
REPEATED = 20
"""Verifications in a row in process; a single one is too short to time."""
BOUND = "at least 200"


def main() -> int:
    """Time them in turn, and print the ratios."""
    real = [case for case in cases() if case.id == case.file and case.instance == "production"]
    sound = [case for case in real if case.outcome == "ok"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours = {case.file: partial(_in_process, case) for case in sound}
        theirs = {_other(case): partial(_refusal, _command(case, folder / case.id)) for case in sound}
        apart = {case.artifact: case for case in reversed(sound)}
        for case in apart.values():
            _command(case, folder / "dist")
        for work in (*ours.values(), *theirs.values()):
            work()
        works = {**ours, **theirs, "dir": partial(_whole, folder / "dist", len(apart))}
        times = interleaved(works, ROUNDS)
    for file in ours:
        times[file] = [each / REPEATED for each in times[file]]
    print(f"{len(sound)} files, {ROUNDS} rounds")
    for case in sound:
        print(ratio(case.file, times[_other(case)], times[case.file], BOUND))
    in_process = _sums([times[file] for file in ours])
    print(ratio("all files", _sums([times[each] for each in theirs]), in_process, BOUND))
    print(f"{statistics.median(in_process) / len(sound) * 1000:.2f} ms per file in process")
    processes = _sums([times[_other(case)] for case in apart.values()])
    print(ratio(f"{len(apart)} files, by one process of uplock verify dir", processes, times["dir"], "none"))
    return 0


def _other(case: Case) -> str:
    return f"{case.file} by pypi-attestations"


def _sums(times: Iterable[Sequence[float]]) -> list[float]:
    """Return the seconds of all works in each round."""
    return [sum(each) for each in zip(*times, strict=True)]


def _in_process(case: Case) -> None:
    for _ in range(REPEATED):
        result = public_verifier().verify(case.artifact, case.sha256, case.document(), case.publisher)
        if not isinstance(result, Verified):
            raise TypeError(result)


def _command(case: Case, folder: Path) -> list[str]:
    """Write what the other program reads, and return its command line."""
    folder.mkdir(exist_ok=True)
    artifact = folder / case.artifact
    artifact.touch()
    document = case.document()
    if "attestation_bundles" not in json.loads(document):
        publisher = to_builtins(case.publisher)
        document = provenance({"publisher": publisher, "attestations": [json.loads(document)]})
    path = artifact.with_name(f"{case.artifact}.provenance")
    path.write_bytes(document)
    options = ["verify", "pypi", "--offline", "--provenance-file", str(path)]
    match case.publisher:
        case GitHub(repository=repository):
            options += ["--repository", f"https://github.com/{repository}"]
        case GitLab(repository=repository):
            options += ["--repository", f"https://gitlab.com/{repository}"]
        case Google(email=email):
            options += ["--gcp-service-account", email]
    return [_program("pypi-attestations"), *options, str(artifact)]


def _refusal(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "digest" not in done.stderr:
        raise RuntimeError(done.stderr)


def _whole(folder: Path, count: int) -> None:
    command = [_program("uplock"), "verify", "dir", str(folder), "--json", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.stdout.count("subject-digest-mismatch") < count:
        raise RuntimeError(done.stdout + done.stderr)


def _program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


if __name__ == "__main__":
    sys.exit(main())
