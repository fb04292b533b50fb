"""The recipes for release jobs: read, and what they say of ``uplock verify lock`` brought about on an attested estate.

Above the command stand comments, ``# exit CODE: words``, the words beginning with a finding's id where there is one.
Each such claim is made true here, and the command must exit so and name that finding in the report that the job keeps.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.attested_shop import COIN, attest, attested_estate, root_file, usual
from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.shop import AS_OF, PYPROJECT, project, uplock
from support.signers import github
from support.wheels import build_wheel
from support.yaml_subset import Node, read_yaml

RELEASE = Path(__file__).resolve().parents[2] / "docs" / "recipes" / "release"
GITHUB, GITLAB, REFRESH = (RELEASE / name for name in ("github.yml", "gitlab.yml", "refresh-root.yml"))
VERIFY = "uplock verify lock --require-baseline --json"
REPORT = "verify.json"

_CLAIM = re.compile(r" *# exit (?P<code>[0-9]+): (?P<words>(?P<rule>[A-Z]{2}[0-9]{3})?.*)")
_PIN = re.compile(r"[a-z0-9-]+/[a-z0-9-]+@[0-9a-f]{40}")
Capture = pytest.CaptureFixture[str]


class Estate:
    """A project that was run once with everything verified, in the state in which a tag of it is checked out."""

    def __init__(self, folder: Path, index: IndexSimulator, http: HttpIndex, capfd: Capture) -> None:
        self.folder, self.index, self.http = folder, index, http
        self._capfd = capfd

    def configure(self, more: str) -> None:
        """Add to the configuration."""
        with (self.folder / "pyproject.toml").open("a") as file:
            file.write(more)

    def run(self, *arguments: str) -> None:
        """Run the whole job again."""
        uplock(self._capfd, "run", self.folder, "--as-of", AS_OF, *arguments)

    def verify(self) -> int:
        """Do what the recipes' line does: run the command, and keep its answer."""
        answer = uplock(self._capfd, *shlex.split(VERIFY)[1:], "--project", self.folder, "--as-of", AS_OF)
        (self.folder / REPORT).write_text(answer.out)
        return answer.code

    def named(self) -> set[str]:
        """Return the rules of the errors in the report."""
        found = json.loads((self.folder / REPORT).read_text()).get("findings", ())
        return {each["rule"] for each in found if each["severity"] == "error"}


@pytest.fixture
def estate(tmp_path: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch) -> Iterator[Estate]:
    """The shop, with the private root in its configuration, after its first run."""
    index = attested_estate()
    with HttpIndex(index) as http:
        monkeypatch.setenv("UPLOCK_INDEX_URL", http.url)
        folder = project(tmp_path / "shop", PYPROJECT + 'trusted-root = "trusted_root.json"\n')
        root_file(folder)
        made = Estate(folder, index, http, capfd)
        made.run()
        yield made


def nothing(estate: Estate) -> None:
    """Leave everything as it was."""


def signed_by_somebody_else(estate: Estate) -> None:
    attest(estate.index, COIN, github("evil/coin", repository_id="1", owner_id="2"))


def not_as_expected(estate: Estate) -> None:
    estate.configure(
        '\n[tool.uplock.policy.publishers.coin]\nkind = "GitHub"\nrepository = "octo/coin"\nworkflow = "release.yml"\n'
        'claims = { ref = "refs/tags/v9*" }\n'
    )


def lost(estate: Estate) -> None:
    estate.index.publish(*build_wheel("coin", "1.2"), upload_time=None)
    text = (estate.folder / "pyproject.toml").read_text()
    (estate.folder / "pyproject.toml").write_text(text.replace('"crypt"', '"crypt", "coin>=1.2,<9"'))
    estate.run()


def taken_over(estate: Estate) -> None:
    attest(estate.index, COIN, github("octo/coin", repository_id="666", owner_id="667"))


def withdrawn(estate: Estate) -> None:
    estate.index.change_publisher(COIN, None)


def required(estate: Estate) -> None:
    estate.configure('\n[tool.uplock.policy]\nrequire-attestations = ["*"]\n')
    withdrawn(estate)


def made_anew(estate: Estate) -> None:
    lockset = estate.folder / "locks" / "lockset.json"
    lockset.write_text(json.dumps({**json.loads(lockset.read_text()), "publishers": []}))


def invalid(estate: Estate) -> None:
    crypt = next(name for name in estate.index.filenames() if name.startswith("crypt") and "cp312" in name)
    estate.index.change_publisher(COIN, estate.index.document(crypt))


def refused(estate: Estate) -> None:
    estate.http.fail(403, part="provenance")


def offered_no_more(estate: Estate) -> None:
    estate.index.provenance_offered = False


def edited(estate: Estate) -> None:
    with (estate.folder / "locks" / "pylock.py312-linux-x86_64.toml").open("a") as lock:
        lock.write("# by hand\n")


