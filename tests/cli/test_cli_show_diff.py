"""``uplock show`` and ``uplock diff``: exact texts, JSON against the schemas, names of generations, exit codes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.attested_shop import attested_estate, root_file
from support.committed_schema import valid
from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.shop import AS_OF, MANYLINUX, PYPROJECT, UPLOADED, native_wheel, project, uplock

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def index() -> IndexSimulator:
    """The estate, every wheel of it attested but one that only 3.13 takes."""
    index = attested_estate()
    newer = native_wheel("3.0", f"cp313-cp313-{MANYLINUX}", openssl="3.5.8 1 Jan 2026")
    index.publish(*newer, upload_time=UPLOADED)
    return index


@pytest.fixture
def shop(http: HttpIndex, tmp_path: Path, capfd: Capture) -> tuple[Path, str, str]:
    """A project that moved its target from 3.12 to 3.13, and both generations, the older first."""
    assert http.url
    folder = project(tmp_path / "shop", PYPROJECT.replace('from = "3.9.18"\n', ""))
    root = root_file(tmp_path)
    assert uplock(capfd, "run", folder, "--as-of", AS_OF, "--trusted-root", root).code == 0
    assert uplock(capfd, "vault", "add", "--project", folder).code == 0
    text = (folder / "pyproject.toml").read_text()
    (folder / "pyproject.toml").write_text(text.replace("3.12.1", "3.13.0").replace('version = "1.0"', 'version = "2"'))
    uplock(capfd, "run", folder, "--as-of", AS_OF, "--trusted-root", root)
    newer, older = (each["id"] for each in uplock(capfd, "history", folder, "--json").json)
    return folder, older, newer


def test_show_tells_everything_of_a_generation(shop: tuple[Path, str, str], capfd: Capture) -> None:
    folder, older, newer = shop
    shown = uplock(capfd, "show", "--project", folder, "--json").json
    valid(shown, "show")
    till = shown["targets"][0]["packages"][2]
    digest = {each["name"]: each["sha256"] for each in shown["targets"][0]["packages"]}
    size = {each["name"]: each["size"] for each in shown["targets"][0]["packages"]}
    assert till["provenance"]
    assert (shown["id"], shown["parent"], shown["head"], shown["kept"]) == (newer, older, True, False)
    text = uplock(capfd, "show", "head", "--project", folder).out
    assert (
        text
        == f"""\
uplock show · shop 2 · generation {newer}
  parent {older}
  recorded {shown["recorded_at"]}, the head, not kept
  view sha256 {shown["view"]}, cut-off 2026-03-01T00:00:00Z
  trusted root sha256 {shown["trusted_root"]["sha256"]} (file, of unknown age)

py313-linux-x86_64  CPython 3.13.0  linux-x86_64  target  3 packages  {shown["targets"][0]["resolver"]}
  content digest {shown["targets"][0]["content"]}
  coin 1.1  verified by GitHub octo/coin (release.yml)
    coin-1.1-py3-none-any.whl  {size["coin"]} bytes  sha256 {digest["coin"]}
  crypt 3.0 (direct)  not-attested
    crypt-3.0-cp313-cp313-manylinux_2_17_x86_64.whl  {size["crypt"]} bytes  sha256 {digest["crypt"]}
    native: openssl 3.5.8
  till 2.0 (direct)  verified by GitHub octo/till (release.yml)
    till-2.0-py3-none-any.whl  {size["till"]} bytes  sha256 {digest["till"]}
"""
    )
    kept = uplock(capfd, "show", older[:8], "--project", folder).out.splitlines()
    assert kept[1] == "  no parent"
    assert kept[2].endswith("Z, kept")


def test_diff_tells_what_moved(shop: tuple[Path, str, str], capfd: Capture) -> None:
    folder, older, newer = shop
    found = uplock(capfd, "diff", older, newer, "--project", folder, "--json").json
    valid(found, "diff")
    (target,) = found["targets"]
    (crypt,) = target["packages"]
    before, after = target["before"], target["after"]
    text = uplock(capfd, "diff", older[:9], "head", "--project", folder)
    assert text.code == 0
    assert (
        text.out
        == f"""\
uplock diff · shop
  from generation {older}
    to generation {newer}
version 1.0 -> 2

py312-linux-x86_64 -> py313-linux-x86_64  CPython 3.13.0  linux-x86_64
  CPython 3.12.1 -> 3.13.0
  content digest {before["content"]} -> {after["content"]}
  crypt 2.0 -> 3.0  upgraded, major
    crypt-2.0-cp312-cp312-manylinux_2_17_x86_64.whl  sha256 {crypt["before"]["sha256"]}
    crypt-3.0-cp313-cp313-manylinux_2_17_x86_64.whl  sha256 {crypt["after"]["sha256"]}
    attestations verified by GitHub octo/crypt (release.yml) -> not-attested
    native openssl 3.5.4 -> 3.5.8
