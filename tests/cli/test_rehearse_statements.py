"""The ten statements of ``uplock rehearse``: all hold, or a sabotage names its own, and what needs it is not tried."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.http_index import HttpIndex
from support.shop import AS_OF, project, uplock
from support.workbenches import SimulatedEnvironments, Wrong, simulated_bench
from uplock.archive.archive import DirectoryArchive
from uplock.archive.proofs import DirectoryProofs
from uplock.attest.verify import SigstoreVerifier
from uplock.model.rehearsal import RehearsalResult
from uplock.ports import ignore_events
from uplock.workflow.project import Project
from uplock.workflow.recall import recall_named
from uplock.workflow.rehearsing.rehearse import Means, rehearse
from uplock.workflow.workbench import Workbench

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

Capture = pytest.CaptureFixture[str]
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WAIVER = """\
format = 1
id = "py39-way-back"
rule = "PY001"
reason = "If the move fails, the shop goes back for hours until orders flow again"
ticket = "SHOP-418"
compensating_controls = ["Going back pages the service-owner"]
requested_by = "service-owner"
approved_by = ["security-review"]
approved_at = 2026-11-16
expires_at = 2027-04-30

[risk]
likelihood = "low"
impact = "medium"

[scope]
service = "shop"
interpreter = "3.9"
"""


@dataclass(frozen=True)
class Shop:
    """A project with one generation that is kept."""

    folder: Path
    archive: DirectoryArchive
    bench: Path

    def rehearse(
        self,
        wrong: Wrong = "",
        as_of: datetime = NOW,
        generation: str | None = None,
        bench: Workbench | None = None,
    ) -> RehearsalResult:
        means = Means(
            archive=self.archive,
            proofs=DirectoryProofs(self.archive),
            bench=bench or simulated_bench(self.bench, wrong),
            verifier=SigstoreVerifier,
            as_of=as_of,
            now=NOW,
            on_event=ignore_events,
        )
        wanted = recall_named(self.folder, self.archive, generation)
        head = recall_named(self.folder, self.archive, None)
        return rehearse(Project(self.folder, NOW.date()), wanted, head, means)

    def blob(self, name: str) -> Path:
        """Return where the bytes of an artifact are, by the beginning of its file name."""
        wanted = recall_named(self.folder, self.archive, None)
        return next(
            self.archive.path(each.sha256) for each in wanted.content.artifacts if each.filename.startswith(name)
        )


@pytest.fixture
def shop(http: HttpIndex, tmp_path: Path, capfd: Capture) -> Shop:
    folder = project(tmp_path / "shop")
    (folder / "waivers").mkdir()
    (folder / "waivers/py39-way-back.toml").write_text(WAIVER)
    assert uplock(capfd, "run", folder, "--as-of", AS_OF).code == 0
    assert uplock(capfd, "vault", "add", "--project", folder).code == 0
    assert http.url
    return Shop(folder=folder, archive=DirectoryArchive(folder / ".uplock"), bench=tmp_path)


def holding(result: RehearsalResult) -> dict[int, bool | None]:
    return {each.number: each.holds for each in result.statements}


def detail(result: RehearsalResult, number: int) -> str:
    return result.statements[number - 1].detail


ALL = dict.fromkeys(range(1, 11), True)


def test_all_ten_hold_and_the_record_says_so(shop: Shop) -> None:
    result = shop.rehearse()
    assert holding(result) == ALL, result.statements
    assert result.ready
    assert result.rehearsal.old == ("py39-linux-x86_64",)
    assert result.rehearsal.new == ("py312-linux-x86_64",)
    assert "py39-way-back" in detail(result, 9)
    known = DirectoryProofs(shop.archive).newest_rehearsal(result.rehearsal.content)
    assert (known.at, known.ready, known.record) == (NOW, True, result.record)


@pytest.mark.parametrize(
    ("wrong", "number", "open_", "says"),
    [
        ("platform", 1, {4, 5, 6, 7, 9}, "no lock to go back to"),
        ("interpreter", 4, {5, 6, 7}, "no CPython found"),
        ("digest", 5, {6, 7}, "predicted is"),
        ("file", 5, {6, 7}, "lib/till.py changed"),
        ("fails", 5, {6, 7}, "No matching distribution found for till"),
        ("import", 6, set(), "coin"),
        ("switch", 7, set(), "has the digest ffff"),
    ],
)
def test_what_goes_wrong_on_the_workbench_names_its_statement(
    shop: Shop, wrong: Wrong, number: int, open_: set[int], says: str
) -> None:
    result = shop.rehearse(wrong)
    assert not result.ready
    expected = ALL | {number: False, 10: None} | dict.fromkeys(open_)
    assert holding(result) == expected, result.statements
    assert says in detail(result, number)
    for each in (*open_, 10):
        assert detail(result, each).startswith("not tried: needs statement")


def test_without_a_way_to_cut_the_network_off_nothing_that_needs_it_is_true(shop: Shop) -> None:
    result = shop.rehearse("isolation")
    assert holding(result) == ALL | dict.fromkeys((5, 6, 7, 10))
    assert detail(result, 5) == "no namespaces and no seccomp"


def test_changed_bytes_are_named_and_nothing_is_installed_of_them(shop: Shop) -> None:
    blob = shop.blob("coin")
    blob.chmod(0o644)
    data = bytearray(blob.read_bytes())
    data[100] ^= 1
    blob.write_bytes(data)
    result = shop.rehearse()
    assert holding(result) == ALL | {2: False} | dict.fromkeys((5, 6, 7, 8, 10))
    assert "coin-1.1" in detail(result, 2)


def test_a_wheel_that_is_gone_is_named(shop: Shop) -> None:
    shop.blob("crypt-2.0-cp312").unlink()
    result = shop.rehearse()
    assert holding(result)[2] is False
    assert "not in the vault: crypt-2.0-cp312" in detail(result, 2)


def test_a_generation_that_is_not_kept_is_not_in_the_vault(shop: Shop) -> None:
    for note in (shop.folder / ".uplock/kept").iterdir():
        note.unlink()
    result = shop.rehearse()
    assert holding(result) == ALL | {2: False} | dict.fromkeys((5, 6, 7, 8, 10))
    assert "uplock vault add" in detail(result, 2)


def second_hash(folder: Path) -> None:
    path = folder / "locks/requirements.py39-linux-x86_64.txt"
    line = "    --hash=sha256:"
    path.write_text(path.read_text().replace(line, f"{line}{'0' * 64} \\\n{line}", 1))


def lock_gone(folder: Path) -> None:
    (folder / "locks/pylock.py39-linux-x86_64.toml").unlink()


def lock_set_gone(folder: Path) -> None:
    (folder / "locks/lockset.json").unlink()


def lock_set_edited(folder: Path) -> None:
    import re

    path = folder / "locks/lockset.json"
    path.write_text(re.sub(r'"content": "[0-9a-f]{64}"', f'"content": "{"0" * 64}"', path.read_text(), count=1))


@pytest.mark.parametrize(
    ("sabotage", "says"),
    [
        (second_hash, "exactly one sha256"),
        (lock_gone, "is not there"),
        (lock_set_gone, "lockset.json is not there"),
        (lock_set_edited, "lockset.json is not the file of the generation"),
    ],
)
def test_lock_files_that_are_others_are_named(shop: Shop, sabotage: Callable[[Path], None], says: str) -> None:
    sabotage(shop.folder)
    result = shop.rehearse()
    assert holding(result) == ALL | {1: False} | dict.fromkeys((4, 5, 6, 7, 9, 10))
    assert says in detail(result, 1)


def test_a_waiver_that_has_ended_fails_today_and_nothing_else(shop: Shop) -> None:
    result = shop.rehearse(as_of=datetime(2027, 5, 1, tzinfo=UTC))
    assert holding(result) == ALL | {9: False, 10: None}
    assert "py39-linux-x86_64" in detail(result, 9)
    assert "PY001" in detail(result, 9)


def test_a_proof_that_cannot_be_kept_is_none(shop: Shop) -> None:
    place = shop.folder / ".uplock/proofs.jsonl"
    place.mkdir()
    result = shop.rehearse()
    assert holding(result) == ALL | {10: False}
    assert "cannot be kept" in detail(result, 10)
    assert not result.ready
    assert result.record is None


def test_the_round_trip_switches_there_and_back_and_there_again(shop: Shop) -> None:
    bench = simulated_bench(shop.bench)
    result = shop.rehearse(bench=bench)
    assert detail(result, 7) == "3 switches, each to the recorded digest"
    assert isinstance(bench.environments, SimulatedEnvironments)
    labels = [name.rpartition("-")[0].rpartition(".")[2] for name in bench.environments.switched]
    assert labels == ["py312-linux-x86_64", "py39-linux-x86_64", "py312-linux-x86_64"]


def test_a_failed_rehearsal_is_kept_as_what_it_is(shop: Shop) -> None:
    result = shop.rehearse("import")
    assert result.record is not None
    known = DirectoryProofs(shop.archive).newest_rehearsal(result.rehearsal.content)
    assert known.at == NOW
    assert not known.ready
    statement = shop.archive.read(result.record)
    assert hashlib.sha256(statement).hexdigest() == result.record
    assert b"urn:uplock:rehearsal:1" in statement


def test_bytes_with_a_second_name_or_that_can_be_written_are_not_kept(shop: Shop, tmp_path: Path) -> None:
    blob = shop.blob("coin")
    (tmp_path / "second").hardlink_to(blob)
    assert "another name leads to them" in detail(shop.rehearse(), 2)
    (tmp_path / "second").unlink()
    blob.chmod(0o644)
    assert holding(shop.rehearse())[2] is False


def test_what_was_judged_for_another_day_is_no_proof_of_its_own(shop: Shop) -> None:
    past = shop.rehearse(as_of=datetime(2026, 11, 20, tzinfo=UTC))
    assert past.ready
    assert "judged for 2026-11-20, so uplock check does not count it" in detail(past, 10)
    assert past.summary is None
    proofs = DirectoryProofs(shop.archive)
    assert proofs.newest_rehearsal(past.rehearsal.content).at is None
    today = shop.rehearse()
    assert proofs.newest_rehearsal(past.rehearsal.content).record == today.record


def test_a_line_about_something_else_is_no_rehearsal(shop: Shop) -> None:
    result = shop.rehearse()
    place = shop.folder / ".uplock/proofs.jsonl"
    other = hashlib.sha256(shop.blob("coin").read_bytes()).hexdigest()
    line = (
        place.read_text().splitlines()[-1].replace(str(result.record), other).replace("2026-11-23T12", "2026-11-23T13")
    )
    place.write_text(place.read_text() + line + "\n")
    assert DirectoryProofs(shop.archive).newest_rehearsal(result.rehearsal.content).record == result.record


def test_where_everything_is_excluded_nothing_was_imported(shop: Shop) -> None:
    with (shop.folder / "pyproject.toml").open("a") as file:
        file.write("\n[tool.uplock.import-exclusions]\n")
        file.writelines(f'{name} = "opens a display when imported"\n' for name in ("till", "coin", "crypt"))
    result = shop.rehearse()
    assert holding(result)[6] is None
    assert not result.ready


def test_keeping_again_mends_what_rotted_or_says_so(shop: Shop, capfd: Capture) -> None:
    blob = shop.blob("coin")
    good = blob.read_bytes()
    blob.chmod(0o644)
    blob.write_bytes(good + b"x")
    blob.chmod(0o444)
    answer = uplock(capfd, "vault", "add", "--project", shop.folder, "--json")
    assert answer.code == 0
    assert [each["filename"] for each in answer.json["files"] if each["added"]] == ["coin-1.1-py3-none-any.whl"]
    assert blob.read_bytes() == good


def test_an_earlier_generation_is_gone_back_to_from_the_head(shop: Shop, capfd: Capture) -> None:
    older = recall_named(shop.folder, shop.archive, None).id
    text = (shop.folder / "pyproject.toml").read_text()
    (shop.folder / "pyproject.toml").write_text(text.replace('"till", "crypt"', '"till"'))
    assert uplock(capfd, "run", shop.folder, "--as-of", AS_OF).code == 0
    result = shop.rehearse(generation=older[:12])
    assert holding(result) == ALL, result.statements
    assert (result.rehearsal.old, result.rehearsal.new) == (("py312-linux-x86_64",), ("py312-linux-x86_64",))
    path = shop.folder / "locks/requirements.py312-linux-x86_64.txt"
    path.write_text(path.read_text() + "# mine\n")
    edited = shop.rehearse(generation=older[:12])
    assert "requirements.py312-linux-x86_64.txt is not the file of the generation" in detail(edited, 1)
