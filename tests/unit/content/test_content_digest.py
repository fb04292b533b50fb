"""The predicted content digest, and paths that several distributions fill."""

from __future__ import annotations

import itertools

import pytest

from support.environments import content_of_bytes, demo_wheels
from support.wheels import build_wheel
from uplock.content.digest import predict
from uplock.model.content import PredictedContent
from uplock.model.platform_name import parse_platform
from uplock.model.target import Interpreter, Target


def target(platform: str = "linux-x86_64-glibc2.28", version: str = "3.12.1") -> Target:
    return Target(interpreter=Interpreter(version=version), platform=parse_platform(platform))


def predicted(*files: dict[str, bytes], platform: str = "linux-x86_64-glibc2.28") -> PredictedContent:
    wheels = [build_wheel(f"dist{number}", "1.0", files=each) for number, each in enumerate(files)]
    return predict([content_of_bytes(wheel) for wheel in wheels], target(platform))


def test_the_digest_of_the_demo_wheels_stays_what_it_is() -> None:
    found = predict([content_of_bytes(wheel) for wheel in demo_wheels()], target())
    assert found.digest == "b125f8bf1498b9e06282de02b8d022478022583f0b532825437a52d2f931ef6e"
    assert [(each.name, each.version, each.files) for each in found.distributions] == [
        ("demo", "1.0", 23),
        ("other", "2.0", 5),
    ]
    assert found.contested == ()


def test_the_order_of_wheels_does_not_matter() -> None:
    contents = [content_of_bytes(wheel) for wheel in demo_wheels()]
    assert len({predict(order, target()).digest for order in itertools.permutations(contents)}) == 1


def test_every_file_and_its_place_matter() -> None:
    base = {"a.py": b"1"}
    others: list[dict[str, bytes]] = [{"a.py": b"2"}, {"b.py": b"1"}, {"a.py": b"1", "b.py": b""}, {}]
    digests = {predicted(files).digest for files in (base, *others)}
    assert len(digests) == 5


def test_purelib_and_platlib_are_one_place() -> None:
    info = {"dist0-1.0.dist-info/RECORD": b""}
    plain = predicted({"a.py": b"1", **info})
    assert plain.digest == predicted({"dist0-1.0.data/purelib/a.py": b"1", **info}).digest
    assert plain.digest == predicted({"dist0-1.0.data/platlib/a.py": b"1", **info}).digest
    assert plain.digest != predicted({"dist0-1.0.data/data/a.py": b"1", **info}).digest


@pytest.mark.parametrize("equal", [True, False])
def test_a_path_of_two_distributions_is_contested(equal: bool) -> None:
    (found,) = predicted({"shared/a.py": b"1"}, {"shared/a.py": b"1" if equal else b"2"}).contested
    assert (found.path, found.owners, found.equal) == ("site/shared/a.py", ("dist0", "dist1"), equal)


def test_scripts_are_contested_with_each_other_and_with_files() -> None:
    points = {f"dist{number}-1.0.dist-info/entry_points.txt": b"[console_scripts]\nx = a:b\n" for number in (0, 1)}
    first, second = ({path: points[path]} for path in points)
    (found,) = predicted(first, second).contested
    assert (found.path, found.equal) == ("scripts/x", True)
    (found,) = predicted(first, {"dist1-1.0.data/scripts/x": b""}).contested
    assert (found.path, found.equal) == ("scripts/x", False)
    (found,) = predicted({**first, "dist0-1.0.data/data/bin/x": b""}).contested
    assert (found.path, found.owners, found.equal) == ("scripts/x", ("dist0",), False)


def test_a_file_where_another_has_a_directory_is_contested() -> None:
    (found,) = predicted({"shared": b""}, {"shared/a.py": b""}).contested
    assert (found.path, found.owners, found.equal) == ("site/shared", ("dist0", "dist1"), False)


@pytest.mark.parametrize(
    ("platform", "count"), [("linux-x86_64-glibc2.28", 0), ("macos-arm64", 1), ("windows-x86_64", 1)]
)
def test_names_that_differ_in_case_are_contested_where_cases_are_one(platform: str, count: int) -> None:
    found = predicted({"Shared.py": b"1"}, {"shared.py": b"1"}, platform=platform).contested
    assert [(each.path, each.equal) for each in found] == [("site/Shared.py", False)] * count


def test_what_a_wheel_fills_twice_is_contested() -> None:
    (found,) = predicted({"a.py": b"1", "dist0-1.0.data/purelib/a.py": b"2"}).contested
    assert (found.path, found.equal) == ("site/a.py", False)
    (found,) = predicted({"dist0-1.0.data/scripts/x": b"1", "dist0-1.0.data/data/bin/x": b"2"}).contested
    assert (found.path, found.equal) == ("scripts/x", False)
