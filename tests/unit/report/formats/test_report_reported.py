from __future__ import annotations

import pytest

from support.format_answers import (
    FORMATS,
    HOSTILE,
    LEAVING,
    SEC_1,
    Format,
    hostile_result,
    locate,
    make_finding,
    make_result,
    make_target_result,
    rendered,
)
from uplock.model.finding import Severity
from uplock.model.value import changed
from uplock.report.formats.reported import (
    counts,
    cut,
    headline,
    level_of,
    reported,
    sentences,
    shown,
)


@pytest.mark.parametrize(
    ("severity", "gates", "waived", "level"),
    [
        ("error", True, False, "error"),
        ("error", False, False, "warning"),
        ("error", True, True, "note"),
        ("warning", True, False, "warning"),
        ("warning", False, False, "warning"),
        ("warning", True, True, "note"),
        ("info", True, False, "note"),
        ("info", True, True, "note"),
    ],
)
def test_only_an_error_that_gates_and_that_nobody_waived_is_an_error(
    severity: Severity, gates: bool, waived: bool, level: str
) -> None:
    finding = make_finding(severity=severity, waived=SEC_1 if waived else None)
    assert level_of(finding, gates=gates) == level


def test_findings_come_worst_first_and_waived_ones_last() -> None:
    result = make_result(
        make_target_result(
            make_finding("AT001", severity="info"),
            make_finding("AT002", waived=SEC_1),
            make_finding("LK001", severity="warning"),
            make_finding("AR001"),
        ),
        findings=[make_finding("WV001", target="")],
    )
    assert [each.finding.rule for each in reported(result, locate)] == ["AR001", "WV001", "LK001", "AT001", "AT002"]


def test_a_finding_about_the_project_gates() -> None:
    result = make_result(make_target_result(gates=False), findings=[make_finding("WV001", target="")])
    (each,) = reported(result, locate)
    assert (each.gates, each.level) == (True, "error")


def test_an_error_of_a_target_that_does_not_gate_says_so() -> None:
    result = make_result(make_target_result(make_finding(target=LEAVING), target=LEAVING, gates=False))
    (each,) = reported(result, locate)
    assert f"{LEAVING} does not gate" in sentences(each)


def test_a_waived_finding_says_who_until_when_and_why() -> None:
    (each,) = reported(make_result(make_target_result(make_finding(waived=SEC_1))), locate)
    assert sentences(each) == (
        "the attestation of demo does not hold",
        (
            "waived until 2026-12-31 by security-review (ticket SEC-1): "
            "the publisher mends its workflow in the next release"
        ),
        "Remedy: Do not install the file.",
    )


def test_a_fingerprint_survives_another_message_line_and_severity() -> None:
    finding = make_finding(place="a.provenance")
    other = changed(finding, message="another version", remedy="Another.", severity="warning", version="2.0")

    def identity(found: object) -> list[str]:
        assert isinstance(found, type(finding))
        return [each.fingerprint for each in reported(make_result(make_target_result(found)), locate)]

    assert identity(finding) == identity(other)
    for field in ("rule", "subject", "place"):
        assert identity(finding) != identity(changed(finding, **{field: "x"}))


def test_findings_that_would_share_a_fingerprint_are_counted() -> None:
    twins = [make_finding(message=message) for message in ("a", "b", "c")]
    found = reported(make_result(make_target_result(*twins)), locate)
    assert len({each.fingerprint for each in found}) == 3
    (first,) = reported(make_result(make_target_result(twins[0])), locate)
    assert found[0].fingerprint == first.fingerprint


def test_the_headline_says_what_for_when_and_how() -> None:
    generation = make_result().generation[:12]
    assert headline(make_result(make_target_result())) == f"shop as of 2026-11-23, generation {generation}: pass"


def test_counts_tell_waived_findings_apart() -> None:
    result = make_result(
        make_target_result(make_finding(), make_finding(severity="info"), make_finding(waived=SEC_1)),
    )
    assert counts(reported(result, locate)) == "1 error, 0 warnings, 1 note, 1 waived"
    assert counts(()) == "0 errors, 0 warnings, 0 notes"


def test_text_is_shown_on_one_line_without_control_characters_and_foreign_marks() -> None:
    assert shown("a\nb\x1b\u202e\ud800\ufffe") == "a\\nb\\x1b\\u202e\\ud800\\ufffe"
    assert shown("✅ \U0001f7e2 ✔") == "\\u2705 \\U0001f7e2 \\u2714"
    assert shown("größe, 名前 a|b `x` $1 < 2…") == "größe, 名前 a|b `x` $1 < 2…"


def test_cut_text_has_at_most_its_limit() -> None:
    assert cut("abc", 3) == "abc"
    assert cut("abcd", 3) == "ab…"


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("form", [form for form in FORMATS if form not in {"text", "json"}])
def test_every_format_is_one_that_utf_8_can_hold_and_brings_no_foreign_mark(form: Format, text: str) -> None:
    made = rendered(hostile_result(text), form)
    assert made.encode("utf-8").decode("utf-8") == made
    assert made == rendered(hostile_result(text), form)
    assert not set(made) & set("✅✔🟢☑\U0001f7e9\x1b\u202e")
    assert made.endswith("\n")
    assert "\r" not in made
