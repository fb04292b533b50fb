"""Base images against what a plan needs."""

from datetime import date

import pytest

from uplock.errors import UsageError
from uplock.policy.lifecycle import load_lifecycles
from uplock.uplift.base_fit import base_fit

TODAY = date(2026, 6, 1)


def test_an_image_of_the_interpreter_on_a_new_enough_library_fits() -> None:
    found = base_fit("python:3.12-slim-bookworm", "3.12", "glibc 2.28", load_lifecycles(), TODAY)
    assert (found.fits, found.distribution, found.libc, found.reasons) == (True, "debian-12", "glibc 2.36", ())


def test_another_interpreter_does_not_fit() -> None:
    found = base_fit("python:3.9-slim-bookworm", "3.12", None, load_lifecycles(), TODAY)
    assert found.fits is False
    assert found.reasons == ("its interpreter is CPython 3.9, and the plan is for 3.12",)


def test_an_older_library_than_the_wheels_need_does_not_fit() -> None:
    found = base_fit("python:3.12-slim-bookworm", "3.12", "glibc 2.39", load_lifecycles(), TODAY)
    assert found.fits is False
    assert "it has glibc 2.36, and the wheels need glibc 2.39" in found.reasons


def test_another_library_does_not_fit() -> None:
    found = base_fit("python:3.12-alpine3.20", "3.12", "glibc 2.17", load_lifecycles(), TODAY)
    assert found.fits is False
    assert any("and the wheels are for glibc" in reason for reason in found.reasons)


def test_that_a_distribution_ended_is_told_and_it_runs_all_the_same() -> None:
    found = base_fit("python:3.12-slim-bookworm", "3.12", None, load_lifecycles(), date(2040, 1, 1))
    assert found.fits is True
    assert any("reached its end of life" in reason for reason in found.reasons)


def test_a_tag_without_a_release_says_that_it_moves() -> None:
    found = base_fit("python:3.12-slim", "3.12", "glibc 2.28", load_lifecycles(), TODAY)
    assert found.fits is True
    assert "it moves" in found.reasons[0]


def test_what_the_table_does_not_know_is_not_known() -> None:
    found = base_fit("python:3.12-alpine", "3.12", "musl", load_lifecycles(), TODAY)
    assert found.fits is None
    assert found.reasons


def test_what_is_no_image_of_python_is_a_mistake() -> None:
    with pytest.raises(UsageError):
        base_fit("node:20", "3.12", None, load_lifecycles(), TODAY)
