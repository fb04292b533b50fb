"""The text of the lifecycle table, on made-up lines."""

from datetime import UTC, date, datetime

from uplock.model.digest import sha256_of
from uplock.model.lifecycle import Blocks, Claim
from uplock.model.policy_outcome import LifecycleEntry, LifecycleResult
from uplock.model.value import changed
from uplock.report.lifecycle_text import lifecycle_text

DIGEST = sha256_of(b"table")


def claim(end: date, *, verified: bool = True, blocks: Blocks | None = None, extended: date | None = None) -> Claim:
    return Claim(
        end_of_life=end,
        extended=extended,
        blocks=blocks,
        source="a book",
        retrieved=date(2026, 1, 2),
        verified=verified,
    )


LINE = LifecycleEntry(
    product="cpython",
    line="3.9",
    name=None,
    released=date(2020, 10, 5),
    python=None,
    libc=None,
    state="ended",
    days_left=-1,
    stale=False,
    claims=(claim(date(2025, 10, 31)),),
)


def text(*lines: LifecycleEntry, history: bool = False) -> list[str]:
    result = LifecycleResult(as_of=datetime(2025, 11, 1, tzinfo=UTC), table=DIGEST, lines=lines)
    return lifecycle_text(result, lambda word, colour: f"<{colour}>{word}</>", history=history).splitlines()


def test_a_product_has_only_the_columns_that_it_has_values_for() -> None:
    assert text(LINE) == [
        "uplock lifecycle · as of 2025-11-01 · 1 line",
        "",
        "cpython",
        "  line  ends        days  state",
        "  3.9   2025-10-31    -1  <red>ended</>",
        "",
        f"note: table sha256 {DIGEST}",
    ]


def test_columns_are_as_wide_as_their_widest_value_whatever_colour_they_have() -> None:
    lines = text(
        changed(LINE, name="a", days_left=12345, state="not-released", libc="musl 1.2.5"),
        changed(LINE, line="python3.9", name="long name", libc="x"),
    )
    assert lines[3:6] == [
        "  line       name       ends         days  state         libc",
        "  3.9        a          2025-10-31  12345  <cyan>not-released</>  musl 1.2.5",
        "  python3.9  long name  2025-10-31     -1  <red>ended</>         x",
    ]


def test_every_state_has_its_colour() -> None:
    supported, ending = changed(LINE, state="supported"), changed(LINE, state="ending")
    lines = text(supported, ending)
    assert "<green>supported</>" in lines[4]
    assert "<yellow>ending</>" in lines[5]


def test_what_cannot_be_relied_on_is_marked() -> None:
    doubtful = changed(LINE, stale=True, claims=(claim(date(2025, 10, 31), verified=False),))
    lines = text(LINE, doubtful)
    assert lines[3].endswith("  marks")
    assert lines[4].endswith("<red>ended</>")
    assert lines[5].endswith("<red>ended</>  not verified, stale")


def test_blocks_and_longer_support_have_their_columns() -> None:
    blocks = Blocks(deprecated=date(2025, 11, 1), create_block=date(2026, 1, 1))
    lines = text(changed(LINE, claims=(claim(date(2025, 10, 31), blocks=blocks, extended=date(2030, 1, 1)),)))
    assert lines[3] == "  line  ends        days  state  extended    no create"
    assert lines[4] == "  3.9   2025-10-31    -1  <red>ended</>  2030-01-01  2026-01-01"


def test_products_stand_apart() -> None:
    lines = text(LINE, changed(LINE, product="debian", line="12", name="bookworm"))
    assert lines[0].endswith("2 lines")
    assert [lines.index("cpython"), lines.index("debian")] == [2, 6]
    assert lines[5] == ""


def test_history_tells_every_claim_the_one_that_holds_first() -> None:
    blocks = Blocks(deprecated=date(2025, 11, 1), create_block=date(2026, 1, 1), update_block=date(2026, 2, 1))
    claims = (
        changed(claim(date(2024, 10, 31), verified=False), end_of_support=date(2022, 1, 1)),
        claim(date(2025, 10, 31), blocks=blocks, extended=date(2030, 1, 1)),
    )
    lines = text(changed(LINE, claims=claims), history=True)
    days = "ends 2025-10-31, extended until 2030-01-01, no create from 2026-01-01, no update from 2026-02-01"
    assert lines[5] == f"    {days}: a book (read 2026-01-02)"
    assert lines[6] == "    ends 2024-10-31, fixes until 2022-01-01: a book (read 2026-01-02, not verified)"


def test_no_line_is_an_answer_too() -> None:
    assert text() == ["uplock lifecycle · as of 2025-11-01 · 0 lines", "", f"note: table sha256 {DIGEST}"]
