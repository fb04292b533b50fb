"""The program that refreshes the rows of AWS Lambda, on wheels that are made here."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from refresh.lambda_runtimes import (
    MAX_MEMBER,
    MAX_MEMBERS,
    MAX_WHEEL,
    MEMBER,
    TABLE,
    differences,
    main,
    read_runtimes,
    refreshed,
    version_of,
    written,
)
from support.wheels import zip_bytes
from support.zips import Entry, zip_of
from uplock.errors import InputError, UsageError
from uplock.model.lifecycle import Blocks, Claim, Lifecycle
from uplock.model.value import decode
from uplock.policy.lifecycle import LifecycleTable

SOURCE = f"cfn-lint 1.2.0 wheel: {MEMBER}"
BEFORE, NOW = date(2026, 1, 5), date(2026, 11, 23)
BLOCKS = Blocks(deprecated=date(2025, 12, 15), create_block=date(2027, 2, 1), update_block=date(2027, 3, 3))
MOVED = Blocks(deprecated=date(2025, 12, 15), create_block=date(2028, 2, 1), update_block=date(2028, 3, 3))
RUNTIME = {"deprecated": "2025-12-15", "create-block": "2027-02-01", "update-block": "2027-03-03", "successor": None}


def row(line: str = "python3.9", source: str = f"{SOURCE}; somewhere (released)") -> Lifecycle:
    claim = Claim(end_of_life=date(2025, 12, 14), blocks=BLOCKS, source=source, retrieved=BEFORE, verified=True)
    return Lifecycle(product="aws-lambda", line=line, released=date(2021, 8, 16), claims=(claim,))


def wheel(folder: Path, document: Any, name: str = "cfn_lint-1.58.0-py3-none-any.whl") -> Path:
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    path = folder / name
    path.write_bytes(zip_bytes({"cfnlint/version.py": b"raise SystemExit", MEMBER: raw}))
    return path


def one(*rows: Lifecycle) -> LifecycleTable:
    return LifecycleTable(lifecycles=rows)


def test_equal_dates_only_confirm_the_claim_that_holds() -> None:
    after = refreshed(one(row()), {"python3.9": BLOCKS}, "1.58.0", NOW)
    (claim,) = after.lifecycles[0].claims
    assert claim.source == f"cfn-lint 1.58.0 wheel: {MEMBER}; somewhere (released)"
    assert claim.retrieved == NOW
    assert (claim.blocks, claim.end_of_life, claim.verified) == (BLOCKS, date(2025, 12, 14), True)
    assert list(differences(one(row()), after)) == ["python3.9: holds still"]


def test_other_dates_are_a_new_claim_and_the_old_one_stays_as_it_was() -> None:
    after = refreshed(one(row()), {"python3.9": MOVED}, "1.58.0", NOW)
    old, new = after.lifecycles[0].claims
    assert old == row().claim
    assert (new.blocks, new.retrieved) == (MOVED, NOW)
    assert list(differences(one(row()), after)) == ["python3.9: new claim"]


def test_dates_that_come_back_are_a_new_claim_as_well() -> None:
    once = refreshed(one(row()), {"python3.9": MOVED}, "1.58.0", NOW)
    again = refreshed(once, {"python3.9": BLOCKS}, "1.59.0", NOW)
    assert [claim.blocks for claim in again.lifecycles[0].claims] == [BLOCKS, MOVED, BLOCKS]


def test_a_line_that_the_source_no_longer_has_is_kept() -> None:
    before = one(row())
    assert refreshed(before, {}, "1.58.0", NOW) == before
    assert list(differences(before, before)) == ["python3.9: as it was"]


def test_a_new_line_of_python_becomes_a_row_in_its_place() -> None:
    before = one(row(), row("python3.11"))
    after = refreshed(before, {"python3.10": BLOCKS, "python3.15": BLOCKS}, "1.58.0", NOW)
    assert [each.line for each in after.lifecycles] == ["python3.9", "python3.10", "python3.11", "python3.15"]
    new = after.lifecycles[1]
    assert (new.python, new.released, new.libc, new.end_of_life) == ("3.10", None, None, date(2025, 12, 14))
    assert list(differences(before, after))[1] == "python3.10: new row"


def test_lines_older_than_the_table_stay_out() -> None:
    assert refreshed(one(row()), {"python3.6": BLOCKS}, "1.58.0", NOW) == one(row())
    assert len(refreshed(one(), {"python3.6": BLOCKS}, "1.58.0", NOW).lifecycles) == 1


def test_an_older_cfn_lint_cannot_take_back_what_a_newer_one_said() -> None:
    with pytest.raises(UsageError, match="rests on a newer cfn-lint"):
        refreshed(one(row(), row("python3.10", source="elsewhere")), {"python3.9": MOVED}, "1.1.9", NOW)


def test_the_same_wheel_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    runtimes = read_runtimes(wheel(tmp_path, {"python3.9": RUNTIME, "python3.10": RUNTIME}))
    once = refreshed(one(row()), runtimes, "1.58.0", NOW)
    assert written(refreshed(once, runtimes, "1.58.0", NOW)) == written(once)
    assert decode(written(once), LifecycleTable) == once


def test_unknown_fields_are_left_out_of_the_file_and_the_others_keep_their_order() -> None:
    document = json.loads(written(one(row())))
    assert list(document["lifecycles"][0]) == ["product", "line", "released", "claims"]
    assert list(document["lifecycles"][0]["claims"][0])[:2] == ["end_of_life", "blocks"]


def test_only_runtimes_of_python_3_are_read_and_missing_blocks_are_unknown(tmp_path: Path) -> None:
    never = RUNTIME | {"create-block": None, "update-block": None}
    path = wheel(tmp_path, {"python3.9": never, "python2.7": RUNTIME, "nodejs18.x": RUNTIME, "python3.9 ": RUNTIME})
    assert read_runtimes(path) == {"python3.9": Blocks(deprecated=date(2025, 12, 15))}


@pytest.mark.parametrize("name", ["evil-1.0-py3-none-any.whl", "cfn_lint-1.x-py3-none-any.whl", "cfn_lint-1.58.0.whl"])
def test_another_wheel_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(UsageError, match="not a wheel of cfn-lint"):
        version_of(Path(name))


@pytest.mark.parametrize(
    ("document", "defect"),
    [
        (b"[]", "Expected `object`"),
        (b"{", "truncated"),
        (b"[" * 100_000, "not a valid"),
        (b"\xff", "not a valid"),
        ({"python3.9": RUNTIME | {"deprecated": "soon"}}, "deprecated"),
        ({"python3.9": RUNTIME | {"deprecated": None}}, "deprecated"),
        ({"python3.9": RUNTIME | {"extra": 1}}, "extra"),
        ({"python3.9": {"deprecated": "2025-12-15"}}, "missing"),
        ({"python3.9": RUNTIME | {"update-block": "2025-12-16"}}, "another order"),
        ({"python3.9": RUNTIME | {"create-block": "2020-01-01"}}, "another order"),
        (b" " * (MAX_MEMBER + 1), "larger than"),
    ],
)
def test_a_malformed_table_is_refused(tmp_path: Path, document: Any, defect: str) -> None:
    with pytest.raises(InputError, match=defect):
        read_runtimes(wheel(tmp_path, document))


@pytest.mark.parametrize(
    ("content", "defect"),
    [
        (b"not a zip", "cannot be read"),
        (zip_of([Entry("cfnlint/other.json", b"{}")]), "0 members are"),
        (zip_of([Entry(MEMBER, b"{}"), Entry(MEMBER, b"{}")]), "2 members are"),
        (zip_of([Entry(MEMBER, b"{}", method=99)]), "cannot be read"),
        (zip_of([Entry(MEMBER, b"{}", flags=1)]), "cannot be read"),
        (zip_of([Entry(MEMBER, b"{}", crc=1)]), "cannot be read"),
        (zip_of([Entry(MEMBER, b"{}", payload=b"\xff\xff\xff")]), "cannot be read"),
    ],
)
def test_a_hostile_wheel_is_refused(tmp_path: Path, content: bytes, defect: str) -> None:
    path = tmp_path / "cfn_lint-1.58.0-py3-none-any.whl"
    path.write_bytes(content)
    with pytest.raises(InputError, match=defect):
        read_runtimes(path)


def test_a_wheel_with_too_many_members_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cfn_lint-1.58.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(MAX_MEMBERS + 1):
            archive.writestr(str(number), b"")
    with pytest.raises(InputError, match="more than 20000 members"):
        read_runtimes(path)


def test_a_wheel_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = wheel(tmp_path, {})
    with path.open("r+b") as file:
        file.truncate(MAX_WHEEL + 1)
    with pytest.raises(InputError, match="larger than 67108864 bytes"):
        read_runtimes(path)


def test_a_missing_wheel_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_runtimes(tmp_path / "cfn_lint-1.58.0-py3-none-any.whl")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A copy of the table, for the program to write."""
    copy = tmp_path / "aws-lambda.json"
    copy.write_bytes(TABLE.read_bytes())
    return copy


