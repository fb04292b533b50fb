"""``uplock archive`` and ``uplock history`` as a user meets them: codes, texts, JSON, and the remedies."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.archives import Filled
from support.committed_schema import valid
from support.http_index import HttpIndex
from support.shop import AS_OF, PYPROJECT, project, uplock
from uplock.files import exclusive

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def filled(tmp_path: Path) -> Filled:
    """A project whose archive has three generations, of which the first is kept."""
    return Filled(tmp_path / "shop" / ".uplock", length=3, keep=(0,))


def flip(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"x")
    path.chmod(0o444)


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_after_real_runs_a_vault_and_a_rollback_the_archive_is_clean(
    http: HttpIndex, tmp_path: Path, capfd: Capture
) -> None:
    shop = project(tmp_path / "shop")
    assert http.url
    assert uplock(capfd, "run", shop, "--as-of", AS_OF).code == 0
    assert uplock(capfd, "vault", "add", "--project", shop).code == 0
    (shop / "pyproject.toml").write_text(PYPROJECT.replace("2026-03-01", "2026-07-01"))
    assert uplock(capfd, "run", shop, "--as-of", AS_OF).code == 0
    newer, older = (each["id"] for each in uplock(capfd, "history", shop, "--json").json)
    assert uplock(capfd, "rollback", older, "--project", shop, "--as-of", AS_OF).code == 0
    answer = uplock(capfd, "archive", "fsck", "--project", shop, "--json")
    assert (answer.code, answer.json["rows"]) == (0, [])
    assert answer.json["unreferenced"] == 0
    assert [each["id"] for each in uplock(capfd, "history", shop, "--json").json] == [older]
    everything = uplock(capfd, "history", shop, "--all", "--json")
    valid(everything.json, "history")
    assert [(each["id"], each["chained"], each["kept"]) for each in everything.json] == [
        (newer, False, False),
        (older, True, True),
    ]
    assert uplock(capfd, "archive", "gc", "--project", shop).code == 0
    assert uplock(capfd, "archive", "fsck", "--project", shop).code == 0
    assert uplock(capfd, "rollback", newer, "--project", shop, "--as-of", AS_OF).code == 0
    assert uplock(capfd, "archive", "fsck", "--project", shop).code == 0
    (shop / "pyproject.toml").write_text(PYPROJECT)
    assert uplock(capfd, "run", shop, "--as-of", AS_OF).code == 0
    assert uplock(capfd, "archive", "fsck", "--project", shop).code == 0


def test_fsck_says_what_it_looked_at_and_what_is_wrong(filled: Filled, capfd: Capture) -> None:
    clean = uplock(capfd, "archive", "fsck", "--archive", filled.place)
    assert clean.code == 0
    assert clean.out.endswith("3 generations, 1 of them kept\neverything is as it was written\n")
    (filled.place / "note.txt").write_bytes(b"x")
    extra = uplock(capfd, "archive", "fsck", "--archive", filled.place)
    assert extra.code == 1
    assert "  extra     note.txt  it is no file of an archive\n" in extra.out
    assert extra.out.endswith("1 defect. Move what is no file of an archive elsewhere.\n")
    flip(filled.archive.path(filled.artifact(0)))
    flipped = uplock(capfd, "archive", "fsck", "--archive", filled.place, "--json")
    assert flipped.code == 4
    valid(flipped.json, "archive-fsck")
    assert {row["kind"] for row in flipped.json["rows"]} >= {"extra", "flipped"}
    assert not any(row["repaired"] for row in flipped.json["rows"])


def test_fsck_repairs_what_can_be_and_the_code_is_that_of_what_is_left(filled: Filled, capfd: Capture) -> None:
    (filled.place / ".uplock-abc.tmp").write_bytes(b"x")
    answer = uplock(capfd, "archive", "fsck", "--archive", filled.place, "--repair")
    assert answer.code == 0
    assert "repaired  .uplock-abc.tmp" in answer.out
    assert answer.out.endswith("everything is repaired\n")
    flip(filled.archive.path(filled.ids[0]))
    answer = uplock(capfd, "archive", "fsck", "--archive", filled.place, "--repair")
    assert answer.code == 4
    assert "restore from a copy" in answer.out
    assert uplock(capfd, "archive", "fsck", "--archive", filled.place).code == 1


def test_gc_frees_what_nobody_keeps_and_can_only_say_so(filled: Filled, capfd: Capture) -> None:
    dry = uplock(capfd, "archive", "gc", "--archive", filled.place, "--dry-run")
    assert dry.code == 0
    assert "1 file would be removed, " in dry.out
    assert filled.archive.has(filled.artifact(1))
    answer = uplock(capfd, "archive", "gc", "--archive", filled.place, "--json")
    valid(answer.json, "archive-gc")
    assert not filled.archive.has(filled.artifact(1))
    assert answer.json["freed"] > 0
    assert uplock(capfd, "archive", "fsck", "--archive", filled.place).code == 0


def test_find_answers_one_question(filled: Filled, capfd: Capture) -> None:
    for question in (("--python", "3.12"), ("--library", "zlib==1.2*"), ("--sha256", filled.artifact(0, "coin"))):
        answer = uplock(capfd, "archive", "find", "--archive", filled.place, *question, "--json")
        assert answer.code == 0
        valid(answer.json, "archive-find")
        assert [each["id"] for each in answer.json["generations"]] == filled.ids
    text = uplock(capfd, "archive", "find", "--archive", filled.place, "--library", "zlib").out
    assert text.startswith(f"{filled.ids[0]}  2026-11-20T08:30:00Z  zlib 1.2.13 in coin-1-py3-none-any.whl\n")
    none = uplock(capfd, "archive", "find", "--archive", filled.place, "--python", "3.8")
    assert none.out == "No generation here has it.\n"
    assert uplock(capfd, "archive", "find", "--archive", filled.place).code == 2
    assert uplock(capfd, "archive", "find", "--archive", filled.place, "--python", "3.8", "--library", "z").code == 2


def test_a_generation_moves_as_one_file_and_is_kept_where_it_arrives(
    filled: Filled, tmp_path: Path, capfd: Capture
) -> None:
    shop, other = filled.place.parent, tmp_path / "other"
    other.mkdir()
    first, again = tmp_path / "first.tar", tmp_path / "again.tar"
    answer = uplock(capfd, "archive", "export", filled.ids[0][:12], "-o", first, "--project", shop, "--json")
    assert answer.code == 0
    valid(answer.json, "archive-export")
    assert answer.json["generation"] == filled.ids[0]
    taken = uplock(capfd, "archive", "import", first, "--project", other, "--json")
    assert taken.code == 0
    valid(taken.json, "archive-import")
    assert (taken.json["generation"], taken.json["head"], taken.json["recorded"]) == (filled.ids[0], True, True)
    assert uplock(capfd, "archive", "fsck", "--project", other).code == 0
    assert [each["kept"] for each in uplock(capfd, "history", other, "--json").json] == [True]
    text = uplock(capfd, "archive", "export", "-o", again, "--project", other)
    assert text.out.startswith(f"uplock archive export · generation {filled.ids[0]}\n")
    assert again.read_bytes() == first.read_bytes()
    twice = uplock(capfd, "archive", "import", first, "--project", other)
    assert "known already and kept" in twice.out
    assert uplock(capfd, "archive", "fsck", "--project", other).code == 0


def test_a_file_that_is_no_export_is_refused_and_nothing_is_made_of_it(tmp_path: Path, capfd: Capture) -> None:
    (tmp_path / "file").write_bytes(b"PK" * 1000)
    answer = uplock(capfd, "archive", "import", tmp_path / "file", "--project", tmp_path)
    assert answer.code == 3
    assert "Remedy:" in answer.err
    assert uplock(capfd, "archive", "import", tmp_path / "none", "--project", tmp_path).code == 3
    assert not list((tmp_path / ".uplock").glob("blobs/*/*/*"))


@pytest.mark.parametrize("name", ["fsck", "gc", "find"])
def test_without_an_archive_nothing_is_made(name: str, tmp_path: Path, capfd: Capture) -> None:
    question = ("--python", "3.9") if name == "find" else ()
    answer = uplock(capfd, "archive", name, "--project", tmp_path, *question)
    assert answer.code == 3
    assert "uplock run" in answer.err
    assert not (tmp_path / ".uplock").exists()


@pytest.mark.parametrize("name", ["fsck", "gc"])
def test_while_another_command_holds_the_archive_nothing_is_touched(filled: Filled, name: str, capfd: Capture) -> None:
    with exclusive(filled.place / "lock", ""):
        answer = uplock(capfd, "archive", name, "--project", filled.place.parent)
    assert answer.code == 3
    assert "another uplock is at work" in answer.err


def test_history_lists_the_chain_and_all_with_what_is_kept(filled: Filled, capfd: Capture) -> None:
    first = filled.archive.generation(filled.ids[0])
    filled.archive.record(first.content, first.parent, filled.archive.recorded()[filled.ids[2]])
    shop = filled.place.parent
    chain = uplock(capfd, "history", shop)
    assert chain.code == 0
    assert chain.out.splitlines()[0].endswith("2 artifacts, py312-linux-x86_64, kept")
    assert len(chain.out.splitlines()) == 2
    everything = uplock(capfd, "history", shop, "--all").out
    assert everything.count("not on the chain") == 2


def test_a_chain_that_was_rewritten_gives_itself_away(filled: Filled, capfd: Capture) -> None:
    assert uplock(capfd, "history", filled.place.parent).code == 0
    path = filled.archive.path(filled.ids[0])
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b'"shop"', b'"shap"'))
    answer = uplock(capfd, "history", filled.place.parent)
    assert answer.code == 4
    assert filled.ids[0] in answer.err


def test_a_chain_that_lost_a_generation_or_its_newest_ones_is_found_out(filled: Filled, capfd: Capture) -> None:
    shop = filled.place.parent
    assert uplock(capfd, "history", shop, "--expect-head", filled.ids[2][:8]).code == 0
    assert uplock(capfd, "history", shop, "--expect-head", filled.ids[0]).code == 0
    assert uplock(capfd, "history", shop, "--expect-head", "head").code == 2
    log = (filled.place / "log.jsonl").read_bytes()
    (filled.place / "log.jsonl").write_bytes(b"".join(log.splitlines(keepends=True)[:2]))
    filled.archive.path(filled.ids[2]).unlink()
    filled.archive.set_head(filled.ids[1])
    assert uplock(capfd, "history", shop).code == 0
    answer = uplock(capfd, "history", shop, "--expect-head", filled.ids[2])
    assert answer.code == 4
    assert "--expect-head" in answer.err
    (filled.place / "log.jsonl").write_bytes(log)
    answer = uplock(capfd, "history", shop)
    assert answer.code == 4
    assert f"generation {filled.ids[2]}" in answer.err
    assert "Remedy: Restore the archive from a copy" in answer.err


def test_without_an_archive_there_is_no_history_but_an_expected_one_is_missed(tmp_path: Path, capfd: Capture) -> None:
    assert "No generation is recorded yet" in uplock(capfd, "history", tmp_path).out
    assert uplock(capfd, "history", tmp_path, "--expect-head", "a" * 64).code == 4
    assert not (tmp_path / ".uplock").exists()