SITUATIONS: dict[tuple[int, str], tuple[Callable[[Estate], None], ...]] = {
    (0, ""): (nothing,),
    (1, "AT003"): (signed_by_somebody_else,),
    (1, "AT004"): (not_as_expected,),
    (1, "AT005"): (lost,),
    (1, "AT008"): (taken_over,),
    (1, "AT010"): (withdrawn,),
    (1, "AT012"): (required,),
    (1, "AT014"): (made_anew,),
    (1, ""): (invalid,),
    (3, ""): (refused, offered_no_more),
    (4, ""): (edited,),
}


def test_the_signer_of_the_estate_is_the_one_that_the_cases_change() -> None:
    assert usual("coin").publisher["repository"] == "octo/coin"


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.enable_socket
@pytest.mark.parametrize(
    ("claim", "situation"),
    [
        pytest.param(claim, situation, id=f"{claim[0]}-{situation.__name__}")
        for claim, situations in SITUATIONS.items()
        for situation in situations
    ],
)
def test_the_command_of_the_recipes_exits_as_they_say(
    claim: tuple[int, str], situation: Callable[[Estate], None], estate: Estate
) -> None:
    code, rule = claim
    situation(estate)
    assert estate.verify() == code, (estate.folder / REPORT).read_text()
    assert rule in estate.named() if rule else not estate.named()


@pytest.mark.parametrize("path", [GITHUB, GITLAB], ids=lambda path: path.name)
def test_every_claim_of_a_recipe_is_tried_and_everything_tried_is_claimed(path: Path) -> None:
    claims = [match for line in path.read_text().splitlines() if (match := _CLAIM.fullmatch(line))]
    assert {(int(match["code"]), match["rule"] or "") for match in claims} == set(SITUATIONS)
    assert f"{VERIFY} > {REPORT}" in path.read_text()


# --- the files themselves -----------------------------------------------------------------------------------------


def table(node: Node, *keys: str) -> dict[str, Node]:
    """Return a mapping inside a document."""
    for key in keys:
        assert isinstance(node, dict)
        node = node[key]
    assert isinstance(node, dict)
    return node


def steps_of(path: Path) -> list[dict[str, Node]]:
    """Return every step of every job of a workflow."""
    found = []
    for job in table(read_yaml(path.read_text()), "jobs").values():
        assert isinstance(job, dict)
        steps = job["steps"]
        assert isinstance(steps, list)
        found += [table(step) for step in steps]
    return found


def test_nothing_is_published_at_github_unless_verifying_passed() -> None:
    document = read_yaml(GITHUB.read_text())
    assert table(document, "jobs", "publish")["needs"] == "verify"
    text = GITHUB.read_text()
    assert not re.search(r"continue-on-error|\|\||pull_request_target", text)
    assert list(table(document, "on")) == ["push"]
    assert list(table(document, "on", "push")) == ["tags"]


def test_only_the_publishing_job_may_ask_for_an_identity() -> None:
    document = read_yaml(GITHUB.read_text())
    assert table(document, "permissions") == {"contents": "read"}
    assert "permissions" not in table(document, "jobs", "verify")
    assert table(document, "jobs", "publish", "permissions") == {"contents": "read", "id-token": "write"}
    assert table(document, "jobs", "publish")["environment"] == "release"


def test_the_report_is_kept_whether_it_passed_or_not() -> None:
    (upload,) = [step for step in steps_of(GITHUB) if "upload-artifact" in str(step.get("uses"))]
    assert upload["if"] == "always()"
    assert table(upload, "with")["path"] == REPORT
    artifacts = table(read_yaml(GITLAB.read_text()), "verify", "artifacts")
    assert (artifacts["when"], artifacts["paths"]) == ("always", [REPORT])


def test_nothing_is_published_at_gitlab_unless_verifying_passed() -> None:
    document = read_yaml(GITLAB.read_text())
    assert table(document, "publish")["needs"] == ["verify"]
    assert "allow_failure" not in GITLAB.read_text()
    assert table(document, "verify")["rules"] == table(document, "publish")["rules"] == [{"if": "$CI_COMMIT_TAG"}]


@pytest.mark.parametrize("path", [GITHUB, REFRESH], ids=lambda path: path.name)
def test_every_action_is_pinned_by_its_commit(path: Path) -> None:
    used = [str(step["uses"]) for step in steps_of(path) if "uses" in step]
    assert used
    assert all(_PIN.fullmatch(each) for each in used)


def test_a_refreshed_root_is_proposed_and_not_used() -> None:
    runs = [step["run"] for step in steps_of(REFRESH) if "run" in step]
    assert runs == ["sh .ci/install-uplock", "uplock trust refresh trusted_root.json"]
    assert table(read_yaml(REFRESH.read_text()), "permissions") == {"contents": "read"}
    assert "trust refresh" not in GITHUB.read_text() + GITLAB.read_text()
