"""Who asks for a package, under which marker, and whether the project can do without it."""

from __future__ import annotations

from support.sboms import wheel, with_metadata
from support.subjects import make_lock, make_target
from uplock.model.about import Asked, Origin
from uplock.model.lock import Lock, LockedPackage
from uplock.model.results import ArtifactResults
from uplock.sbom.asked import Requests
from uplock.sbom.clean import Cleaner


def locked(*packages: LockedPackage) -> Lock:
    return make_lock(make_target("3.12.1"), packages)


def asked(requirement: str, origin: Origin = "project", name: str = "") -> Asked:
    return Asked(requirement=requirement, origin=origin, name=name)


def stated(requests: Requests, name: str) -> list[tuple[str, str]]:
    return [(each.name, each.value) for each in requests.properties(name, Cleaner())]


WEB, POOL, DOCS, THEME = (
    wheel("web-1.0-py3-none-any.whl", needs=("pool",)),
    wheel("pool-1.0-py3-none-any.whl", direct=False),
    wheel("docs-1.0-py3-none-any.whl", needs=("pool", "theme")),
    wheel("theme-1.0-py3-none-any.whl", direct=False),
)


def test_what_only_an_extra_or_a_group_leads_to_is_optional() -> None:
    requests = Requests(locked(WEB, POOL, DOCS, THEME), (asked("web"), asked("docs", "group", "dev")), {})
    assert {name: requests.scope(name) for name in ("web", "pool", "docs", "theme")} == {
        "web": "required",
        "pool": "required",
        "docs": "optional",
        "theme": "optional",
    }


def test_a_generation_that_does_not_say_who_asks_calls_nothing_optional() -> None:
    assert Requests(locked(WEB, POOL), (), {}).scope("pool") == "required"


def test_what_nobody_is_known_to_ask_for_is_required() -> None:
    assert Requests(locked(WEB, POOL, THEME), (asked("web"),), {}).scope("theme") == "required"


def test_the_requirements_of_the_project_stand_with_their_places() -> None:
    lines = (asked("docs>=1", "extra", "manual"), asked('docs<2; python_version >= "3.12"', "group", "dev"))
    assert stated(Requests(locked(DOCS, POOL, THEME), lines, {}), "docs") == [
        ("uplock:stated", "extra manual: docs>=1"),
        ("uplock:stated", 'group dev: docs<2; python_version >= "3.12"'),
        ("uplock:marker", 'project: python_version >= "3.12"'),
    ]


def test_a_requirement_whose_marker_does_not_hold_on_the_target_asks_for_nothing() -> None:
    lines = (asked('web; python_version < "3.10"'), asked("web", "extra", "all"))
    requests = Requests(locked(WEB, POOL), lines, {})
    assert requests.scope("web") == "optional"
    assert stated(requests, "web") == [("uplock:stated", "extra all: web")]


def test_markers_of_packages_stand_if_they_hold_with_any_of_their_extras() -> None:
    results: dict[str, ArtifactResults] = {
        "web": with_metadata(
            "web-1.0-py3-none-any.whl",
            provides_extra=("fast",),
            requires_dist=(
                'Pool>1; sys_platform == "win32"',
                'pool>=1; sys_platform == "linux"',
                "pool; extra == 'fast'",
                "poolside; sys_platform == 'linux'",
                "pool ; not a marker",
            ),
        )
    }
    assert stated(Requests(locked(WEB, POOL), (asked("web"),), results), "pool") == [
        ("uplock:marker", 'web: extra == "fast"'),
        ("uplock:marker", 'web: sys_platform == "linux"'),
    ]
