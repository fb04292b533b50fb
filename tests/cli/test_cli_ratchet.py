"""The ratchet of publishers over whole commands: an index on loopback with every wheel attested."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import pytest

from support.attestations import private_instance
from support.attested_shop import COIN, TILL_12, attest, attested_estate, root_file, usual
from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.shop import AS_OF, PYPROJECT, Answer, project, uplock
from support.signers import circleci, custom, github
from support.statements import publish_predicate_type, statement
from uplock.model.digest import sha256_of

pytestmark = [pytest.mark.allow_hosts(["127.0.0.1"]), pytest.mark.enable_socket]

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def index() -> IndexSimulator:
    """The estate, all of it attested."""
    return attested_estate()


class Shop:
    """A project that was run once, with everything verified."""

    def __init__(self, folder: Path, capfd: Capture, text: str = PYPROJECT) -> None:
        self.folder = project(folder / "shop", text)
        self.root = root_file(folder)
        self._capfd = capfd

    def run(self, *arguments: str) -> Answer:
        """Run the whole job again, asking for provenance anew."""
        return self.command("run", self.folder, "--as-of", AS_OF, *arguments)

    def verify(self, *arguments: str) -> Answer:
        """Verify the committed locks."""
        return self.command("verify", "lock", "--project", self.folder, *arguments)

    def command(self, *arguments: str | Path) -> Answer:
        """Run any command under the private root."""
        return uplock(self._capfd, *arguments, "--trusted-root", self.root, "--json")

    def other(self, *arguments: str | Path) -> Answer:
        """Run a command that knows no root."""
        return uplock(self._capfd, *arguments)

    def clone(self, folder: Path) -> None:
        """Go on in a fresh clone: what is committed, and no archive."""
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns(".uplock"))
        self.folder = folder


@pytest.fixture
def shop(tmp_path: Path, http: HttpIndex, capfd: Capture) -> Shop:
    """The shop after its first run."""
    made = Shop(tmp_path, capfd)
    first = made.run()
    assert first.code == 0, first.out
    assert all((each["attestations"]["verified"], each["packages"]) == (3, 3) for each in first.json["targets"]), (
        first.out
    )
    return made


def rules(answer: Answer) -> set[str]:
    """Return the rules that speak of attestations, in all targets."""
    found = answer.json["findings"] + [each for row in answer.json.get("targets", ()) for each in row["findings"]]
    return {each["rule"] for each in found if each["rule"].startswith("AT")}


def test_the_first_run_says_that_there_was_no_baseline_and_whom_it_knows_now(
    tmp_path: Path, http: HttpIndex, capfd: Capture
) -> None:
    made = Shop(tmp_path, capfd)

    first = made.run()
    assert first.json["baseline"] == {"state": "none", "known": 0, "gained": ["coin", "crypt", "till"]}
    again = made.run("--refresh")
    assert again.json["baseline"] == {"state": "held", "known": 3, "gained": []}
    assert again.json["changed"] is False, "what became known then is no news now"


def test_a_second_run_from_its_receipt_says_what_is_known(shop: Shop) -> None:
    again = shop.run()
    assert again.json["baseline"] == {"state": "held", "known": 3, "gained": []}


def test_who_signed_stands_in_the_locks_as_the_standard_has_it(shop: Shop) -> None:
    lock = tomllib.loads((shop.folder / "locks/pylock.py312-linux-x86_64.toml").read_text())
    identities = {each["name"]: each["attestation-identities"] for each in lock["packages"]}
    assert identities["till"] == [{"kind": "GitHub", "repository": "octo/till", "workflow": "release.yml"}]
    assert len(identities) == 3

    lockset = json.loads((shop.folder / "locks/lockset.json").read_text())
    (row,) = [each for each in lockset["evidence"] if each["filename"] == TILL_12]
    assert row["outcome"] == "verified"
    assert dict(row["attestations"][0]["claims"])["repository-id"] == usual("till").claims[15]
    assert len(row["document"]) == 64
    assert lockset["trusted_root"]["origin"] == "file"


def test_unchanged_attestations_pass_in_a_fresh_clone(shop: Shop, tmp_path: Path) -> None:
    shop.clone(tmp_path / "clone")
    answer = shop.verify("--require-baseline")
    assert answer.code == 0, answer.out
    assert answer.json["baseline"]["known"] == 3
    assert rules(answer) <= {"AT007"}


def test_a_changed_publisher_is_an_error_until_it_is_accepted(
    shop: Shop, index: IndexSimulator, tmp_path: Path
) -> None:
    attest(index, TILL_12, github("evil/till", repository_id="1", owner_id="2"))

    for _ in range(2):  # not only the first time
        answer = shop.run("--refresh")
        assert answer.code == 1
        assert "AT003" in rules(answer)
    clone = shop.folder
    shop.clone(tmp_path / "clone")
    assert shop.verify().code == 1
    assert "AT003" in rules(shop.verify())

    shop.folder = clone
    pinned = shop.other("trust", "pin", "till", "--project", shop.folder, "--json")
    assert pinned.code == 0, pinned.err
    (row,) = pinned.json["pinned"]
    assert [each["publisher"]["repository"] for each in row["publishers"]] == ["evil/till", "octo/till"]
    accepted = shop.run("--refresh")
    assert accepted.code == 0, accepted.out
    assert not rules(accepted) & {"AT003", "AT004", "AT012"}


def test_a_lost_attestation_is_an_error(shop: Shop, index: IndexSimulator) -> None:
    index.publish(*_newer_till(), upload_time=None)
    (shop.folder / "pyproject.toml").write_text(
        PYPROJECT.replace('"till"', "\"till>=3; python_version > '3.9'\", \"till; python_version <= '3.9'\"")
    )

    answer = shop.run()
    assert answer.code == 1, answer.out
    assert "AT005" in rules(answer)
    assert "AT005" in rules(shop.verify())

    forgot = shop.other("trust", "forget", "till", "--project", shop.folder, "--json")
    assert forgot.code == 0, forgot.err
    assert [each["package"] for each in forgot.json["forgotten"]] == ["till"]
    assert "AT005" not in rules(shop.verify())


def _newer_till() -> tuple[str, bytes]:
    from support.wheels import build_wheel

    return build_wheel("till", "3.0", requires_dist=("coin>=1",))


def test_a_repository_that_was_taken_over_is_an_error(shop: Shop, index: IndexSimulator) -> None:
    attest(index, COIN, github("octo/coin", repository_id="666", owner_id="667"))

    answer = shop.verify()
    assert answer.code == 1
    assert "AT008" in rules(answer)
    assert "AT008" in rules(shop.run("--refresh"))


def test_a_renamed_repository_is_a_warning(shop: Shop, index: IndexSimulator) -> None:
    before = usual("coin")
    attest(index, COIN, github("bigcorp/coin", repository_id=before.claims[15], owner_id="99"))

    answer = shop.verify()
    assert answer.code == 0, answer.out
    assert "AT009" in rules(answer)
    again = shop.run("--refresh")
    assert again.code == 0
    assert "AT009" in rules(again)


def test_a_withdrawn_provenance_is_an_error_and_the_archive_still_verifies(shop: Shop, index: IndexSimulator) -> None:
    index.change_publisher(COIN, None)

    answer = shop.verify()
    assert answer.code == 1
    assert "AT010" in rules(answer)
    assert shop.verify("--from-archive").code == 0
    assert "AT010" in rules(shop.run("--refresh"))
    assert "AT010" in rules(shop.verify()), "a run does not forget what it misses"


def test_a_source_that_cannot_be_reached_any_more_is_a_warning(shop: Shop, http: HttpIndex) -> None:
    http.fail(500, part="provenance")

    answer = shop.verify()
    assert answer.code == 3
    assert {each["unchecked"] for each in answer.json["artifacts"]} == {"server-error"}
    assert "AT011" in rules(answer)


def test_a_required_baseline_that_is_missing_fails_and_nothing_becomes_known(
    tmp_path: Path, http: HttpIndex, capfd: Capture
) -> None:
    made = Shop(tmp_path, capfd)
    for _ in range(2):
        answer = made.run("--require-baseline")
        assert answer.code == 1
        assert "AT014" in rules(answer)
    assert made.verify("--require-baseline").code == 1
    assert made.verify().code == 0


def test_a_required_baseline_that_is_there_passes(shop: Shop) -> None:
    answer = shop.run("--require-baseline")
    assert answer.code == 0
    assert answer.json["baseline"]["state"] == "held"
    assert shop.verify("--require-baseline").code == 0


def test_locking_again_forgets_nothing_about_publishers(shop: Shop) -> None:
    before = json.loads((shop.folder / "locks/lockset.json").read_text())
    pylock = (shop.folder / "locks/pylock.py312-linux-x86_64.toml").read_bytes()
    assert shop.other("lock", shop.folder, "--fresh").code == 0
    after = json.loads((shop.folder / "locks/lockset.json").read_text())
    assert after["publishers"] == before["publishers"]
    assert after["evidence"] == before["evidence"]
    assert (shop.folder / "locks/pylock.py312-linux-x86_64.toml").read_bytes() == pylock
    assert shop.other("lock", shop.folder, "--check=resolve").code == 0


def test_a_pin_is_shown_and_a_dry_run_writes_nothing(shop: Shop) -> None:
    shown = shop.other("trust", "pin", "--dry-run", "--project", shop.folder)
    assert shown.code == 0
    assert "GitHub octo/coin (release.yml), owner-id 42, ref refs/tags/*, repository-id" in shown.out
    assert not (shop.folder / "publishers.toml").exists()

    written = shop.other("trust", "pin", "--project", shop.folder)
    assert "Wrote publishers.toml" in written.out
    assert shop.other("trust", "pin", "--project", shop.folder, "--json").json["pinned"] == []
    assert shop.run("--refresh").code == 0


def test_what_is_pinned_must_come_from_there(shop: Shop, index: IndexSimulator) -> None:
    assert shop.other("trust", "pin", "coin", "--project", shop.folder).code == 0
    attest(index, COIN, github("octo/coin", "other.yml", repository_id=usual("coin").claims[15], owner_id="42"))
    assert "AT004" in rules(shop.verify())
    index.change_publisher(COIN, None)
    assert {"AT010", "AT012"} <= rules(shop.verify())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("format = 2\n", "format: must be 1"),
        ("format = 1\n[publishers.coin]\nkind = 'GitHub'\n", "publishers.coin"),
        (
            "format = 1\n[publishers.coin]\nkind = 'Google'\nemail = 'a@b'\nclaims = {x = 'y'}\n",
            "there is no claim 'x'",
        ),
        ("format = 1\n[publishers]\ncoin = []\n", "publishers.coin: names no publisher"),
        ("format = 1\nother = 1\n", "other: there is no such key"),
        ("format = \n", "not valid TOML"),
    ],
)
def test_a_malformed_publishers_file_is_told_with_its_place(shop: Shop, text: str, says: str) -> None:
    (shop.folder / "publishers.toml").write_text(text)
    answer = shop.verify()
    assert answer.code == 2
    assert answer.json["error"]["context"].startswith("publishers.toml")
    assert says in answer.json["error"]["message"]


def test_a_package_that_stands_in_both_files_is_refused(shop: Shop) -> None:
    assert shop.other("trust", "pin", "coin", "--project", shop.folder).code == 0
    policy = "\n[tool.uplock.policy.publishers.coin]\nkind = 'Google'\nemail = 'a@example.org'\n"
    (shop.folder / "pyproject.toml").write_text(PYPROJECT + policy)
    answer = shop.verify()
    assert answer.code == 2
    assert "coin stand here and in pyproject.toml" in answer.json["error"]["message"]


def test_packages_that_are_not_verified_cannot_be_pinned_and_unknown_ones_not_forgotten(shop: Shop) -> None:
    assert shop.other("trust", "pin", "nobody", "--project", shop.folder).code == 2
    assert shop.other("trust", "forget", "nobody", "--project", shop.folder).code == 2


def test_the_text_names_the_baseline(shop: Shop, capfd: Capture) -> None:
    out = uplock(capfd, "run", shop.folder, "--as-of", AS_OF, "--trusted-root", shop.root).out
    assert "publishers: compared with those of 3 packages" in out


def test_removing_the_locks_makes_nobody_forget_who_signed(shop: Shop, index: IndexSimulator) -> None:
    shutil.rmtree(shop.folder / "locks")
    attest(index, COIN, github("evil/coin", repository_id="1", owner_id="2"))
    answer = shop.run("--refresh")
    assert answer.code == 1
    assert "AT003" in rules(answer)
    assert answer.json["baseline"]["state"] == "held"


def test_what_was_forgotten_on_purpose_does_not_come_back_from_the_archive(shop: Shop, index: IndexSimulator) -> None:
    assert shop.other("trust", "forget", "coin", "till", "crypt", "--project", shop.folder).code == 0
    attest(index, COIN, github("new/coin", repository_id="1", owner_id="2"))
    answer = shop.run("--refresh")
    assert answer.code == 0, answer.out
    assert answer.json["baseline"]["gained"] == ["coin", "crypt", "till"]


def test_a_name_that_is_a_pattern_cannot_be_pinned(shop: Shop, index: IndexSimulator) -> None:
    everybody = custom("https://ci.example.org/*", "https://ci.example.org")
    content = statement((COIN, sha256_of(index.body(COIN) or b"")), predicate=publish_predicate_type())
    assert shop.other("trust", "forget", "coin", "--project", shop.folder).code == 0
    index.change_publisher(COIN, json.dumps(private_instance().attest(content, everybody)).encode())
    shop.run("--refresh")
    refused = shop.other("trust", "pin", "coin", "--project", shop.folder)
    assert refused.code == 2
    assert "contains *" in refused.err


def test_a_pin_of_a_pipeline_holds_for_its_next_tag_and_for_no_other_repository(
    shop: Shop, index: IndexSimulator
) -> None:
    assert shop.other("trust", "forget", "coin", "--project", shop.folder).code == 0
    attest(index, COIN, circleci())
    assert shop.run("--refresh").code == 0
    (row,) = shop.other("trust", "pin", "coin", "--project", shop.folder, "--json").json["pinned"]
    (pinned,) = row["publishers"]
    assert pinned["publisher"]["vcs_ref"] is None
    assert pinned["claims"] == [["ref", "refs/tags/*"]]

    attest(index, COIN, circleci(ref="refs/tags/v2.0"))
    assert shop.verify().code == 0
    attest(index, COIN, circleci(ref="refs/heads/main"))
    assert "AT004" in rules(shop.verify())
    attest(index, COIN, circleci(origin="github.com/evil/shop"))
    assert "AT004" in rules(shop.verify())
