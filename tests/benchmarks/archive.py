"""An archive of 1,000 generations over 500 artifacts: history, diff, committing and fsck, as ratios of one run.

    PYTHONPATH=tests .venv/bin/python tests/benchmarks/archive.py [FOLDER]

FOLDER (default: a temporary one) takes 700 MB. Every generation has all artifacts or 20 fewer, so its manifest is as
large as those of big services. Bounds: ``uplock history`` and ``uplock diff A B`` at most 5 times ``import click``, the
1,000th commit at most 1.25 times the first, ``uplock archive fsck`` at most 2 times ``sha256sum`` of the same files.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from support.generations import RECORDED
from support.kept_generations import File
from support.subjects import NOTHING, make_lock, make_target
from support.timing import interleaved, ratio
from uplock.archive.archive import DirectoryArchive
from uplock.lockfile.pylock import write_pylock
from uplock.lockfile.requirements import write_requirements
from uplock.model.digest import Sha256
from uplock.model.generation import GenerationArtifact, GenerationContent, GenerationLock
from uplock.model.value import changed

GENERATIONS, ARTIFACTS, SIZE = 1000, 500, 1_000_000
ROUNDS, FEW = 15, 5


def contents(archive: DirectoryArchive) -> tuple[GenerationContent, GenerationContent]:
    """Put all artifacts into an archive; return what two generations with different locks of them say."""
    source = random.Random(7)  # noqa: S311 - the same bytes each time are what is wanted
    files = [
        File(filename=f"package_{place:03}-1.{place}-py3-none-any.whl", data=source.randbytes(SIZE))
        for place in range(ARTIFACTS)
    ]
    results = {}
    for file in files:
        archive.put(file.data)
        results[file.filename] = archive.put_results(file.results())
    return _content(archive, files, results), _content(archive, files[: ARTIFACTS - 20], results)


def _content(archive: DirectoryArchive, files: list[File], results: dict[str, Sha256]) -> GenerationContent:
    lock = make_lock(make_target("3.12.1"), (file.package() for file in files))
    return GenerationContent(
        project="shop",
        inputs=NOTHING,
        lifecycle=NOTHING,
        view=NOTHING,
        locks=(
            GenerationLock(
                target=lock.target.name,
                role="target",
                pylock=archive.put(write_pylock(lock)),
                requirements=archive.put(write_requirements(lock)),
            ),
        ),
        artifacts=tuple(
            GenerationArtifact(filename=file.filename, sha256=file.sha256, results=results[file.filename])
            for file in files
        ),
    )


def generation(content: GenerationContent, number: int) -> GenerationContent:
    """Return the content of one of many generations."""
    return changed(content, version=f"1.{number}")


def build(archive: DirectoryArchive) -> tuple[GenerationContent, Sha256, Sha256]:
    """Record all generations but the last; return what they are like, and two ids to compare."""
    all_of_them, fewer = contents(archive)
    head: Sha256 | None = None
    found = []
    for number in range(GENERATIONS - 1):
        like = fewer if number % 2 else all_of_them
        head = archive.record(generation(like, number), head, RECORDED + timedelta(minutes=number))
        found.append(head)
    return all_of_them, found[101], found[-1]


def run(*command: str | Path) -> Callable[[], object]:
    """Return a call that runs a program, which must not fail."""
    return lambda: subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


def commits(place: Path, archive: DirectoryArchive, like: GenerationContent) -> str:
    """Return the ratio of committing to an archive of all generations and to one that has none yet."""
    empty = DirectoryArchive(place / "empty")
    empty.begin()
    subprocess.run(["cp", "-r", "--preserve=all", archive.place / "blobs", empty.place], check=True)
    log, head, parent = archive.log_text(), archive.head(), archive.head()
    assert head is not None

    def first() -> None:
        (empty.place / "log.jsonl").unlink(missing_ok=True)
        (empty.place / "head").unlink(missing_ok=True)
        empty.path(empty.record(generation(like, GENERATIONS), None, RECORDED)).unlink()

    def last() -> None:
        archive.path(archive.record(generation(like, GENERATIONS), parent, RECORDED)).unlink()
        (archive.place / "log.jsonl").write_bytes(log)

    times = interleaved({"first": first, "last": last}, ROUNDS)
    archive.set_head(head)
    subprocess.run(["rm", "-rf", empty.place], check=True)
    return ratio(f"commit, {GENERATIONS}th / first", times["last"], times["first"], "1.25")


def main(arguments: list[str]) -> int:
    """Build the archive, measure, and print ratios."""
    with tempfile.TemporaryDirectory(dir=arguments[0] if arguments else None) as folder:
        place = Path(folder)
        archive = DirectoryArchive(place / "shop" / ".uplock")
        like, one, other = build(archive)
        print(commits(place, archive, like), flush=True)
        (place / "shop" / "uplock.toml").write_text('targets = ["3.12.1"]\n')
        uplock = Path(sys.executable).with_name("uplock")
        works = {
            "import click": run(sys.executable, "-c", "import click"),
            "uplock history": run(uplock, "history", place / "shop"),
            "uplock diff": run(uplock, "diff", one, other, "--project", place / "shop"),
        }
        for work in works.values():
            work()
        times = interleaved(works, ROUNDS)
        for name in ("uplock history", "uplock diff"):
            print(ratio(f"{name} / import click", times[name], times["import click"], "5"), flush=True)
        sums = f"find {archive.place} -type f -print0 | xargs -0 -n 100000 sha256sum"
        times = interleaved(
            {
                "sha256sum": run("sh", "-c", sums),
                "fsck": run(uplock, "archive", "fsck", "--project", place / "shop", "--quiet"),
            },
            FEW,
        )
        print(ratio("uplock archive fsck / sha256sum", times["fsck"], times["sha256sum"], "2"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
