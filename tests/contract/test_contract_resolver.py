"""What every resolver promises: uv and pip-tools give equal answers to the same question against the same view."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from support.index_simulator import IndexSimulator
from support.own_interpreter import own_target, pip_tools_here
from support.wheels import build_wheel
from uplock.errors import NetworkError, ResolutionError, ToolError
from uplock.index.serve import serve
from uplock.model.target import Target
from uplock.model.view import IndexFile, IndexPage
from uplock.ports import Pin, Question, Resolution, Resolver
from uplock.resolve.pip_tools import PipToolsResolver
from uplock.resolve.uv import UvResolver, find_uv
from uplock.workflow.choose import Chooser

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

TARGET = own_target()
ABI = TARGET.interpreter.tag


class View(IndexSimulator):
    """Shows a target what fits it, as a recorded view does."""

    def page_for(self, name: str, target: Target) -> IndexPage | None:
        page = self.page(name)
        if page is None:
            return None
        return IndexPage(name=name, files=tuple(file for file in page.files if Chooser(target).admits(file)))


@pytest.fixture(scope="module", params=["uv", "pip-tools"])
def resolver(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Resolver]:
    made: UvResolver | PipToolsResolver
    made = UvResolver(find_uv()) if request.param == "uv" else pip_tools_here(tmp_path_factory.mktemp("home"))
    with closing(made):
        yield made


def ask(
    resolver: Resolver,
    index: IndexSimulator,
    *requirements: str,
    constraints: Sequence[str] = (),
    preferred: Sequence[tuple[str, str]] = (),
) -> Resolution:
    question = Question(
        requirements=requirements, constraints=tuple(constraints), preferred=tuple(preferred), target=TARGET
    )
    with serve(index) as served:
        answer = resolver.resolve(question, served)
    assert not served.failures
    assert not [call for call in index.calls if call.startswith(("fetch", "download"))]
    return answer


def view(*wheels: tuple[str, bytes]) -> View:
    index = View()
    for filename, data in wheels:
        index.publish(filename, data)
    return index


def pins(answer: Resolution) -> dict[str, str]:
    return {pin.name: pin.version for pin in answer.pins}


def test_edges_lead_from_the_project_to_everything_that_is_needed(resolver: Resolver) -> None:
    index = view(
        build_wheel("Shop.App", "1.0", requires_dist=("till>=1", 'gone; sys_platform == "win32"')),
        build_wheel("till", "1.05", requires_dist=("coin",)),
        build_wheel("coin", "3"),
    )
    assert ask(resolver, index, "shop_app", "coin").pins == (
        Pin(name="coin", version="3", needed_by=("till",), direct=True),
        Pin(name="shop-app", version="1.0", direct=True),
        Pin(name="till", version="1.5", needed_by=("shop-app",)),
    )


def test_what_an_extra_brings_is_needed_by_its_project_and_nothing_by_itself(resolver: Resolver) -> None:
    extras = {"Provides-Extra": "fast\nProvides-Extra: all"}
    needs = ('quick; extra == "fast"', 'till[fast]; extra == "all"')
    index = view(
        build_wheel("shop", "1.0", requires_dist=("till[all]",)),
        build_wheel("till", "1.0", requires_dist=needs, extra_metadata=extras),
        build_wheel("quick", "2"),
    )
    assert ask(resolver, index, "shop").pins == (
        Pin(name="quick", version="2", needed_by=("till",)),
        Pin(name="shop", version="1.0", direct=True),
        Pin(name="till", version="1.0", needed_by=("shop",)),
    )


def test_a_requirement_with_a_true_marker_counts_and_one_with_a_false_marker_does_not(resolver: Resolver) -> None:
    index = view(build_wheel("shop", "1.0"), build_wheel("till", "1.0"))
    answer = ask(resolver, index, 'shop; python_version >= "3.8"', 'till; python_version < "3"')
    assert answer.pins == (Pin(name="shop", version="1.0", direct=True),)


def test_a_full_version_in_a_marker_is_the_full_version_of_the_target(resolver: Resolver) -> None:
    version = TARGET.interpreter.version
    needs = (f'here; python_full_version == "{version}"', f'elsewhere; python_full_version != "{version}"')
    index = view(build_wheel("shop", "1", requires_dist=needs), build_wheel("here", "1"), build_wheel("elsewhere", "1"))
    assert pins(ask(resolver, index, "shop")) == {"here": "1", "shop": "1"}


def test_constraints_bind_and_are_no_wish_of_the_project(resolver: Resolver) -> None:
    index = view(build_wheel("shop", "1", requires_dist=("till",)), build_wheel("till", "1"), build_wheel("till", "2"))
    answer = ask(resolver, index, "shop", constraints=("till<2", "unrelated==7"))
    assert answer.pins[1] == Pin(name="till", version="1", needed_by=("shop",))
    assert len(answer.pins) == 2


def test_a_version_to_keep_is_kept_where_it_fits_and_only_there(resolver: Resolver) -> None:
    index = view(
        build_wheel("shop", "2", requires_dist=("till==2",)),
        *(build_wheel(name, version) for name in ("till", "coin") for version in ("1", "2", "3")),
    )
    preferred = (("coin", "2"), ("gone", "1"), ("till", "1"))
    assert pins(ask(resolver, index, "shop", "coin", preferred=preferred)) == {"coin": "2", "shop": "2", "till": "2"}


def test_a_version_to_keep_that_the_view_has_no_more_is_replaced(resolver: Resolver) -> None:
    index = view(build_wheel("shop", "1", requires_dist=("till",)), build_wheel("till", "3"))
    assert pins(ask(resolver, index, "shop", preferred=(("till", "2"),))) == {"shop": "1", "till": "3"}


def test_a_version_that_was_tried_and_dropped_leaves_no_edge(resolver: Resolver) -> None:
    index = view(
        build_wheel("app", "2", requires_dist=("till", "coin==1")),
        build_wheel("app", "1", requires_dist=("shop", "coin==2")),
        build_wheel("shop", "1", requires_dist=("till",)),
        build_wheel("till", "1"),
        build_wheel("coin", "1", requires_dist=("purse==1",)),
        build_wheel("coin", "2", requires_dist=("purse==2",)),
        build_wheel("purse", "1"),
        build_wheel("purse", "2"),
        build_wheel("late", "1", requires_dist=("purse==2",)),
    )
    found = {pin.name: pin for pin in ask(resolver, index, "app", "late").pins}
    assert found["till"].needed_by == ("shop",)
    assert found["app"].version == "1"


def test_the_installer_itself_can_be_pinned(resolver: Resolver) -> None:
    index = view(
        build_wheel("shop", "1", requires_dist=("setuptools",)), build_wheel("setuptools", "9"), build_wheel("pip", "8")
    )
    assert pins(ask(resolver, index, "shop", "pip")) == {"pip": "8", "setuptools": "9", "shop": "1"}


def test_wheels_that_do_not_fit_are_passed_over(resolver: Resolver) -> None:
    index = view(
        build_wheel("till", "3", tag="cp36-cp36m-manylinux_2_17_x86_64"),
        build_wheel("till", "2", tag=f"{ABI}-{ABI}-{next(iter(TARGET.platform.tags()))}"),
        build_wheel("till", "1"),
    )
    index.publish(*build_wheel("till", "4", requires_python=">=4"), requires_python=">=4")
    assert pins(ask(resolver, index, "till")) == {"till": "2"}


def test_yanked_versions_are_taken_for_an_exact_pin_only(resolver: Resolver) -> None:
    index = view(build_wheel("till", "1"), build_wheel("till", "2"))
    index.yank("till-2-py3-none-any.whl", "broken")
    assert pins(ask(resolver, index, "till")) == {"till": "1"}
    assert pins(ask(resolver, index, "till==2")) == {"till": "2"}


def test_pre_releases_are_taken_when_they_are_named(resolver: Resolver) -> None:
    index = view(build_wheel("till", "1"), build_wheel("till", "2rc1"))
    assert pins(ask(resolver, index, "till")) == {"till": "1"}
    assert pins(ask(resolver, index, "till>=2rc1")) == {"till": "2rc1"}


def test_local_versions_and_epochs_are_versions(resolver: Resolver) -> None:
    index = view(build_wheel("till", "1.0+cpu.1"), build_wheel("till", "1.0"), build_wheel("coin", "1!0.5"))
    assert pins(ask(resolver, index, "till", "coin")) == {"coin": "1!0.5", "till": "1.0+cpu.1"}


def test_a_cycle_is_an_answer(resolver: Resolver) -> None:
    index = view(build_wheel("a", "1", requires_dist=("b",)), build_wheel("b", "1", requires_dist=("a",)))
    assert ask(resolver, index, "a").pins == (
        Pin(name="a", version="1", needed_by=("b",), direct=True),
        Pin(name="b", version="1", needed_by=("a",)),
    )


def test_nothing_asked_is_nothing_needed(resolver: Resolver) -> None:
    assert ask(resolver, view()).pins == ()


@pytest.mark.parametrize(
    ("requirements", "named"),
    [
        (("shop", "till>1"), ("shop", "till")),
        (("absent",), ("absent",)),
        (("foreign",), ("foreign",)),
        (("yanked",), ("yanked",)),
        (("later",), ("later",)),
    ],
)
def test_no_solution_is_told_in_the_resolvers_own_words_on_one_line(
    resolver: Resolver, requirements: tuple[str, ...], named: tuple[str, ...]
) -> None:
    index = view(
        build_wheel("shop", "1", requires_dist=("till==1",)),
        build_wheel("till", "1"),
        build_wheel("till", "2"),
        build_wheel("foreign", "1", tag="cp36-cp36m-win_amd64"),
        build_wheel("yanked", "1"),
        build_wheel("later", "1", requires_python=">=4"),
    )
    index.yank("yanked-1-py3-none-any.whl")
    with pytest.raises(ResolutionError) as raised:
        ask(resolver, index, *requirements)
    message = raised.value.message
    assert all(name in message for name in named)
    assert "127.0.0.1" not in message
    assert "Traceback" not in message
    assert "\n" not in message
    assert raised.value.context == TARGET.name
    assert raised.value.remedy


def test_a_requirement_that_is_none_is_no_missing_solution(resolver: Resolver) -> None:
    with pytest.raises(ToolError, match=r"resolving failed .*not a") as raised:
        ask(resolver, view(), "not a requirement !!")
    assert raised.value.context.startswith(TARGET.name)


def test_what_the_view_could_not_tell_is_no_answer(resolver: Resolver) -> None:
    class Down(View):
        def metadata(self, file: IndexFile) -> bytes:
            raise NetworkError("the index is down", context=file.filename)

    index = Down()
    index.publish(*build_wheel("till", "1"))
    with serve(index) as served, pytest.raises((ResolutionError, ToolError)):
        resolver.resolve(Question(requirements=("till",), target=TARGET), served)
    assert served.failures


@pytest.mark.parametrize("text", ["Name: other\nVersion: 1\n", "", "\xff\0"])
def test_metadata_of_something_else_gives_no_answer(resolver: Resolver, text: str) -> None:
    class Lying(View):
        def metadata(self, file: IndexFile) -> bytes:
            return b"Metadata-Version: 2.1\n" + text.encode("latin-1") if file.filename else b""

    index = Lying()
    index.publish(*build_wheel("till", "1"))
    with pytest.raises((ResolutionError, ToolError)):
        ask(resolver, index, "till")


def test_its_name_and_version_are_known_without_a_question(resolver: Resolver) -> None:
    name, _, version = resolver.version.partition(" ")
    assert name in {"uv", "pip-tools"}
    assert version[0].isdigit()


def test_the_hosts_settings_reach_no_resolver(
    resolver: Resolver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = "http://127.0.0.1:9/simple"
    hostile = tmp_path / "constraints"
    hostile.write_text("till==1\n")
    (tmp_path / "pip.conf").write_text(f"[global]\nindex-url = {elsewhere}\nconstraint = {hostile}\n")
    for name, value in {
        "PIP_CONFIG_FILE": str(tmp_path / "pip.conf"),
        "PIP_INDEX_URL": elsewhere,
        "PIP_CONSTRAINT": str(hostile),
        "PIP_NO_INDEX": "1",
        "PIP_PRE": "1",
        "UV_INDEX_URL": elsewhere,
        "UV_CONSTRAINT": str(hostile),
        "UV_PRERELEASE": "allow",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
        "PYTHONPATH": str(tmp_path),
        "HOME": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "click.py").write_text("raise SystemExit('taken from PYTHONPATH')")
    index = view(build_wheel("till", "1"), build_wheel("till", "2"), build_wheel("till", "3rc1"))
    assert pins(ask(resolver, index, "till")) == {"till": "2"}
