from __future__ import annotations

import io
import threading

import pytest

from support.index_simulator import IndexSimulator, artifact_of
from support.wheels import build_wheel
from uplock.errors import ConfigError, NetworkError
from uplock.index.several import Member, SeveralIndexes
from uplock.model.digest import sha256_of
from uplock.model.lock import Artifact
from uplock.model.provenance import ProvenanceAbsent, ProvenanceFound
from uplock.model.results import Unchecked
from uplock.model.view import IndexPage


def having(*projects: str) -> IndexSimulator:
    index = IndexSimulator()
    for project in projects:
        index.publish(*build_wheel(project, "1.0"), provenance=b"{}")
    return index


def member(name: str, index: IndexSimulator, *packages: str, explicit: bool = False, url: str = "") -> Member:
    return Member(name, url or f"https://{name}.example/simple", index, packages, explicit)


def listing(index: IndexSimulator, name: str) -> IndexPage:
    page = index.listing(name)
    assert page is not None
    return page


def files(page: IndexPage | None) -> list[str]:
    assert page is not None
    return [file.filename for file in page.files]


# --- whose a project is -------------------------------------------------------------------------------------------


def test_the_first_index_that_has_a_project_has_all_of_it() -> None:
    first, second = having("demo"), having("demo", "other")
    second.publish(*build_wheel("demo", "9.0"))
    both = SeveralIndexes([member("first", first), member("second", second)])
    assert files(both.page("demo")) == ["demo-1.0-py3-none-any.whl"]
    assert files(both.page("other")) == ["other-1.0-py3-none-any.whl"]
    assert both.page("nobody") is None


def test_every_index_is_asked_once_and_named_where_it_has_the_project() -> None:
    first, second, third = having("demo"), having("other"), having("demo")
    all_three = SeveralIndexes([member("first", first), member("second", second), member("third", third)])
    assert all_three.holders("demo") == ("first", "third")
    assert all_three.holders("other") == ("second",)
    assert all_three.holders("nobody") == ()
    all_three.page("demo")
    assert first.calls == second.calls == third.calls == ["page demo", "page other", "page nobody"]


def test_an_explicit_index_is_asked_for_its_packages_only() -> None:
    explicit, default = having("torch", "demo"), having("torch", "demo")
    both = SeveralIndexes([member("explicit", explicit, "torch", explicit=True), member("default", default)])
    assert both.holders("torch") == ("explicit",)
    assert both.holders("demo") == ("default",)
    assert (explicit.calls, default.calls) == ([], ["page demo"])


@pytest.mark.parametrize("name", ["acme-core", "acme-", "exact", "a-tool-x"])
def test_a_pinned_project_is_asked_for_at_its_own_index_alone(name: str) -> None:
    first, pinned, default = having(), having(name), having(name)
    indexes = [member("first", first), member("pinned", pinned, "acme-*", "exact", "a*tool-*"), member("last", default)]
    several = SeveralIndexes(indexes)
    assert several.page(name) is not None
    assert several.holders(name) == ("pinned",)
    assert (first.calls, pinned.calls, default.calls) == ([], [f"page {name}"], [])


@pytest.mark.parametrize("name", ["acme", "my-acme-core", "exactly", "inexact", "a.tool-x"])
def test_a_pattern_matches_whole_names_and_its_star_alone_is_special(name: str) -> None:
    pinned, default = having(), having(name)
    several = SeveralIndexes([member("pinned", pinned, "acme-*", "exact", "a.tool", "[a-z]*"), member("last", default)])
    several.page(name)
    assert default.calls == [f"page {name}"]


def test_a_whole_name_goes_before_a_pattern() -> None:
    several = SeveralIndexes(
        [member("wide", having(), "acme-*"), member("narrow", having("acme-public"), "acme-public")]
    )
    assert several.holders("acme-public") == ("narrow",)
    assert several.holders("acme-other") == ("wide",)


@pytest.mark.parametrize("patterns", [("acme-*", "*-core"), ("acme-core", "acme-core")])
def test_a_project_that_is_pinned_to_two_indexes_is_refused(patterns: tuple[str, str]) -> None:
    indexes = [member(name, having("acme-core"), each) for name, each in zip(("one", "two"), patterns, strict=True)]
    with pytest.raises(ConfigError, match="'acme-core' is pinned to two indexes, one and two") as raised:
        SeveralIndexes(indexes).page("acme-core")
    assert raised.value.remedy


def test_a_pinned_project_may_have_no_page() -> None:
    several = SeveralIndexes([member("one", having(), "acme-*"), member("two", having("acme-core"))])
    assert several.page("acme-core") is None
    assert several.holders("acme-core") == ("one",)


# --- who cannot be asked ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("down", [0, 1, 2])
def test_an_index_that_cannot_be_asked_is_an_error_wherever_it_stands(down: int) -> None:
    indexes = [having("demo") for _ in range(3)]
    indexes[down].down = True
    several = SeveralIndexes([member(f"index{position}", index) for position, index in enumerate(indexes)])
    for ask in (several.page, several.holders, several.address):
        with pytest.raises(NetworkError) as raised:
            ask("demo")
        assert raised.value.context.startswith(f"index index{down}")
    indexes[down].down = False
    assert several.holders("demo") == ("index0", "index1", "index2")


