"""Rows from lock entries, their texts, what is read back from them, and the comparison."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from uplock.errors import InputError, UsageError
from uplock.model.digest import Sha256
from uplock.model.lock import LockEntry
from uplock.model.matrix_outcome import MatrixFormat, MatrixRow
from uplock.model.platform_name import parse_platform
from uplock.model.target import Interpreter, Target
from uplock.model.value import changed, to_builtins
from uplock.uplift.matrix import matrix_rows
from uplock.uplift.matrix_check import differences
from uplock.uplift.matrix_reading import MAX_ROWS_READ, Committed, committed_at_github, committed_at_gitlab
from uplock.uplift.matrix_text import FIELDS, matrix_text
from uplock.uplift.runners import github_place, gitlab_place
from uplock.uplift.scan.yaml_document import parse
from uplock.uplift.yaml_text import quoted

NONE: Mapping[str, frozenset[str]] = {}


def entry(python: str = "3.12.1", platform: str = "linux-x86_64", digit: str = "a") -> LockEntry:
    """Return the row of a lock set."""
    name = Target(interpreter=Interpreter(version=python), platform=parse_platform(platform)).name
    sha = Sha256(digit * 64)
    return LockEntry(target=name, python=python, platform=platform, role="target", pylock=sha, requirements=sha)


def rows(
    *entries: LockEntry,
    form: MatrixFormat = "github",
    experimental: tuple[str, ...] = (),
    runners: Mapping[str, str] | None = None,
    images: Mapping[str, str] | None = None,
) -> tuple[MatrixRow, ...]:
    """Return the rows of some locks."""
    return matrix_rows(
        entries,
        form,
        lock_of=lambda target: f"locks/requirements.{target}.txt",
        experimental=experimental.__contains__,
        runners=runners or {},
        images=images or {},
    )


def committed(text: str, service: str = "github") -> list[Committed]:
    """Return what is found in a file."""
    found: list[Committed] = []
    for document in parse(text):
        found += committed_at_github(document) if service == "github" else committed_at_gitlab(document)
    return found


def told(text: str, expected: tuple[MatrixRow, ...], service: str = "github", **chosen: str) -> list[tuple[int, str]]:
    """Return line and message of every difference."""
    names = {field: frozenset({platform}) for field, platform in chosen.items()}
    found = [each for matrix in committed(text, service) for each in differences(matrix, expected, "ci.yml", names)]
    return sorted((each.line, each.message) for each in found)


# --- rows -------------------------------------------------------------------------------------------------------------


def test_rows_go_by_number_of_the_version_and_then_by_platform() -> None:
    mixed = (entry("3.12.1"), entry("3.9.18", "macos-arm64"), entry("3.10.13"), entry("3.9.18"))
    assert [(row.python, row.platform) for row in rows(*mixed)] == [
        ("3.9.18", "linux-x86_64"),
        ("3.9.18", "macos-arm64"),
        ("3.10.13", "linux-x86_64"),
        ("3.12.1", "linux-x86_64"),
    ]
    assert rows(*mixed) == rows(*reversed(mixed))


def test_a_row_has_the_digest_of_the_requirements_file_and_not_of_the_other() -> None:
    one = changed(entry(), pylock=Sha256("b" * 64))
    assert (rows(one)[0].sha256, rows(one)[0].lock) == ("a" * 64, "locks/requirements.py312-linux-x86_64.txt")


@pytest.mark.parametrize(
    ("platform", "github", "gitlab"),
    [
        ("linux-x86_64", ("ubuntu-24.04", ""), ("", "python:3.12.1-slim")),
        ("linux-x86_64-glibc2.17", ("ubuntu-24.04", ""), ("", "python:3.12.1-slim")),
        ("linux-x86_64-glibc2.31", ("ubuntu-24.04", ""), ("", "python:3.12.1-slim-bookworm")),
        ("linux-x86_64-glibc2.39", ("ubuntu-24.04", ""), ("", "python:3.12.1-slim-trixie")),
        (
            "linux-x86_64-glibc2.40",
            ("ubuntu-24.04", "python:3.12.1-slim-trixie"),
            ("", "python:3.12.1-slim-trixie"),
        ),
        ("linux-x86_64-musl", ("ubuntu-24.04", "python:3.12.1-alpine"), ("", "python:3.12.1-alpine")),
        (
            "linux-aarch64",
            ("ubuntu-24.04-arm", ""),
            ("saas-linux-small-arm64", "python:3.12.1-slim"),
        ),
        (
            "linux-aarch64-musl",
            ("ubuntu-24.04-arm", "python:3.12.1-alpine"),
            ("saas-linux-small-arm64", "python:3.12.1-alpine"),
        ),
        ("macos-arm64", ("macos-15", ""), ("saas-macos-medium-m1", "macos-15-xcode-16")),
        ("macos-arm64-26.0", ("macos-26", ""), ("saas-macos-medium-m1", "macos-26-xcode-26")),
        ("macos-arm64-27.0", None, None),
        ("macos-x86_64", ("macos-15-intel", ""), None),
        ("macos-x86_64-26.0", None, None),
        ("windows-x86_64", ("windows-2025", ""), ("saas-windows-medium-amd64", "")),
        ("windows-arm64", ("windows-11-arm", ""), None),
    ],
)
def test_every_platform_has_a_machine_or_the_service_hosts_none(
    platform: str, github: tuple[str, str] | None, gitlab: tuple[str, str] | None
) -> None:
    for place, expected in ((github_place, github), (gitlab_place, gitlab)):
        if expected is None:
            with pytest.raises(UsageError, match=f"hosts no machine for {platform}") as caught:
                place(parse_platform(platform), "3.12.1")
            assert f"--runner {platform}=LABEL" in caught.value.remedy
        else:
            found = place(parse_platform(platform), "3.12.1")
            assert (found.runner, found.image) == expected


def test_a_machine_of_the_projects_own_serves_what_no_service_hosts() -> None:
    (row,) = rows(entry(platform="macos-arm64-27.0"), runners={"macos-arm64-27.0": "mini"})
    assert (row.runner, row.container) == ("mini", "")


def test_a_named_machine_keeps_the_usual_image_and_a_named_image_the_usual_machine() -> None:
    musl = entry(platform="linux-x86_64-musl")
    (row,) = rows(musl, runners={"linux-x86_64-musl": "big"})
    assert (row.runner, row.container) == ("big", "python:3.12.1-alpine")
    (row,) = rows(musl, images={"linux-x86_64-musl": "registry.example/py:{minor}-{python}-{other}"})
    assert (row.runner, row.container) == ("ubuntu-24.04", "registry.example/py:3.12-3.12.1-{other}")


@pytest.mark.parametrize("name", ["", " big", "big ", "a\nb", "a\x1b[2J", "größer", "x" * 257, "\udcff"])
def test_a_name_that_no_machine_has_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="printable ASCII"):
        rows(entry(), runners={"linux-x86_64": name})


def test_more_rows_than_a_service_takes_and_none_at_all_are_refused() -> None:
    with pytest.raises(UsageError, match="no target has a lock"):
        rows()
    many = [entry(f"3.12.{patch}") for patch in range(257)]
    with pytest.raises(UsageError, match="257 locks are more than the 256 jobs"):
        rows(*many)
    with pytest.raises(UsageError, match="more than the 200 jobs"):
        rows(*many[:201], form="gitlab")


# --- texts ------------------------------------------------------------------------------------------------------------

platforms = st.sampled_from(
    ["linux-x86_64", "linux-aarch64-glibc2.17", "linux-x86_64-musl", "macos-arm64", "windows-x86_64"]
)
entries = st.lists(
    st.builds(
        entry,
        st.sampled_from(["3.8.0", "3.9.18", "3.10.0", "3.12.1", "3.13.0"]),
        platforms,
        st.sampled_from("0123456789abcdef"),
    ),
    min_size=1,
    unique_by=lambda each: each.target,
)
names = st.from_regex(r"[!-~]([ -~]{0,20}[!-~])?", fullmatch=True)


@given(entries, names, names, st.booleans())
def test_the_strategy_and_its_json_read_back_as_the_same_rows(
    found: list[LockEntry], runner: str, image: str, experimental: bool
) -> None:
    made = rows(
        *found,
        experimental=(found[0].target,) if experimental else (),
        runners={found[0].platform: runner},
        images={found[0].platform: image},
    )
    expected = list(to_builtins(made))
    assert yaml.safe_load(matrix_text(made, "github"))["strategy"]["matrix"]["include"] == expected
    assert json.loads(matrix_text(made, "github-json")) == {"include": expected}
    everywhere = {field: frozenset({found[0].platform}) for field in ("runner", "container")}
    for form in ("github", "github-json"):
        (matrix,) = committed(matrix_text(made, form))
        assert list(differences(matrix, made, "ci.yml", everywhere)) == []
        assert all(set(row.fields) == set(FIELDS) for row in matrix.rows)


@given(entries, st.booleans())
def test_the_jobs_for_gitlab_read_back_as_the_same_rows(found: list[LockEntry], experimental: bool) -> None:
    made = rows(*found, form="gitlab", experimental=(found[0].target,) if experimental else ())
    text = matrix_text(made, "gitlab")
    assert set(gitlab_rows(yaml.safe_load(text))) == {
        (row.python, row.platform, row.runner, row.container, row.lock, row.sha256, row.experimental) for row in made
    }
    (matrix,) = committed(text, "gitlab")
    assert len(matrix.rows) == len(made)
    everywhere = {field: frozenset(row.platform for row in made if row.runner) for field in ("runner", "container")}
    assert list(differences(matrix, made, "ci.yml", everywhere)) == []


def gitlab_rows(document: dict[str, dict[str, object]]) -> Iterator[tuple[object, ...]]:
    """Yield what GitLab makes of jobs with a matrix."""
    for name, job in document.items():
        variables, parallel = job["variables"], job["parallel"]
        assert isinstance(variables, dict)
        assert isinstance(parallel, dict)
        assert ("image" in job) == all("UPLIFT_IMAGE" in row for row in parallel["matrix"])
        assert variables["UPLIFT_EXPERIMENTAL"] == str(job["allow_failure"]).lower()
        for row in parallel["matrix"]:
            tags = job.get("tags", [""])
            assert isinstance(tags, list)
            assert all(isinstance(value, str) for value in row.values())
            assert len(f"{name}: [{', '.join(row.values())}]") <= 255
            yield (
                row["UPLIFT_PYTHON"],
                variables["UPLIFT_PLATFORM"],
                tags[0],
                row.get("UPLIFT_IMAGE", ""),
                row["UPLIFT_LOCK"],
                row["UPLIFT_SHA256"],
                job["allow_failure"],
            )


def test_the_longest_default_name_of_a_job_at_gitlab_is_taken_and_a_longer_one_refused() -> None:
    long = entry("3.12.100", "linux-aarch64-glibc2.40")
    made = rows(long, form="gitlab", experimental=(long.target,))
    assert "uplift-linux-aarch64-glibc2.40-experimental:\n" in matrix_text(made, "gitlab")
    with pytest.raises(UsageError, match="GitLab takes 255"):
        matrix_text((changed(made[0], container="registry.example/" + "x" * 80),), "gitlab")


@given(st.text())
def test_a_quoted_text_reads_back_as_itself(text: str) -> None:
    line = quoted(text)
    assert line.isascii()
    assert line.isprintable()
    assert yaml.safe_load(line) == text
    assert yaml.safe_load(f"[{line}, {line}]") == [text, text]


@pytest.mark.parametrize(
    "text", ["3.10", "1e5", "yes", "~", "0x1f", "", "${{ x }}", '"', "\\", "a: b # c", "\x85\u2028😀"]
)
def test_what_looks_like_something_else_stays_a_text(text: str) -> None:
    assert yaml.safe_load(f"- {quoted(text)}") == [text]


def test_half_of_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(InputError, match=r"U\+DCFF"):
        quoted("a\udcff")


# --- comparison -------------------------------------------------------------------------------------------------------

ONE = f"{{python: '3.12.1', lock: locks/requirements.py312-linux-x86_64.txt, sha256: {'a' * 64}, experimental: false}}"


def with_row(row: str) -> str:
    """Return a fragment with one row."""
    return f"strategy:\n  matrix:\n    include:\n      - {row}\n"


def test_a_row_needs_no_more_than_interpreter_lock_digest_and_flag() -> None:
    assert told(with_row(ONE), rows(entry())) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("'3.12.1'", "'3.12.2'", 'python is "3.12.2", and must be "3.12.1"'),
        ("'3.12.1'", "3.10", 'python is "3.10" without quotes, which YAML reads as 3.1; it must be "3.12.1"'),
        ("'3.12.1'", "3.12", 'python is "3.12" without quotes; it must be "3.12.1"'),
        ("'3.12.1'", "[3.9.18, 3.12.1]", 'python is a list or a table, and must be "3.12.1"'),
        ("python: '3.12.1', ", "", 'python is not said, and must be "3.12.1"'),
        ("aaaa,", "aaab,", f'sha256 is "{"a" * 63}b", and must be "{"a" * 64}"'),
        ("a" * 64, "1" * 64, f'sha256 is "{"1" * 64}" without quotes; it must be "{"a" * 64}"'),
        (": false", ": true", "experimental is true, and must be false"),
        (": false", ": 'false'", 'experimental is the text "false", and must be false'),
        (": false", ": off", "experimental is off, which not every service reads as false"),
        (": false", ": 0", "experimental is 0, and must be false"),
        (", experimental: false", "", "experimental is not said, and must be false"),
        ("false", "false, platform: linux-aarch64", 'platform is "linux-aarch64", and must be "linux-x86_64"'),
        ("false", "false, target: py39", 'target is "py39", and must be "py312-linux-x86_64"'),
        (
            "false",
            "false, container: 'registry.example/library/python:3.9.18-slim'",
            'container is "registry.example/library/python:3.9.18-slim", and the lock is for CPython 3.12.1',
        ),
        ("false", "false, container: 'python:3.12-slim'", 'is "python:3.12-slim", and the lock is for CPython 3.12.1'),
    ],
)
def test_what_a_row_says_otherwise_is_told_in_its_line(old: str, new: str, message: str) -> None:
    assert old in ONE
    ((line, said),) = told(with_row(ONE.replace(old, new, 1)), rows(entry()))
    assert line == 4
    assert message in said


@pytest.mark.parametrize(
    "image", ["python:3.12.1", "python:3.12.1-slim", "registry.example/ours:7", "ours/pythons:3.9"]
)
def test_an_image_of_this_interpreter_or_of_the_projects_own_is_no_difference(image: str) -> None:
    assert told(with_row(ONE.replace("false", f"false, container: '{image}'")), rows(entry())) == []


def test_a_row_that_is_missing_twice_there_or_of_no_lock_is_told() -> None:
    expected = rows(entry(), entry("3.9.18"))
    other = ONE.replace("py312", "py311")
    text = with_row(f"{ONE}\n      - {ONE}\n      - {other}\n      - {{sha256: x}}\n      - {{os: linux}}")
    assert told(text, expected) == [
        (4, "no row names locks/requirements.py39-linux-x86_64.txt"),
        (5, "a second row for locks/requirements.py312-linux-x86_64.txt: the first one is in line 4"),
        (6, 'lock is "locks/requirements.py311-linux-x86_64.txt", which is no lock of this project'),
        (7, "lock is not said"),
    ]


def test_every_job_of_a_workflow_with_such_a_matrix_must_have_all_rows() -> None:
    job = "    strategy: {matrix: {include: [%s]}}\n"
    text = f"jobs:\n  a:\n{job % ONE}  b:\n{job % ONE.replace('py312', 'py39')}  c: {{}}\n  d: 1\n"
    assert [line for line, _ in told(text, rows(entry()))] == [5, 5]


def test_no_matrix_of_locks_is_found_where_there_is_none() -> None:
    for text in (
        "",
        "a",
        "[]",
        "include: {lock: x}",
        "jobs: [1]",
        "jobs: {a: {strategy: {matrix: '${{ fromJSON(x) }}'}}}",
        "include: [{python: '3.9'}, 1, [lock]]",
    ):
        assert committed(text) == []
        assert committed(text, "gitlab") == []


def test_a_job_of_gitlab_says_for_its_rows_that_they_may_fail() -> None:
    expected = rows(entry(), entry("3.9.18"), form="gitlab", experimental=("py312-linux-x86_64",))
    text = matrix_text(expected, "gitlab")
    assert told(text, expected, "gitlab") == []
    assert [
        said for _, said in told(text.replace("failure: true", "failure: {exit_codes: 3}"), expected, "gitlab")
    ] == ["allow_failure is a list or a table, and must be true"]
    assert [said for _, said in told(text.replace("  allow_failure: true\n", ""), expected, "gitlab")] == [
        "allow_failure is false, and must be true"
    ]
    wrong = text.replace("python:3.9.18-slim", "python:3.8-slim")
    assert [said for _, said in told(wrong, expected, "gitlab")] == [
        'UPLIFT_IMAGE is "python:3.8-slim", and the lock is for CPython 3.9.18'
    ]


def test_two_jobs_of_gitlab_may_test_the_same_lock_and_lists_of_one_are_that_one() -> None:
    expected = rows(entry(), form="gitlab")
    job = matrix_text(expected, "gitlab").partition("\n\n")[2].replace('"3.12.1"', '["3.12.1"]')
    assert told(job + job.replace("uplift-linux-x86_64:", "types:"), expected, "gitlab") == []


def test_a_machine_is_compared_where_the_call_names_one() -> None:
    expected = rows(entry(), runners={"linux-x86_64": "big"})
    assert told(with_row(ONE), expected) == []
    assert told(with_row(ONE), expected, runner="linux-x86_64") == [(4, 'runner is not said, and must be "big"')]
    assert told(with_row(ONE), expected, runner="linux-aarch64") == []
    small = ONE.replace("false", "false, runner: small")
    assert told(with_row(small), expected, runner="linux-x86_64") == [(4, 'runner is "small", and must be "big"')]


def test_an_image_that_the_call_names_is_told_once() -> None:
    expected = rows(entry(), images={"linux-x86_64": "registry.example/python:{python}"})
    wrong = with_row(ONE.replace("false", "false, container: 'python:3.9.18'"))
    assert told(wrong, expected, container="linux-x86_64") == [
        (4, 'container is "python:3.9.18", and must be "registry.example/python:3.12.1"')
    ]


def test_a_matrix_of_a_thousand_rows_is_no_matrix() -> None:
    with pytest.raises(InputError, match=f"a matrix of {MAX_ROWS_READ + 1} rows"):
        committed(f"include: [{'{lock: x},' * (MAX_ROWS_READ + 1)}]")


def test_what_is_shown_of_a_committed_file_is_short_and_steers_nothing() -> None:
    text = with_row(ONE.replace("'3.12.1'", '"\\e[2J' + "x" * 5000 + '"'))
    ((_, said),) = told(text, rows(entry()))
    assert said.isprintable()
    assert len(said) < 250
