"""What the fuzzer (tests/fuzz) begins with is read, and what it found wrong once stays mended."""

from __future__ import annotations

from pathlib import Path

import pytest

from fuzz.targets import TARGETS, tried

CORPUS = Path(__file__).parent.parent / "fuzz" / "corpus"
FOUND = sorted(path for path in CORPUS.glob("*/*") if path.is_file())


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_reads_what_it_begins_with(name: str) -> None:
    first, *others = TARGETS[name].seeds()
    TARGETS[name].run(first)
    for data in others:
        tried(name, data)


def test_inputs_that_failed_once_are_read_or_refused() -> None:
    for path in FOUND:
        tried(path.parent.name, path.read_bytes())


def test_every_folder_of_the_corpus_is_that_of_a_target() -> None:
    assert {path.parent.name for path in FOUND} <= set(TARGETS)