def test_the_program_writes_the_table_and_says_what_changed(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = wheel(tmp_path, {"python3.9": RUNTIME | {"update-block": "2029-01-01"}}, "cfn_lint-99.0.0-py3-none-any.whl")
    assert main([str(path)], table) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[:2] == ["python3.8: as it was", "python3.9: new claim"]
    rows = {each.line: each for each in decode(table.read_bytes(), LifecycleTable).lifecycles}
    blocks = rows["python3.9"].claim.blocks
    assert blocks is not None
    assert blocks.update_block == date(2029, 1, 1)
    assert rows["python3.9"].claim.source.startswith("cfn-lint 99.0.0 wheel: ")


def test_the_program_leaves_the_table_alone_if_it_cannot_read_the_wheel(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = table.read_bytes()
    assert main([str(wheel(tmp_path, b"{"))], table) == 3
    assert main([str(tmp_path / "other.whl")], table) == 2
    assert main([], table) == 2
    assert table.read_bytes() == before
    assert "usage: " in capsys.readouterr().err


def test_a_table_of_other_runtimes_is_refused() -> None:
    with pytest.raises(InputError, match=r"nodejs18\.x: not a runtime of Python 3"):
        refreshed(one(row("nodejs18.x")), {}, "1.58.0", NOW)
