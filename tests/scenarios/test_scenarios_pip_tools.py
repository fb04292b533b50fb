"""Scenarios with pip-tools as well: for the interpreter that runs the tests, whose environment holds pip-tools."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from support.scenarios import Scenario, host_platform, on_host, scenarios

SCENARIOS = {name: each for name, each in scenarios().items() if "pip-tools" in each.also}

pytestmark = [
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.skipif(host_platform() is None, reason="pip-tools can lock for Linux only here"),
]


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_pip_tools_answers_as_expected(scenario: Scenario, play: Callable[[Scenario, str], None]) -> None:
    play(on_host(scenario), "pip-tools")


def test_there_are_enough_scenarios() -> None:
    assert len(SCENARIOS) >= 15
