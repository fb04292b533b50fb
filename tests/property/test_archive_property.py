"""Whatever is done to an archive in whatever order: what is kept stays, fsck accuses nobody, the index is true."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.archives import Filled
from uplock.archive import index, log
from uplock.archive.fsck import Examined, exit_code, head_of
from uplock.archive.fsck_repair import repair
from uplock.archive.gc import collect
from uplock.archive.index import Index
from uplock.model.digest import Sha256
from uplock.ports import ignore_events

STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "keep", "back", "gc", "index", "prove"]), st.integers(0, 7)), max_size=6
)


def step(filled: Filled, name: str, number: int) -> None:
    """Do one thing, to the generation at a place if it is about one."""
    identity = filled.ids[number % len(filled.ids)]
    whole = all(filled.archive.has(each.sha256) for each in filled.archive.generation(identity).content.artifacts)
    match name:
        case "add":
            filled.add(str(number))
        case "keep" if whole:
            filled.keep(identity)
        case "back":
            there = filled.archive.generation(identity)
            filled.archive.record(there.content, there.parent, filled.archive.recorded()[identity])
        case "gc":
            collect(filled.archive, None, ignore_events, dry_run=False)
        case "index":
            index.opened(filled.archive)
        case "prove":
            filled.prove(identity)
        case _:
            pass


@settings(max_examples=12)
@given(STEPS)
def test_no_order_of_work_leaves_a_defect_or_loses_what_is_kept(steps: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        filled = Filled(Path(folder, "archive"), length=1)
        for name, number in steps:
            step(filled, name, number)
        archive = filled.archive
        assert Examined(archive, head_of(archive), ignore_events).rows == ()
        for identity in archive.all_kept():
            assert all(archive.has(each.sha256) for each in archive.generation(identity).content.artifacts)
        assert set(archive.beginning("")) == set(filled.ids)
        fresh = Index(archive)
        fresh.catch_up()
        assert index.opened(archive).entries().keys() == fresh.entries().keys()
        collect(archive, None, ignore_events, dry_run=False)
        assert collect(archive, None, ignore_events, dry_run=False).files == ()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Filled:
    """Two generations, of which the first is kept."""
    return Filled(tmp_path_factory.mktemp("template") / "archive", length=2, keep=(0,))


@settings(max_examples=40)
@given(data=st.data())
def test_any_changed_byte_is_found_and_a_second_repair_finds_no_more(template: Filled, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        filled = template.copied(Path(folder))
        files = sorted(
            path for path in filled.place.rglob("*") if path.is_file() and path.name not in {"format", "lock"}
        )
        path = data.draw(st.sampled_from(files))
        raw = bytearray(path.read_bytes())
        raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
        path.chmod(0o644)
        path.write_bytes(raw)
        path.chmod(0o444 if "blobs" in path.parts else 0o644)
        examined = Examined(filled.archive, head_of(filled.archive), ignore_events)
        name = path.relative_to(filled.place).as_posix()
        assert name in {row.path for row in examined.rows}
        repair(examined, filled.archive)
        left = Examined(filled.archive, head_of(filled.archive), ignore_events)
        assert exit_code(left.result(left.rows)) in {0, 1}
        assert "flipped" not in {row.kind for row in left.rows}


@given(st.lists(st.integers(0, 5), max_size=12), st.data())
def test_a_log_with_any_lines_dropped_or_swapped_is_told_from_a_whole_one(
    numbers: list[int], data: st.DataObject
) -> None:
    before: Sha256 | None = None
    lines = []
    for number in numbers:
        entry = log.sealed(log.LogEntry(id=Sha256(f"{number:064x}"), at=datetime(2026, 1, 1, tzinfo=UTC)), before)
        before = entry.check
        lines.append(log.encode_line(entry) + b"\n")
    order = data.draw(st.permutations(range(len(lines))))
    kept = [place for place in order if data.draw(st.booleans())]
    text = b"".join(lines[place] for place in kept)
    is_beginning = kept == list(range(len(kept)))
    assert (list(log.defects(text)) == []) == is_beginning
    assert list(log.defects(log.mended(text))) == []
