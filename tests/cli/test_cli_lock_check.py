"""``uplock lock --check``: the locks as they are, against their inputs, the archived view, and the index of today."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.http_index import HttpIndex
from support.index_simulator import IndexSimulator
from support.rule_cases import names_what_a_waiver_must_name
from support.sdists import build_sdist
from support.shop import Answer, project, snapshot, uplock
from support.wheels import build_wheel
from uplock.model.finding import Finding
from uplock.model.value import convert
from uplock.policy.checks import CHECKS
from uplock.policy.registry import statements

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

Capture = pytest.CaptureFixture[str]

EARLY = datetime(2024, 1, 1, tzinfo=UTC)
LATE = datetime(2024, 6, 1, tzinfo=UTC)
TARGET = "py312-linux-x86_64"
PYLOCK, REQUIREMENTS = f"locks/pylock.{TARGET}.toml", f"locks/requirements.{TARGET}.txt"
COIN, TILL = "coin-1.1-py3-none-any.whl", "till-1.0-py3-none-any.whl"


@pytest.fixture
def index() -> IndexSimulator:
    """An index that offers provenance, as the great ones do, and has documents of some files."""
    shelf = IndexSimulator(provenance_offered=True)
    shelf.publish(*build_wheel("till", "1.0", requires_dist=("coin>=1",)), upload_time=EARLY)
    for version in ("1.0", "1.1"):
        shelf.publish(*build_wheel("coin", version), upload_time=EARLY, provenance=b"{}")
    shelf.publish(*build_wheel("ink", "1.0"), upload_time=EARLY)
    return shelf


def configured(
    *dependencies: str, targets: str = '"3.12.1"', cut_off: str = "2024-03-01T00:00:00Z", more: str = ""
) -> str:
    return (
        f'[project]\nname = "shop"\nversion = "1.0"\ndependencies = {json.dumps(dependencies)}\n'
        f'[tool.uplock]\ntargets = [{targets}]\nexclude-newer = "{cut_off}"\n{more}'
    )


def severities(**of: str) -> str:
    listed = ", ".join(f'{rule} = "{severity}"' for rule, severity in of.items())
    return f"[tool.uplock.policy]\nseverities = {{ {listed} }}\n"


@pytest.fixture
def shop(http: HttpIndex, tmp_path: Path, capfd: Capture) -> Path:
    """A project that is locked."""
    folder = project(tmp_path / "shop", configured("till"))
    assert uplock(capfd, "lock", folder).code == 0
    return folder


def check(capfd: Capture, folder: Path, depth: str = "offline") -> Answer:
    """Check, and hold that nothing in the project changes."""
    before = snapshot(folder)
    answer = uplock(capfd, "lock", folder, f"--check={depth}", "--json")
    assert snapshot(folder) == before
    return answer


def found(answer: Answer) -> list[tuple[str, str, str]]:
    findings = convert(answer.json["findings"], tuple[Finding, ...])
    assert all(each.remedy for each in findings)
    assert all(names_what_a_waiver_must_name(each, statements()[each.rule].reach) for each in findings)
    return [(each.rule, each.severity, each.subject) for each in findings]


def says_the_example_of(rule: str, answer: Answer) -> bool:
    """Whether a finding is word for word what the page of its rule shows; sizes depend on who compressed the file."""
    said = [each["message"] for each in answer.json["findings"] if each["rule"] == rule]
    assert said
    return _without_sizes(CHECKS[rule].example) in map(_without_sizes, said)


def _without_sizes(message: str) -> str:
    return re.sub(r"[0-9]+ (bytes|are)", r"N \1", message)


# --- offline ------------------------------------------------------------------------------------------------------


def test_unchanged_locks_pass_without_index_and_archive(
    shop: Path, http: HttpIndex, tmp_path: Path, capfd: Capture
) -> None:
    shutil.rmtree(shop / ".uplock")
    asked = len(http.requests)
    answer = check(capfd, shop)
    assert answer.code == 0, answer.err
    assert found(answer) == []
    assert answer.json["packages"] == 2
    assert answer.json["targets"] == [TARGET]
    assert len(http.requests) == asked
    assert not (shop / ".uplock").exists()
    text = uplock(capfd, "lock", shop, "--check")
    assert text.code == 0
    assert "2 pins of 1 target against inputs" in text.out
    assert text.out.endswith("PASS\n")


def test_without_locks_there_is_nothing_to_check(tmp_path: Path, capfd: Capture) -> None:
    folder = project(tmp_path / "shop", configured("till"))
    for depth in ("offline", "resolve", "index"):
        answer = uplock(capfd, "lock", folder, f"--check={depth}")
        assert answer.code in {2, 3}
        assert "Remedy:" in answer.err
    assert not (folder / "locks").exists()


def test_a_requirement_that_the_pins_do_not_satisfy_is_told_besides_the_change(shop: Path, capfd: Capture) -> None:
    project(shop, configured("till>=2"))
    answer = check(capfd, shop)
    assert answer.code == 1
    assert found(answer) == [("LK005", "error", "locks/lockset.json"), ("LK011", "error", "till")]
    assert "till 1.0 does not satisfy till>=2" in answer.out
    assert says_the_example_of("LK005", answer)
    assert says_the_example_of("LK011", answer)


def test_a_requirement_that_no_pin_answers_is_told(shop: Path, capfd: Capture) -> None:
    project(shop, configured("till", "ink"))
    answer = check(capfd, shop)
    assert answer.code == 1
    assert ("LK011", "error", "ink") in found(answer)
    assert "ink is asked for, and no pin answers it" in answer.out


def test_a_requirement_whose_marker_does_not_hold_on_the_target_needs_no_pin(shop: Path, capfd: Capture) -> None:
    project(shop, configured("till", "ink; python_version < '3.12'", "ink; sys_platform == 'win32'"))
    assert found(check(capfd, shop)) == [("LK005", "error", "locks/lockset.json")]


def test_a_constraint_that_the_pins_are_outside_of_is_told(http: HttpIndex, tmp_path: Path, capfd: Capture) -> None:
    folder = project(tmp_path / "shop", '[tool.uplock]\ntargets = ["3.12.1"]\n')
    (folder / "requirements.in").write_text("till\n-c constraints.in\n")
    (folder / "constraints.in").write_text("coin<2\nunrelated==7\n")
    assert uplock(capfd, "lock", folder).code == 0
    assert check(capfd, folder).code == 0
    (folder / "constraints.in").write_text("coin<1.1\nunrelated==7\n")
    answer = check(capfd, folder)
    assert answer.code == 1
    assert found(answer) == [("LK005", "error", "locks/lockset.json"), ("LK011", "error", "coin")]
    assert "coin 1.1 is outside the constraint coin<1.1" in answer.out


@pytest.mark.parametrize(
    ("text", "subject", "words"),
    [
        (configured("till", targets='"3.12.1", "3.13.0"'), "py313-linux-x86_64", "locked for nothing"),
        (configured("till", targets='"3.12.2"'), TARGET, "locked for 3.12.1, and the project asks for 3.12.2"),
        (configured("till", targets='"3.13.0"'), TARGET, "the project asks for nothing"),
        (configured("till", cut_off="2024-04-01T00:00:00Z"), "locks/lockset.json", "another cut-off"),
        (configured("till", more='resolver = "pip-tools"\n'), "locks/lockset.json", "pip-tools is configured"),
        (configured("till", more='overrides = ["coin<3"]\n'), "locks/lockset.json", "other requirements"),
        (configured("till", more="allow-sdist = true\n"), "locks/lockset.json", "other requirements"),
    ],
    ids=["target added", "patch changed", "target replaced", "cut-off", "resolver", "override", "sdists allowed"],
)
def test_another_question_is_told_and_can_be_let_pass(
    shop: Path, capfd: Capture, text: str, subject: str, words: str
) -> None:
    project(shop, text)
    answer = check(capfd, shop)
    assert answer.code == 1
    assert ("LK005", "error", subject) in found(answer)
    assert words in answer.out
    project(shop, text + severities(LK005="warning"))
    answer = check(capfd, shop)
    assert answer.code == 0
    assert ("LK005", "warning", subject) in found(answer)


def insert(old: str, new: str) -> Callable[[str], str]:
    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return edit


@pytest.mark.parametrize(
    ("path", "edit"),
    [
        (PYLOCK, insert('version = "1.1"', 'version = "1.0"')),
        (PYLOCK, insert("created-by", "# a comment\ncreated-by")),
        (REQUIREMENTS, insert("coin==1.1", "coin==1.0")),
        (REQUIREMENTS, lambda text: text + "evil==1 \\\n    --hash=sha256:" + "ab" * 32 + "\n"),
        (REQUIREMENTS, lambda text: text.replace("\n", "\r\n")),
    ],
    ids=["a version", "a comment", "a pin", "a pin more", "line ends"],
)
def test_a_hand_edit_exits_4_whatever_the_severity(
    shop: Path, capfd: Capture, path: str, edit: Callable[[str], str]
) -> None:
    place = shop / path
    place.write_bytes(edit(place.read_bytes().decode()).encode())
    for text in (configured("till"), configured("till", more=severities(LK013="info"))):
        project(shop, text)
        for depth in ("offline", "resolve", "index"):
            answer = check(capfd, shop, depth)
            assert answer.code == 4
            assert answer.json["edited"] is True
            assert ("LK013", path) in [(rule, subject) for rule, _, subject in found(answer)]


@pytest.mark.parametrize("path", [PYLOCK, REQUIREMENTS])
def test_a_removed_file_exits_4(shop: Path, capfd: Capture, path: str) -> None:
    (shop / path).unlink()
    answer = check(capfd, shop)
    assert answer.code == 4
    assert [rule for rule, *_ in found(answer)] == ["LK013"]
    assert "must be there" in answer.out
    assert says_the_example_of("LK013", answer)


def test_an_edit_of_one_target_does_not_hide_the_findings_of_another(
    http: HttpIndex, tmp_path: Path, capfd: Capture
) -> None:
    folder = project(tmp_path / "shop", configured("till", targets='"3.12.1", "3.13.0"'))
    assert uplock(capfd, "lock", folder).code == 0
    (folder / PYLOCK).write_text((folder / PYLOCK).read_text() + "\n")
    project(folder, configured("till>=2", targets='"3.12.1", "3.13.0"'))
    answer = check(capfd, folder)
    assert answer.code == 4
    assert {(each["rule"], each["target"]) for each in answer.json["findings"]} == {
        ("LK005", ""),
        ("LK013", TARGET),
        ("LK011", "py313-linux-x86_64"),
    }


def repin(folder: Path, edit: Callable[[dict[str, str]], dict[str, str]]) -> None:
    """Edit both files of the lock and make the lock set agree, as somebody would who knows how."""
    import hashlib

    texts = edit({path: (folder / path).read_text() for path in (PYLOCK, REQUIREMENTS)})
    lockset = json.loads((folder / "locks/lockset.json").read_bytes())
    for (path, text), key in zip(texts.items(), ("pylock", "requirements"), strict=True):
        (folder / path).write_text(text)
        lockset["targets"][0][key] = hashlib.sha256(text.encode()).hexdigest()
    (folder / "locks/lockset.json").write_text(json.dumps(lockset))


def without_edges(texts: dict[str, str]) -> dict[str, str]:
    edge = 'dependencies = [\n  {name = "coin"},\n]\n'
    assert edge in texts[PYLOCK]
    return {**texts, PYLOCK: texts[PYLOCK].replace(edge, "")}


def test_a_package_that_nothing_leads_to_is_told(shop: Path, capfd: Capture) -> None:
    repin(shop, without_edges)
    answer = check(capfd, shop)
    assert answer.code == 1
    assert found(answer) == [("LK012", "error", "coin")]
    assert says_the_example_of("LK012", answer)


def test_two_packages_that_only_lead_to_each_other_are_both_told(
    http: HttpIndex, index: IndexSimulator, tmp_path: Path, capfd: Capture
) -> None:
    index.publish(*build_wheel("ping", "1", requires_dist=("pong",)), upload_time=EARLY)
    index.publish(*build_wheel("pong", "1", requires_dist=("ping",)), upload_time=EARLY)
    folder = project(tmp_path / "shop", configured("till", "ping"))
    assert uplock(capfd, "lock", folder).code == 0
    assert check(capfd, folder).code == 0
    project(folder, configured("till"))
    mark = "[packages.tool.uplock]\ndirect = true\n"

    def forget(texts: dict[str, str]) -> dict[str, str]:
        head, name, rest = texts[PYLOCK].partition('name = "ping"')
        return {**texts, PYLOCK: head + name + rest.replace(mark, "", 1)}

    repin(folder, forget)
    answer = check(capfd, folder)
    assert {(rule, subject) for rule, _, subject in found(answer)} >= {("LK012", "ping"), ("LK012", "pong")}


def test_a_pin_that_refuses_the_interpreter_is_told(shop: Path, capfd: Capture) -> None:
    def refuse(texts: dict[str, str]) -> dict[str, str]:
        made = texts[PYLOCK].replace('version = "1.1"\n', 'version = "1.1"\nrequires-python = ">=3.13"\n')
        return {**texts, PYLOCK: made}

    repin(shop, refuse)
    answer = check(capfd, shop)
    assert found(answer) == [("LK011", "error", "coin")]
    assert "coin 1.1 requires Python >=3.13" in answer.out


# --- against the archived view ------------------------------------------------------------------------------------


def test_resolving_again_gives_the_same_bytes_and_asks_nobody(
    shop: Path, http: HttpIndex, index: IndexSimulator, tmp_path: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when the index has moved on, and with a cache that has nothing."""
    index.publish(*build_wheel("coin", "1.2"), upload_time=EARLY)
    index.withdraw(COIN)
    monkeypatch.setenv("UPLOCK_CACHE", str(tmp_path / "another cache"))
    asked = len(http.requests)
    answer = check(capfd, shop, "resolve")
    assert answer.code == 0, answer.out + answer.err
    assert found(answer) == []
    assert answer.json["depth"] == "resolve"
    assert len(http.requests) == asked
    assert "against the archived view" in uplock(capfd, "lock", shop, "--check=resolve").out