def test_the_first_of_several_errors_is_told() -> None:
    indexes = [having(), having()]
    for index in indexes:
        index.down = True
    with pytest.raises(NetworkError) as raised:
        SeveralIndexes([member("one", indexes[0]), member("two", indexes[1])]).page("demo")
    assert raised.value.context.startswith("index one")


def test_a_pinned_project_does_not_wait_for_other_indexes() -> None:
    other = having()
    other.down = True
    several = SeveralIndexes([member("pinned", having("demo"), "demo"), member("other", other)])
    assert several.page("demo") is not None


def test_indexes_are_asked_at_the_same_time() -> None:
    together = threading.Barrier(2, timeout=5)

    class Waiting(IndexSimulator):
        def page(self, name: str) -> IndexPage | None:
            together.wait()
            return super().page(name)

    assert SeveralIndexes([member("one", Waiting()), member("two", Waiting())]).page("demo") is None


# --- files go where their page came from --------------------------------------------------------------------------


@pytest.mark.parametrize("filename", ["my_demo-1.0-py3-none-any.whl", "my-demo-1.0.zip"])
def test_files_are_read_at_the_index_that_listed_them(filename: str) -> None:
    first, second = having("my"), having("my-demo")
    second.publish("my-demo-1.0.zip", b"source")
    (file,) = [file for file in listing(second, "my-demo").files if file.filename == filename]
    several = SeveralIndexes([member("first", first), member("second", second)])
    for name in ("my", "my-demo"):
        several.page(name)
    first.calls, second.calls = [], []
    several.download(file, io.BytesIO())
    several.fetch(artifact_of(file), io.BytesIO(), 0)
    assert (first.calls, second.calls) == ([], [f"download {filename}", f"fetch {filename}"])


def test_metadata_is_read_at_the_index_that_listed_the_file() -> None:
    first, second = having(), having("demo")
    several = SeveralIndexes([member("first", first), member("second", second)])
    page = several.page("demo")
    assert page is not None
    assert b"Name: demo" in several.metadata(page.files[0])
    assert second.calls[-1] == "metadata demo-1.0-py3-none-any.whl"


NEAR = "https://one.example/team/files/demo-1.0-py3-none-any.whl"


@pytest.mark.parametrize(
    ("urls", "url", "asked"),
    [
        (("https://one.example/simple", "https://two.example/simple"), NEAR, 0),
        (("https://two.example/simple", "https://one.example/simple"), NEAR, 1),
        (("https://one.example/public/simple", "https://one.example/team/simple"), NEAR, 1),
        (("https://one.example/team/simple", "https://one.example/team/other"), NEAR, 0),
        (("https://one.example:8443/team", "https://two.example/simple"), NEAR, 1),
        (("http://one.example/team", "https://two.example/simple"), NEAR, 1),
        (("https://one.example/simple", "https://two.example/simple"), "https://files.example/x", 1),
        (("https://one.example/simple", "https://two.example/simple"), "", 1),
    ],
)
def test_a_file_of_no_asked_project_goes_to_the_nearest_address_else_to_the_last_index(
    urls: tuple[str, str], url: str, asked: int
) -> None:
    indexes = [having("demo"), having("demo")]
    several = SeveralIndexes([member(f"i{place}", indexes[place], url=urls[place]) for place in (0, 1)])
    artifact = Artifact(filename="demo-1.0-py3-none-any.whl", sha256=sha256_of(b""), url=url)
    several.fetch(artifact, io.BytesIO(), 0)
    assert indexes[asked].calls == [f"fetch {artifact.filename}"]
    assert indexes[1 - asked].calls == []


def test_a_project_is_at_the_address_of_its_index() -> None:
    class Elsewhere(IndexSimulator):
        def address(self, name: str) -> str:
            return f"https://elsewhere.example/{name}"

    other = Elsewhere()
    other.publish(*build_wheel("demo", "1.0"))
    several = SeveralIndexes([member("one", other), member("two", having())])
    assert several.address("demo") == "https://elsewhere.example/demo"
    assert several.address("nobody") == "https://index.example/simple"


# --- provenance ---------------------------------------------------------------------------------------------------


def test_provenance_is_that_of_the_projects_own_index() -> None:
    first, second = having(), having("demo")
    first.publish(*build_wheel("demo", "1.0"))
    several = SeveralIndexes([member("first", first), member("second", second)])
    assert isinstance(several.provenance("demo-1.0-py3-none-any.whl", "demo"), ProvenanceAbsent)
    swapped = SeveralIndexes([member("second", second), member("first", first)])
    assert isinstance(swapped.provenance("demo-1.0-py3-none-any.whl", "demo"), ProvenanceFound)


def test_provenance_that_cannot_be_asked_for_is_unchecked() -> None:
    first, second = having(), having("demo")
    several = SeveralIndexes([member("first", first), member("second", second)])
    answer = several.provenance("nobody-1.0.zip", "nobody")
    assert isinstance(answer, Unchecked)
    assert answer.detail == "no index lists nobody-1.0.zip"
    first.down = True
    answer = several.provenance("demo-1.0-py3-none-any.whl", "demo")
    assert isinstance(answer, Unchecked)
    assert answer.reason == "unreachable"
