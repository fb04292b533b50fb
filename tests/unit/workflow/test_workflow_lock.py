"""Locking against a view: resolvers answer, and what is locked, missing, compared or raised."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.index_simulator import IndexSimulator
from support.memory_store import MemoryStore
from support.resolver_simulator import ResolverSimulator, resolution
from support.subjects import TODAY, make_target
from support.wheels import build_wheel
from uplock.errors import Error, NetworkError, ResolutionError, UnaskableError
from uplock.lockfile.config import Config
from uplock.lockfile.inputs import Requirements
from uplock.lockfile.plan import PlannedTarget
from uplock.model.digest import digest_of
from uplock.model.lock import LockSet
from uplock.model.policy import Policy
from uplock.model.target import Target
from uplock.model.value import changed
from uplock.ports import Question, Resolution, ViewAddress, ignore_events
from uplock.workflow.judge import judge_locks, subjects_of
from uplock.workflow.lock import Locked, Locking, Served, Wanted
from uplock.workflow.pick import Picker
from uplock.workflow.view import ViewRecorder

CUT_OFF = datetime(2026, 3, 1, tzinfo=UTC)
NINE, TWELVE = make_target("3.9.18"), make_target("3.12.1")
BOTH = (Wanted(target=NINE, role="baseline"), Wanted(target=TWELVE, role="target"))
SHOP = resolution({"shop": "1.0", "coin": "1.1"}, {"coin": ("shop",)})
OLDER = resolution({"shop": "1.0", "coin": "1.0"}, {"coin": ("shop",)})


class Addresses:
    """A view that nobody needs to reach, and what went wrong behind it."""

    def __init__(self) -> None:
        self.failures: list[Error] = []

    @property
    def url(self) -> str:
        return "whole"

    def url_for(self, target: Target) -> str:
        return f"for {target.name}"


class Bench:
    """An index, a view of it, and resolvers that have their answers ready."""

    def __init__(self, folder: Path, *, hide: str = "") -> None:
        self.index = IndexSimulator(provenance_offered=False)
        self.index.publish(*build_wheel("shop", "1.0", requires_dist=("coin",)))
        for version in ("1.0", "1.1"):
            self.index.publish(*build_wheel("coin", version))
        self.requirements = Requirements(requirements=("shop",), constraints=("coin<2",))
        self.recorder = ViewRecorder(
            self.index, MemoryStore(folder), CUT_OFF, ignore_events, requirements=self.requirements
        )
        self.addresses = Addresses()
        self.hide = hide

    def lock(
        self,
        resolver: ResolverSimulator,
        checker: ResolverSimulator | None = None,
        wanted: tuple[Wanted, ...] = BOTH,
        jobs: int = 1,
    ) -> Locked:
        locking = Locking(
            requirements=self.requirements,
            preferred={TWELVE.name: (("coin", "1.1"),)},
            recorder=self.recorder,
            resolver=resolver,
            checker=checker,
            pick=Picker(self.requirements, self.recorder, self.index),
            serve=self.serve,
            on_event=ignore_events,
            jobs=jobs,
        )
        return locking.lock(wanted)

    def serve(self, recorder: ViewRecorder) -> AbstractContextManager[Served]:
        @contextmanager
        def served() -> Iterator[Served]:
            for name in ("shop", "coin", "native"):
                page = recorder.page(name)
                for file in page.files if page is not None else ():
                    recorder.metadata(file)
            yield self.addresses

        return served()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def simulator(*answers: Resolution | Error, version: str = "uv 0.13.9") -> ResolverSimulator:
    """Return a resolver with one answer for every target, or one for each of the two."""
    if len(answers) == 1:
        return ResolverSimulator({"": answers[0]}, version)
    return ResolverSimulator({NINE.name: answers[0], TWELVE.name: answers[1]}, version)


def test_every_target_gets_its_lock_and_all_rest_on_one_view(bench: Bench) -> None:
    locked = bench.lock(simulator(OLDER, SHOP))
    assert [lock.target for lock in locked.locks] == [NINE, TWELVE]
    pins = [{package.name: package.version for package in lock.packages} for lock in locked.locks]
    assert pins == [{"coin": "1.0", "shop": "1.0"}, {"coin": "1.1", "shop": "1.0"}]
    assert {lock.view for lock in locked.locks} == {digest_of(locked.view)}
    assert {lock.inputs for lock in locked.locks} == {bench.requirements.digest}
    assert [lock.resolver for lock in locked.locks] == ["uv 0.13.9 for 3.9", "uv 0.13.9 for 3.12"]
    shop = locked.locks[1].packages[1]
    assert (shop.dependencies, shop.direct) == (("coin",), True)
    assert (locked.missing, locked.agreement) == ((), ())


def test_a_resolver_is_asked_with_constraints_and_with_what_its_target_keeps(bench: Bench) -> None:
    resolver = simulator(SHOP)
    bench.lock(resolver)
    questions = {question.target: question for question, _ in resolver.asked}
    assert {question.requirements for question in questions.values()} == {("shop",)}
    assert {question.constraints for question in questions.values()} == {("coin<2",)}
    assert questions[NINE].preferred == ()
    assert questions[TWELVE].preferred == (("coin", "1.1"),)


def test_targets_resolved_at_once_come_out_in_the_same_order(bench: Bench) -> None:
    assert bench.lock(simulator(OLDER, SHOP), jobs=4) == bench.lock(simulator(OLDER, SHOP))


def test_an_edge_to_oneself_or_to_nobody_is_none(bench: Bench) -> None:
    odd = resolution({"shop": "1.0", "coin": "1.1"}, {"coin": ("shop", "coin", "ghost")})
    packages = bench.lock(simulator(odd)).locks[0].packages
    assert {package.name: package.dependencies for package in packages} == {"coin": (), "shop": ("coin",)}


def test_without_a_solution_it_fails_in_the_resolver_s_words(bench: Bench) -> None:
    with pytest.raises(ResolutionError, match="shop needs what is not there"):
        bench.lock(simulator(ResolutionError("shop needs what is not there")))


def test_a_target_without_a_wheel_of_a_named_package_is_missing_and_the_other_is_locked(bench: Bench) -> None:
    bench.index.publish(*build_wheel("native", "1.0", tag="cp312-cp312-manylinux_2_17_x86_64"))
    why = ResolutionError("because native has no wheel and shop needs native")
    locked = bench.lock(simulator(why, SHOP))
    assert [lock.target for lock in locked.locks] == [TWELVE]
    (missing,) = locked.missing
    assert (missing.target, missing.role, missing.packages) == (NINE.name, "baseline", ("native",))
    assert missing.detail == why.message


def test_what_went_wrong_behind_the_view_is_raised_as_itself(bench: Bench) -> None:
    bench.addresses.failures.append(NetworkError("no route to the index"))
    with pytest.raises(NetworkError, match="no route"):
        bench.lock(simulator(ResolutionError("no versions of shop")))


def test_an_answer_that_the_target_cannot_install_is_asked_for_again_with_what_fits_it(bench: Bench) -> None:
    bench.index.publish(*build_wheel("coin", "1.1"), requires_python=">=3.8,<3.10")
    resolver = simulator(SHOP)
    with pytest.raises(ResolutionError, match=r"coin 1\.1"):
        bench.lock(resolver, wanted=BOTH[1:])
    assert [address for _, address in resolver.asked] == ["whole", f"for {TWELVE.name}"]


# --- a second resolver --------------------------------------------------------------------------------------------


def outcomes(locked: Locked) -> dict[str, str]:
    return {each.target: each.outcome for each in locked.agreement}


def test_a_second_resolver_is_asked_the_same_about_what_fits_each_target(bench: Bench) -> None:
    first, second = simulator(SHOP), simulator(SHOP, version="pip-tools 7.6")
    locked = bench.lock(first, second)
    assert outcomes(locked) == {NINE.name: "agrees", TWELVE.name: "agrees"}
    assert [each.resolver for each in locked.agreement] == ["pip-tools 7.6 for 3.9", "pip-tools 7.6 for 3.12"]
    assert [question for question, _ in second.asked] == [question for question, _ in first.asked]
    assert [address for _, address in second.asked] == [f"for {NINE.name}", f"for {TWELVE.name}"]


def test_whether_it_is_asked_changes_neither_locks_nor_view(bench: Bench, tmp_path: Path) -> None:
    alone = bench.lock(simulator(SHOP))
    checked = Bench(tmp_path / "other").lock(simulator(SHOP), simulator(OLDER))
    assert (checked.locks, checked.view) == (alone.locks, alone.view)
    assert alone.agreement == ()


def test_what_a_second_resolver_alone_looks_at_is_not_counted_as_undated(bench: Bench) -> None:
    bench.index.publish(*build_wheel("ink", "1.0"), upload_time=None)

    class Curious(ResolverSimulator):
        def resolve(self, question: Question, served: ViewAddress) -> Resolution:
            bench.recorder.page("ink")
            return super().resolve(question, served)

    locked = bench.lock(simulator(SHOP), Curious({"": SHOP}))
    assert bench.recorder.undated == {"ink-1.0-py3-none-any.whl"}
    assert locked.undated == 0


def test_an_overridden_pin_without_a_wheel_is_not_named_as_what_is_missing(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.index.publish("native-1.0.tar.gz", b"an sdist")
    bench.index.publish(*build_wheel("native", "2.0"))
    bench.requirements = changed(bench.requirements, requirements=("native==1.0", "shop"), overrides=("native==2.0",))
    with pytest.raises(ResolutionError, match="no way"):
        bench.lock(simulator(ResolutionError("no way: native and coin")), wanted=BOTH[1:])


def test_a_disagreement_on_one_target_is_kept_with_both_sides(bench: Bench) -> None:
    locked = bench.lock(simulator(SHOP), simulator(SHOP, OLDER))
    assert outcomes(locked) == {NINE.name: "agrees", TWELVE.name: "disagrees"}
    (difference,) = locked.agreement[1].differences
    assert (difference.package, difference.ours, difference.theirs) == ("coin", "1.1", "1.0")


def test_one_that_cannot_be_asked_for_a_target_says_why(bench: Bench) -> None:
    locked = bench.lock(simulator(SHOP), simulator(UnaskableError("3.9.25 found, 3.9.18 locked"), SHOP))
    assert outcomes(locked) == {NINE.name: "not-asked", TWELVE.name: "agrees"}
    assert locked.agreement[0].reason == "3.9.25 found, 3.9.18 locked"


def test_nobody_is_asked_about_a_target_that_has_no_lock(bench: Bench) -> None:
    bench.index.publish(*build_wheel("native", "1.0", tag="cp312-cp312-manylinux_2_17_x86_64"))
    second = simulator(SHOP)
    locked = bench.lock(simulator(ResolutionError("no wheel of native"), SHOP), second)
    assert outcomes(locked) == {TWELVE.name: "agrees"}
    assert len(second.asked) == 1


def test_findings_name_the_target_and_both_resolvers(bench: Bench) -> None:
    locked = bench.lock(simulator(SHOP), simulator(UnaskableError("no 3.9.18 here"), OLDER, version="pip-tools 7.6"))
    lockset = LockSet(
        exclude_newer=CUT_OFF,
        inputs=bench.requirements.digest,
        view=digest_of(locked.view),
        resolver="uv 0.13.9",
        targets=(),
        agreement=locked.agreement,
    )
    planned = [PlannedTarget(target=each.target, role=each.role, deployed=True) for each in BOTH]
    found = judge_locks(subjects_of(planned, locked.locks, lockset, {}, Config(file="uplock.toml")), Policy(), TODAY)
    assert [(each.rule, each.severity, each.target) for each in found] == [
        ("LK009", "warning", NINE.name),
        ("LK009", "error", TWELVE.name),
    ]
    assert found[1].message == "uv 0.13.9 for 3.12 and pip-tools 7.6 for 3.12 disagree on coin: 1.1, 1.0"