def test_what_was_kept_is_kept_again(shop: Path, index: IndexSimulator, capfd: Capture) -> None:
    index.publish(*build_wheel("coin", "1.2"), upload_time=EARLY)
    project(shop, configured("till", "ink"))
    assert uplock(capfd, "lock", shop).code == 0
    assert "coin==1.1" in (shop / REQUIREMENTS).read_text()
    assert check(capfd, shop, "resolve").code == 0


def test_an_sdist_is_resolved_again_without_being_fetched_again(
    http: HttpIndex, index: IndexSimulator, tmp_path: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.publish(*build_sdist("raw", "1.0", requires_txt="coin\n"), upload_time=EARLY)
    folder = project(tmp_path / "shop", configured("raw", more="allow-sdist = true\n"))
    assert uplock(capfd, "lock", folder).code == 0
    monkeypatch.setenv("UPLOCK_CACHE", str(tmp_path / "another cache"))
    asked = len(http.requests)
    assert check(capfd, folder, "resolve").code == 0
    assert len(http.requests) == asked


def test_a_target_that_has_no_lock_is_found_to_have_none_again(
    http: HttpIndex, index: IndexSimulator, tmp_path: Path, capfd: Capture
) -> None:
    index.publish(*build_wheel("native", "1.0", tag="cp312-cp312-manylinux_2_17_x86_64"), upload_time=EARLY)
    folder = project(tmp_path / "shop", configured("native", targets='"3.12.1", "3.13.0"'))
    assert uplock(capfd, "lock", folder).code == 1
    answer = check(capfd, folder, "resolve")
    assert answer.code == 1, answer.out + answer.err
    assert answer.json["targets"] == [TARGET]
    assert [each["rule"] for each in answer.json["findings"]] == ["AR001"]


def forget_what_was_kept(folder: Path) -> None:
    lockset = json.loads((folder / "locks/lockset.json").read_bytes())
    assert lockset["preferred"] is not None
    (folder / "locks/lockset.json").write_text(json.dumps({**lockset, "preferred": None}))


def test_what_the_archive_never_saw_is_undetermined(shop: Path, index: IndexSimulator, capfd: Capture) -> None:
    index.publish(*build_wheel("coin", "1.2"), upload_time=EARLY)
    project(shop, configured("till", "ink"))
    assert uplock(capfd, "lock", shop).code == 0
    forget_what_was_kept(shop)
    answer = uplock(capfd, "lock", shop, "--check=resolve")
    assert answer.code == 3
    assert "the archive has no metadata of coin-1.2" in answer.err


def test_kept_pins_that_the_archive_does_not_have_are_undetermined(
    shop: Path, index: IndexSimulator, capfd: Capture
) -> None:
    project(shop, configured("till", "ink"))
    assert uplock(capfd, "lock", shop).code == 0
    preferred = json.loads((shop / "locks/lockset.json").read_bytes())["preferred"]
    next(path for path in blobs(shop).values() if path.name.endswith(preferred[4:])).unlink()
    answer = uplock(capfd, "lock", shop, "--check=resolve")
    assert answer.code == 3
    assert "told to keep" in answer.err


def test_another_answer_of_the_resolver_is_told_with_what_differs(
    shop: Path, index: IndexSimulator, capfd: Capture
) -> None:
    """The lock set forgets that coin 1.1 was kept, though the view has 1.2 and the archive its metadata."""
    index.publish(*build_wheel("coin", "1.2"), upload_time=EARLY)
    project(shop, configured("till", "ink"))
    assert uplock(capfd, "lock", shop, "--fresh").code == 0
    (shop / "old.txt").write_text("coin==1.1\n")
    assert uplock(capfd, "lock", shop, "--from-lock", shop / "old.txt").code == 0
    forget_what_was_kept(shop)
    answer = check(capfd, shop, "resolve")
    assert answer.code == 1
    assert found(answer) == [("LK014", "error", TARGET)]
    assert f"coin 1.1 {COIN} becomes 1.2 coin-1.2-py3-none-any.whl" in answer.out
    assert says_the_example_of("LK014", answer)
    project(shop, configured("till", "ink", more=severities(LK014="warning")))
    assert check(capfd, shop, "resolve").code == 0


def test_a_milder_finding_does_not_keep_it_from_resolving_again(shop: Path, capfd: Capture) -> None:
    project(shop, configured("till", more=severities(LK012="info")))
    repin(shop, without_edges)
    answer = check(capfd, shop, "resolve")
    assert answer.code == 1
    assert found(answer) == [("LK012", "info", "coin"), ("LK014", "error", TARGET)]
    assert "the same pins, other facts about them" in answer.out


def test_stale_locks_are_not_resolved_and_that_is_said(shop: Path, http: HttpIndex, capfd: Capture) -> None:
    project(shop, configured("till", "ink", more=severities(LK005="info", LK011="info")))
    asked = len(http.requests)
    answer = check(capfd, shop, "resolve")
    assert answer.code == 0
    assert answer.json["notes"] == ["nothing was resolved again: the locks are stale or edited"]
    assert len(http.requests) == asked


def blobs(folder: Path) -> dict[str, Path]:
    return {path.name: path for path in (folder / ".uplock/blobs").rglob("*") if path.is_file()}


def test_a_tampered_view_exits_4(shop: Path, capfd: Capture) -> None:
    view = json.loads((shop / "locks/lockset.json").read_bytes())["view"]
    manifest = next(path for path in blobs(shop).values() if path.name.endswith(view[4:]) or path.name == view)
    page = json.loads(manifest.read_bytes())["pages"][0]["page"]
    for digest in (view, page):
        place = next(path for path in blobs(shop).values() if path.name.endswith(digest[4:]))
        original = place.read_bytes()
        place.unlink()
        place.write_bytes(original.replace(b"coin", b"c0in"))
        assert place.read_bytes() != original
        answer = uplock(capfd, "lock", shop, "--check=resolve")
        assert answer.code == 4, answer.out + answer.err
        place.unlink()
        place.write_bytes(original)
    assert uplock(capfd, "lock", shop, "--check=resolve").code == 0


def test_without_the_archive_it_is_undetermined_with_a_remedy(shop: Path, capfd: Capture) -> None:
    shutil.rmtree(shop / ".uplock")
    answer = uplock(capfd, "lock", shop, "--check=resolve")
    assert answer.code == 3
    assert "Remedy:" in answer.err
    assert not (shop / ".uplock").exists()


def test_an_archive_of_other_locks_is_undetermined_with_a_remedy(
    shop: Path, http: HttpIndex, tmp_path: Path, capfd: Capture
) -> None:
    other = project(tmp_path / "other", configured("ink"))
    assert uplock(capfd, "lock", other).code == 0
    answer = uplock(capfd, "lock", shop, "--check=resolve", "--archive", other / ".uplock")
    assert answer.code == 3
    assert "the view that the locks rest on is not in this archive" in answer.err
    assert "Remedy:" in answer.err


# --- against the index --------------------------------------------------------------------------------------------


def test_an_index_that_still_has_everything_passes(shop: Path, http: HttpIndex, capfd: Capture) -> None:
    answer = check(capfd, shop, "index")
    assert answer.code == 0, answer.err
    assert found(answer) == []
    assert not [path for path in http.paths("/files/") if path.endswith(".provenance")]
    assert "against the index" in uplock(capfd, "lock", shop, "--check=index").out


def test_another_file_of_a_locked_version_is_told_as_late(shop: Path, index: IndexSimulator, capfd: Capture) -> None:
    for tag in ("cp312-cp312-manylinux_2_17_x86_64", "cp312-cp312-win_amd64"):
        index.publish(*build_wheel("coin", "1.1", tag=tag), upload_time=LATE)
    index.publish(*build_wheel("coin", "1.2"), upload_time=LATE)
    answer = check(capfd, shop, "index")
    assert answer.code == 0
    assert found(answer) == [("AR014", "info", COIN)]
    assert "coin 1.1 got 2 more files after the cut-off" in answer.out
    assert "of which 1 fit this target" in answer.out
    assert says_the_example_of("AR014", answer)


def test_a_yank_is_told_with_its_reason(shop: Path, index: IndexSimulator, capfd: Capture) -> None:
    index.yank(COIN, "miscounts")
    answer = check(capfd, shop, "index")
    assert answer.code == 0
    assert found(answer) == [("AR015", "warning", COIN)]
    assert f"{COIN} was yanked since it was locked: miscounts" in answer.out
    assert says_the_example_of("AR015", answer)


def test_a_yank_that_was_locked_as_such_is_no_news(
    http: HttpIndex, index: IndexSimulator, tmp_path: Path, capfd: Capture
) -> None:
    index.yank(COIN, "miscounts")
    folder = project(tmp_path / "shop", configured("coin==1.1"))
    assert uplock(capfd, "lock", folder).code == 0
    assert found(check(capfd, folder, "index")) == [("AR002", "warning", COIN)]


def test_a_deleted_file_is_told(shop: Path, index: IndexSimulator, capfd: Capture) -> None:
    index.withdraw(COIN)
    answer = check(capfd, shop, "index")
    assert answer.code == 1
    assert found(answer) == [("AR003", "error", COIN)]
    assert says_the_example_of("AR003", answer)


def test_a_deleted_project_is_told(shop: Path, index: IndexSimulator, capfd: Capture) -> None:
    index.withdraw(TILL)
    answer = check(capfd, shop, "index")
    assert answer.code == 1
    assert found(answer) == [("AR003", "error", TILL)]


def test_a_replaced_file_is_told_with_both_digests(shop: Path, index: IndexSimulator, capfd: Capture) -> None:
    _, data = build_wheel("coin", "1.1", files={"coin/evil.py": b"import os\n"})
    index.publish(COIN, data, upload_time=EARLY)
    answer = check(capfd, shop, "index")
    assert answer.code == 1
    assert found(answer) == [("AR013", "error", COIN)]
    (finding,) = answer.json["findings"]
    page = index.listing("coin")
    assert page is not None
    served = next(file.sha256 for file in page.files if file.filename == COIN)
    locked = finding["sha256"]
    assert served != locked
    assert finding["message"] == f"the index lists {COIN} with sha256 {served}, and {locked} is locked"
    assert f"--hash=sha256:{locked}" in (shop / REQUIREMENTS).read_text()


def test_a_file_of_another_size_on_an_index_without_digests_is_told(
    shop: Path, index: IndexSimulator, capfd: Capture
) -> None:
    _, data = build_wheel("coin", "1.1", files={"coin/evil.py": b"import os\n"})
    index.publish(COIN, data, upload_time=EARLY)
    index.hashes = False
    answer = check(capfd, shop, "index")
    assert found(answer) == [("AR013", "error", COIN)]
    assert says_the_example_of("AR013", answer)


def test_other_bytes_of_the_same_size_on_an_index_without_digests_are_told_for_every_target(
    http: HttpIndex, index: IndexSimulator, tmp_path: Path, capfd: Capture
) -> None:
    index.hashes = False
    folder = project(tmp_path / "shop", configured("till", targets='"3.11.7", "3.12.1"'))
    assert uplock(capfd, "lock", folder).code == 0
    assert check(capfd, folder, "index").code == 0
    index.tamper(COIN)
    asked = len(http.paths(COIN))
    answer = check(capfd, folder, "index")
    assert answer.code == 1
    assert [each for each in found(answer) if each[0] != "LK001"] == [("AR013", "error", COIN)] * 2
    assert len(http.paths(COIN)) == asked + 1


def test_other_bytes_behind_a_url_are_told(
    http: HttpIndex, index: IndexSimulator, tmp_path: Path, capfd: Capture
) -> None:
    digest = http.reference(COIN).split("/")[-2]
    folder = project(tmp_path / "shop", configured(f"coin @ {http.reference(COIN)}#sha256={digest}"))
    assert uplock(capfd, "lock", folder).code == 0
    assert check(capfd, folder, "index").code == 0
    index.tamper(COIN)
    answer = check(capfd, folder, "index")
    assert answer.code == 1
    assert found(answer) == [("AR013", "error", COIN)]


def test_an_index_that_cannot_be_asked_is_undetermined(shop: Path, http: HttpIndex, capfd: Capture) -> None:
    http.fail(500)
    answer = uplock(capfd, "lock", shop, "--check=index")
    assert answer.code == 3
    assert "Remedy:" in answer.err


def test_no_network_is_undetermined(shop: Path, capfd: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPLOCK_INDEX_URL", "http://127.0.0.1:9/simple")
    assert uplock(capfd, "lock", shop, "--check=index").code == 3


@pytest.mark.parametrize(
    ("rule", "severity", "code"), [("AR015", "error", 1), ("AR003", "warning", 0), ("AR014", "error", 1)]
)
def test_the_policy_says_how_bad_a_finding_is(
    shop: Path, index: IndexSimulator, capfd: Capture, rule: str, severity: str, code: int
) -> None:
    match rule:
        case "AR015":
            index.yank(COIN)
        case "AR003":
            index.withdraw(COIN)
        case _:
            index.publish(*build_wheel("coin", "1.1", tag="cp312-cp312-win_amd64"), upload_time=LATE)
    project(shop, configured("till", more=severities(**{rule: severity})))
    answer = check(capfd, shop, "index")
    assert answer.code == code
    assert [(each["rule"], each["severity"]) for each in answer.json["findings"]] == [(rule, severity)]


def test_a_reason_cannot_steer_the_terminal(shop: Path, index: IndexSimulator, capfd: Capture) -> None:
    index.yank(COIN, "broken\x1b[2J\nPASS")
    answer = uplock(capfd, "lock", shop, "--check=index")
    assert "\x1b" not in answer.out
    assert "\nPASS" in answer.out  # the last line, of our own
    assert answer.out.count("\nPASS") == 1


def test_another_version_of_the_resolver_is_named(shop: Path, capfd: Capture) -> None:
    lockset = json.loads((shop / "locks/lockset.json").read_bytes())
    (shop / "locks/lockset.json").write_text(json.dumps({**lockset, "resolver": "uv 0.0.1"}))
    answer = check(capfd, shop, "resolve")
    assert answer.code == 0
    assert any("the locks were made by uv 0.0.1, this was uv " in note for note in answer.json["notes"])