"""
    )


def test_diff_the_other_way_round_tells_the_opposite(shop: tuple[Path, str, str], capfd: Capture) -> None:
    folder, older, newer = shop
    text = uplock(capfd, "diff", newer, older, "--project", folder).out
    assert "crypt 3.0 -> 2.0  downgraded, major" in text
    assert "native openssl 3.5.8 -> 3.5.4" in text
    assert "attestations not-attested -> verified by GitHub octo/crypt (release.yml)" in text


def test_a_generation_does_not_differ_from_itself(shop: tuple[Path, str, str], capfd: Capture) -> None:
    folder, _, newer = shop
    answer = uplock(capfd, "diff", newer, "head", "--project", folder)
    assert answer.code == 0
    assert answer.out.splitlines()[-1] == "Both say the same."
    assert uplock(capfd, "diff", newer, newer, "--project", folder, "--json").json["equal"]


def test_findings_are_judged_on_both_sides_for_one_day(shop: tuple[Path, str, str], capfd: Capture) -> None:
    folder, older, newer = shop
    call = ("diff", older, newer, "--project", folder, "--findings", "--as-of", "2029-01-01")
    found = uplock(capfd, *call, "--json")
    assert found.code == 0
    valid(found.json, "diff")
    findings = found.json["targets"][0]["findings"]
    assert "PY001" in {each["rule"] for each in findings["vanished"]}
    assert "AT005" in {each["rule"] for each in findings["appeared"]}
    assert "AT007" not in {each["rule"] for each in (*findings["vanished"], *findings["appeared"])}
    text = uplock(capfd, *call).out
    assert "  vanished: error PY001 py312-linux-x86_64 CPython 3.12.1: CPython 3.12 reached its end of life" in text
    assert re.search(r"^  appeared: error AT005 py313-linux-x86_64 crypt-3\.0", text, re.MULTILINE)
    assert "findings as of 2029-01-01, by today's policy and waivers\n" in text


def test_a_day_asks_for_findings(shop: tuple[Path, str, str], capfd: Capture) -> None:
    folder, older, newer = shop
    asked = uplock(capfd, "diff", older, newer, "--project", folder, "--as-of", "2029-01-01")
    both = uplock(capfd, "diff", older, newer, "--project", folder, "--as-of", "2029-01-01", "--findings")
    assert "findings as of 2029-01-01" in asked.out
    assert asked.out == both.out


def test_findings_alone_make_no_difference_out_of_none(shop: tuple[Path, str, str], capfd: Capture) -> None:
    folder, _, newer = shop
    answer = uplock(capfd, "diff", newer, newer, "--project", folder, "--findings", "--as-of", AS_OF)
    assert "appeared" not in answer.out
    assert "vanished" not in answer.out


def test_waivers_of_the_generations_are_compared(shop: tuple[Path, str, str], capfd: Capture) -> None:
    folder, _, newer = shop
    (folder / "waivers").mkdir()
    (folder / "waivers/broken.toml").write_text("rule = 1\n")
    uplock(capfd, "run", folder, "--as-of", AS_OF, "--trusted-root", folder.parent / "trusted_root.json")
    text = uplock(capfd, "diff", newer, "head", "--project", folder).out
    assert "waiver waivers/broken.toml added" in text
    assert "  the same 3 packages" in text
    assert "waiver waivers/broken.toml  not readable: " in uplock(capfd, "show", "--project", folder).out
    found = uplock(capfd, "diff", newer, "head", "--project", folder, "--findings", "--as-of", AS_OF, "--json").json
    assert found["findings"]["before"] == found["findings"]["after"] == "fail"


def test_names_that_are_none_are_refused(shop: tuple[Path, str, str], tmp_path: Path, capfd: Capture) -> None:
    folder, older, _ = shop
    assert uplock(capfd, "show", "beef", "--project", folder).code == 2
    assert uplock(capfd, "show", "0" * 12, "--project", folder).code == 2
    assert uplock(capfd, "show", "0" * 64, "--project", folder).code == 3
    assert uplock(capfd, "diff", older, "--project", folder).code == 2
    assert uplock(capfd, "diff", older, "f" * 8, "--project", folder).code == 2
    empty = project(tmp_path / "empty")
    assert uplock(capfd, "show", "--project", empty).code == 3
    assert uplock(capfd, "diff", older, older, "--project", empty).code == 3
    assert not (empty / ".uplock").exists()


def test_changed_blobs_are_integrity_errors(shop: tuple[Path, str, str], capfd: Capture) -> None:
    folder, older, newer = shop
    digest = uplock(capfd, "show", newer, "--project", folder, "--json").json["targets"][0]["requirements"]
    blob = folder / ".uplock/blobs/sha256" / digest[:2] / digest
    blob.chmod(0o644)
    blob.write_bytes(blob.read_bytes().replace(b"coin", b"c0in"))
    answer = uplock(capfd, "diff", older, newer, "--project", folder)
    assert answer.code == 4
    assert digest in answer.err


def test_a_generation_is_shown_without_the_projects_locks(shop: tuple[Path, str, str], capfd: Capture) -> None:
    folder, older, newer = shop
    for path in (folder / "locks").iterdir():
        path.unlink()
    assert uplock(capfd, "show", "--project", folder, "--json").json["id"] == newer
    (folder / ".uplock/head").unlink()
    assert not uplock(capfd, "show", older, "--project", folder, "--json").json["head"]
    assert uplock(capfd, "show", "--project", folder).code == 3
