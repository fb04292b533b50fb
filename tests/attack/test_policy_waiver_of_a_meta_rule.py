"""A waiver of what is said about missing evidence or about waivers would end every rule."""

from __future__ import annotations

import pytest

from support.waivers import PLATFORM, PYTHON, WHEEL, judge_files, make_file, make_finding
from uplock.model.waiver import WaiverScope
from uplock.policy.registry import statements
from uplock.policy.waivers.cover import Cover
from uplock.policy.waivers.misuse import MISUSE

META = sorted({rule for rule, each in statements().items() if each.reach == "nothing"})
NARROWEST = WaiverScope(service="shop", interpreter=PYTHON, platform=PLATFORM, purl="pkg:pypi/demo@1.0", sha256=WHEEL)


def test_what_cannot_be_waived_holds_all_that_is_said_about_waivers_and_evidence() -> None:
    assert {"EV001", *MISUSE} <= set(META)


@pytest.mark.parametrize("rule", META)
def test_no_scope_is_narrow_enough_to_waive_it(rule: str) -> None:
    known = judge_files(make_file(rule=rule, scope=NARROWEST))
    assert [(each.state, each.misuse) for each in known] == [("refused", (("WV006", f"{rule} cannot be waived"),))]
    finding = make_finding(rule, package="demo", version="1.0", sha256=WHEEL)
    assert Cover(known).waived(finding, version=PYTHON, platform=PLATFORM).waived is None
