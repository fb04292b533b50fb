"""``uplock verify``: where provenance comes from, that it is asked for sparingly, and that archives need no network."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.attestations import private_instance
from support.attested_index import attested_index, publish_attested
from support.committed_schema import valid
from support.http_index import HttpIndex
from support.shop import AS_OF, UPLOADED, Answer, project, uplock
from support.wheels import build_wheel
from uplock.model.digest import sha256_of

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

Capture = pytest.CaptureFixture[str]

TILL, COIN, BARE = (f"{name}-1.0-py3-none-any.whl" for name in ("till", "coin", "bare"))

PYPROJECT = """\
[project]
name = "shop"
version = "1"
dependencies = ["till", "coin", "bare"]
[tool.uplock]
targets = ["3.12.1", "3.13.0"]
"""


class Estate:
    """A locked project, the index that it is locked from, and the root that its attestations hold under."""

    def __init__(self, folder: Path, http: HttpIndex, capfd: Capture) -> None:
        self.folder = folder
        self.http = http
        self.root = folder.parent / "root.json"
        self.capfd = capfd

    def call(self, *arguments: str | Path) -> Answer:
        """Run uplock, with the trusted root where it takes one."""
        return uplock(self.capfd, *arguments, "--trusted-root", self.root)

    def lock(self, *arguments: str | Path) -> Answer:
        """Run ``uplock verify lock``."""
        return self.call("verify", "lock", "--project", self.folder, *arguments)

    def run(self) -> None:
        """Record a generation."""
        assert self.call("run", self.folder, "--as-of", AS_OF).code == 0


@pytest.fixture
def estate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: Capture) -> Iterator[Estate]:
    index = attested_index("till", "coin")
    index.publish(*build_wheel("bare", "1.0"), upload_time=UPLOADED)
    with HttpIndex(index, etags=True) as http:
        monkeypatch.setenv("UPLOCK_INDEX_URL", http.url)
        (tmp_path / "root.json").write_bytes(private_instance().root())
        folder = project(tmp_path / "shop", PYPROJECT)
        assert uplock(capfd, "lock", folder).code == 0
        http.requests.clear()
        yield Estate(folder, http, capfd)


def outcomes(answer: Answer) -> dict[str, str]:
    return {each["filename"]: each["outcome"] for each in answer.json["artifacts"]}


# --- the index ---------------------------------------------------------------------------------------------------


def test_what_is_verified_and_what_is_not_stands_in_one_table(estate: Estate) -> None:
    answer = estate.lock()
    assert answer.code == 0
    lines = answer.out.splitlines()
    places = [next(n for n, line in enumerate(lines) if line.startswith(head)) for head in ("NOT-ATTESTED", "VERIFIED")]
    assert places == sorted(places)
    row = next(line for line in lines if TILL in line)
    for part in ("GitHub octo/shop (release.yml)", "refs/tags/v1.0", "c" * 12, "2026-03-01T12:00:00Z"):
        assert part in row
    assert lines[-1] == "PASS  3 artifacts: 2 verified, 1 not attested"
    assert f"trusted root sha256 {sha256_of(estate.root.read_bytes())} (file, of unknown age)" in answer.out


def test_the_json_has_everything(estate: Estate) -> None:
    answer = estate.lock("--json")
    valid(answer.json, "verify")
    assert outcomes(answer) == {BARE: "not-attested", COIN: "verified", TILL: "verified"}
    assert answer.json["counts"] == {"verified": 2, "not_attested": 1, "invalid": 0, "unchecked": 0}
    assert answer.json["trusted_root"]["sha256"] == sha256_of(estate.root.read_bytes())


def test_each_page_and_document_is_asked_for_once_though_two_targets_lock_the_file(estate: Estate) -> None:
    estate.lock()
    assert sorted(estate.http.paths()) == sorted(set(estate.http.paths()))
    assert len(estate.http.paths(".provenance")) == 2
    assert len(estate.http.paths("/simple/")) == 3


def test_a_second_call_asks_only_whether_what_it_knows_still_holds(estate: Estate) -> None:
    first = estate.lock("--json")
    estate.http.requests.clear()
    assert estate.lock("--json").out == first.out
    assert len(estate.http.requests) == 5
    assert all("if-none-match" in request.headers for request in estate.http.requests)


def test_another_index_is_asked_where_the_call_names_one(estate: Estate) -> None:
    text = PYPROJECT + 'provenance-dir = "documents"\n'
    (estate.folder / "documents").mkdir()
    (estate.folder / "pyproject.toml").write_text(text)
    assert outcomes(estate.lock("--json"))[TILL] == "not-attested"
    assert estate.http.requests == []
    assert outcomes(estate.lock("--index-url", estate.http.url, "--json"))[TILL] == "verified"


def test_an_invalid_one_stands_first_with_class_place_and_remedy(estate: Estate) -> None:
    estate.http.index.change_publisher(TILL, estate.http.index.document(COIN))
    estate.http.fail(403, part=f"{COIN}.provenance")
    answer = estate.lock()
    assert answer.code == 1
    heads = [line.split("  ")[0] for line in answer.out.splitlines() if line and not line.startswith(" ")]
    assert heads[:3] == ["INVALID", "UNCHECKED", "NOT-ATTESTED"]
    shown = answer.out[: answer.out.index("UNCHECKED")]
    for part in (TILL, "subject-", f"{TILL}.provenance", "remedy: Do not install the file"):
        assert part in shown
    assert "refused  1 artifact: the source refused" in answer.out
    assert answer.out.splitlines()[-1] == "FAIL  3 artifacts: 1 not attested, 1 invalid, 1 unchecked"


def test_an_index_that_is_gone_leaves_everything_unchecked(estate: Estate) -> None:
    estate.http.fail(500)
    answer = estate.lock("--json")
    assert answer.code == 3
    assert {each["unchecked"] for each in answer.json["artifacts"]} == {"server-error"}


@pytest.mark.parametrize(
    "options",
    [
        ("--from-archive", "--index-url", "https://index.example/simple"),
        ("--from-archive", "--provenance-dir", "."),
        ("--index-url", "https://index.example/simple", "--provenance-dir", "."),
    ],
)
def test_only_one_source_can_be_named(estate: Estate, options: tuple[str, ...]) -> None:
    for words in (("lock",), ("dir", "."), ("artifact", TILL)):
        answer = estate.call("verify", *words, *options)
        assert answer.code == 2
        assert "exclude each other" in answer.err


# --- the archive -------------------------------------------------------------------------------------------------


def test_the_archive_verifies_again_without_any_network(estate: Estate) -> None:
    estate.run()
    online = estate.lock("--json")
    estate.http.fail(500)
    estate.http.requests.clear()
    answer = estate.lock("--from-archive", "--json")
    assert answer.code == 0
    assert outcomes(answer) == outcomes(online)
    assert estate.http.requests == []
    till = next(each for each in answer.json["artifacts"] if each["filename"] == TILL)
    assert till["document"].startswith("archive sha256:")
    assert "as recorded" in next(each for each in answer.json["artifacts"] if each["filename"] == BARE)["reason"]


def test_the_archive_judges_again_under_the_root_of_today(estate: Estate) -> None:
    estate.run()
    answer = uplock(estate.capfd, "verify", "lock", "--project", estate.folder, "--from-archive", "--json")
    assert answer.code == 1
    assert {each["failure"] for each in answer.json["artifacts"]} == {"untrusted-chain", "no-attestation"}


def test_what_was_invalid_and_unchecked_then_is_so_again(estate: Estate) -> None:
    estate.http.index.change_publisher(TILL, estate.http.index.document(COIN))
    estate.http.fail(403, part=f"{COIN}.provenance")
    assert estate.call("run", estate.folder, "--as-of", AS_OF).code == 1
    answer = estate.lock("--from-archive", "--json")
    assert outcomes(answer) == {BARE: "not-attested", COIN: "unchecked", TILL: "invalid"}
    assert next(each for each in answer.json["artifacts"] if each["filename"] == COIN)["unchecked"] == "refused"


def _blob(estate: Estate, name: str) -> Path:
    document = estate.http.index.document(name)
    assert document is not None
    found = [path for path in (estate.folder / ".uplock").rglob(sha256_of(document)[2:]) if path.is_file()]
    found += [path for path in (estate.folder / ".uplock").rglob(sha256_of(document)) if path.is_file()]
    assert found
    return found[0]


def test_a_changed_document_in_the_archive_is_an_integrity_error(estate: Estate) -> None:
    estate.run()
    blob = _blob(estate, TILL)
    blob.chmod(0o644)
    blob.write_bytes(blob.read_bytes() + b" ")
    assert estate.lock("--from-archive").code == 4


def test_a_lost_document_leaves_its_file_unchecked(estate: Estate) -> None:
    estate.run()
    _blob(estate, TILL).unlink()
    answer = estate.lock("--from-archive", "--json")
    assert outcomes(answer) == {BARE: "not-attested", COIN: "verified", TILL: "unchecked"}


def test_without_a_recorded_generation_there_is_nothing_to_take(estate: Estate) -> None:
    answer = estate.lock("--from-archive")
    assert answer.code == 3
    assert "uplock run" in answer.err
    assert not (estate.folder / ".uplock" / "head").exists()


# --- one artifact ------------------------------------------------------------------------------------------------


def test_a_file_name_that_the_locks_know_needs_neither_bytes_nor_digest(estate: Estate) -> None:
    answer = estate.call("verify", "artifact", TILL, "--project", estate.folder, "--json")
    assert (answer.code, answer.json["outcome"]) == (0, "verified")
    valid(answer.json, "verify-artifact")
    estate.run()
    estate.http.fail(500)
    answer = estate.call("verify", "artifact", TILL, "--project", estate.folder, "--from-archive", "--json")
    assert (answer.code, answer.json["outcome"]) == (0, "verified")


def test_the_locks_of_this_folder_know_a_name(estate: Estate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(estate.folder)
    assert estate.call("verify", "artifact", TILL).code == 0
    assert estate.call("verify", "artifact", BARE).code == 1
    answer = estate.call("verify", "artifact", "nobody-1.0-py3-none-any.whl")
    assert answer.code == 2
    assert "no lock here knows it" in answer.err


def test_a_file_that_is_not_the_one_that_is_locked_is_an_integrity_error(estate: Estate, tmp_path: Path) -> None:
    (tmp_path / TILL).write_bytes(b"something else")
    answer = estate.call("verify", "artifact", tmp_path / TILL, "--project", estate.folder)
    assert answer.code == 4
    assert "the locks pin it with" in answer.err
    answer = estate.call("verify", "artifact", TILL, "sha256:" + "ab" * 32, "--project", estate.folder)
    assert answer.code == 4


def test_any_index_can_be_asked_about_a_file(estate: Estate, tmp_path: Path) -> None:
    body = estate.http.index.body(TILL)
    assert body is not None
    (tmp_path / TILL).write_bytes(body)
    assert estate.call("verify", "artifact", tmp_path / TILL).code == 3
    assert estate.call("verify", "artifact", tmp_path / TILL, "--index-url", estate.http.url).code == 0
    answer = estate.call("verify", "artifact", "strange", "sha256:" + "ab" * 32, "--index-url", estate.http.url)
    assert answer.code == 3


# --- a folder ----------------------------------------------------------------------------------------------------


@pytest.fixture
def wheelhouse(estate: Estate, tmp_path: Path) -> Path:
    folder = tmp_path / "wheelhouse"
    folder.mkdir()
    for name in (TILL, COIN, BARE):
        body = estate.http.index.body(name)
        assert body is not None
        (folder / name).write_bytes(body)
    return folder


def test_a_folder_is_verified_from_the_index_or_from_an_archive(estate: Estate, wheelhouse: Path) -> None:
    assert outcomes(estate.call("verify", "dir", wheelhouse, "--json"))[TILL] == "not-attested"
    expected = {BARE: "not-attested", COIN: "verified", TILL: "verified"}
    answer = estate.call("verify", "dir", wheelhouse, "--index-url", estate.http.url, "--json")
    assert (answer.code, outcomes(answer)) == (0, expected)
    estate.run()
    estate.http.fail(500)
    answer = estate.call("verify", "dir", wheelhouse, "--from-archive", "--project", estate.folder, "--json")
    assert (answer.code, outcomes(answer)) == (0, expected)


def test_a_file_that_the_generation_does_not_know_is_unchecked(estate: Estate, wheelhouse: Path) -> None:
    estate.run()
    name = publish_attested(estate.http.index, "till", "2.0")
    body = estate.http.index.body(name)
    assert body is not None
    (wheelhouse / name).write_bytes(body)
    answer = estate.call("verify", "dir", wheelhouse, "--from-archive", "--project", estate.folder, "--json")
    assert outcomes(answer)[name] == "unchecked"


def test_a_wheel_with_other_bytes_than_recorded_is_invalid(estate: Estate, wheelhouse: Path) -> None:
    estate.run()
    shutil.copy(wheelhouse / COIN, wheelhouse / TILL)
    answer = estate.call("verify", "dir", wheelhouse, "--from-archive", "--project", estate.folder, "--json")
    assert answer.code == 1
    till = next(each for each in answer.json["artifacts"] if each["filename"] == TILL)
    assert till["failure"] == "subject-digest-mismatch"
