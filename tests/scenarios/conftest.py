"""Playing a scenario: ``uplock lock`` on a project that asks what the scenario asks, and every file that it writes."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from packaging.pylock import Package, PackageArchive, PackageSdist, PackageWheel, Pylock
from packaging.requirements import Requirement

from support.http_index import HttpIndex
from support.scenarios import Expected, Scenario, addressed, serve, target_names
from support.shop import Answer, uplock
from uplock.model.digest import sha256_of

Play = Callable[[Scenario, str], None]

_PIN = re.compile(r"(?P<requirement>[^#\n]+?) \\\n +--hash=sha256:(?P<sha256>[0-9a-f]{64})\n")
_COMMENT = re.compile(r"^ *#.*\n", re.MULTILINE)


@pytest.fixture
def play(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Play:
    """Lock a scenario with a resolver, and assert everything that it expects."""

    def run(scenario: Scenario, resolver: str) -> None:
        with serve(scenario) as served:
            monkeypatch.setenv("UPLOCK_INDEX_URL", served[""].url)
            _write_project(scenario, tmp_path / "project", served, resolver)
            answer = uplock(capfd, "lock", tmp_path / "project", "--json", "--quiet")
        _check(scenario, resolver, answer, tmp_path / "project" / "locks", served)

    return run


def _check(scenario: Scenario, resolver: str, answer: Answer, locks: Path, served: Mapping[str, HttpIndex]) -> None:
    outcome, said = scenario.outcome(resolver), answer.out + answer.err
    for each in served.values():
        assert _downloads(each, scenario) == [], "metadata is enough to lock wheels"
    if outcome.fails is not None:
        assert answer.code == outcome.fails.exit, said
        assert [word for word in outcome.fails.words if word not in answer.err] == [], answer.err
        assert not locks.exists(), "nothing is written unless everything is known"
        return
    wanted = {name: outcome.expected(name) for name in target_names(scenario.targets, scenario.platforms)}
    code = 1 if any(expected.missing for expected in wanted.values()) else 0
    assert answer.code == (code if outcome.exit is None else outcome.exit), said
    missing = {each["target"]: tuple(each["missing"]) for each in answer.json["targets"]}
    assert missing == {name: expected.missing for name, expected in wanted.items()}
    assert [word for word in outcome.says if word not in said] == [], said
    for name, expected in wanted.items():
        _compare(name, expected, locks, served)


def _write_project(scenario: Scenario, folder: Path, served: Mapping[str, HttpIndex], resolver: str) -> None:
    lines = ["[tool.uplock]", f'exclude-newer = "{scenario.exclude_newer:%Y-%m-%dT%H:%M:%SZ}"']
    settings: dict[str, object] = {"targets": scenario.targets, "platforms": scenario.platforms, **scenario.settings}
    if resolver != "uv":
        settings["resolver"] = resolver
    lines += [f"{key} = {_toml(value)}" for key, value in settings.items()]
    for each in scenario.indexes:
        keys = {"name": each.name, "url": served[each.name].url, "packages": each.packages, "explicit": each.explicit}
        lines += ["[[tool.uplock.indexes]]", *(f"{key} = {_toml(value)}" for key, value in keys.items() if value)]
    folder.mkdir()
    (folder / "pyproject.toml").write_text("\n".join([*lines, ""]))
    asked = [addressed(line, served[""]) for line in scenario.requirements]
    if scenario.constraints:
        (folder / "constraints.txt").write_text("\n".join([*scenario.constraints, ""]))
        asked.append("-c constraints.txt")
    (folder / "requirements.in").write_text("\n".join([*asked, ""]))


def _toml(value: object) -> str:
    """Return a setting as TOML, of which JSON's texts, booleans and arrays are a part."""
    return json.dumps(value)


def _downloads(http: HttpIndex, scenario: Scenario) -> list[str]:
    """Return what was asked for whole and need not have been.

    Metadata of allowed sdists stand in them only, and what the project names by URL and hash is hashed.
    """
    suffixes = (".whl",) if "allow-sdist" in scenario.settings else (".whl", ".tar.gz")
    whole = [each.path for each in http.requests if each.path.endswith(suffixes) and "range" not in each.headers]
    return [
        path for path in whole if not any(f":{path.rpartition('/')[2]}}}" in line for line in scenario.requirements)
    ]


def _compare(name: str, expected: Expected, locks: Path, served: Mapping[str, HttpIndex]) -> None:
    pylock, requirements = locks / f"pylock.{name}.toml", locks / f"requirements.{name}.txt"
    assert [path.exists() for path in (pylock, requirements)] == [not expected.missing] * 2, name
    if expected.missing:
        return
    packages = Pylock.from_dict(tomllib.loads(pylock.read_text(encoding="utf-8"))).packages
    assert {package.name: str(package.version) for package in packages} == expected.pins, name
    edges = {str(package.name): sorted(each["name"] for each in package.dependencies or ()) for package in packages}
    assert {parent: edges[parent] for parent in expected.edges} == {
        parent: sorted(children) for parent, children in expected.edges.items()
    }
    files = {str(package.name): _file(package) for package in packages}
    assert {each: files[each][0] for each in expected.files} == expected.files, name
    for package, (filename, url, sha256) in files.items():
        origin = next(index for index, http in served.items() if url.startswith(f"{http.origin}/"))
        body = served[origin].index.body(filename)
        assert body is not None
        assert sha256 == sha256_of(body)
        assert origin == expected.indexes.get(package, origin)
    pins = {package: (version, files[package][2]) for package, version in expected.pins.items()}
    assert _read_requirements(requirements.read_text(encoding="utf-8"), expected.pins) == pins, name


def _file(package: Package) -> tuple[str, str, str]:
    """Return file name, URL and SHA-256 of the one file of a package."""
    chosen: list[PackageWheel | PackageSdist | PackageArchive] = [*(package.wheels or ())]
    chosen += [each for each in (package.sdist, package.archive) if each is not None]
    assert len(chosen) == 1, package.name
    url = chosen[0].url or ""
    return url.rpartition("/")[2], url, chosen[0].hashes["sha256"]


def _read_requirements(text: str, versions: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return version and SHA-256 by name; a line with a URL says no version, and gets that of ``versions``."""
    found = {}
    for match in _PIN.finditer(text):
        requirement = Requirement(match["requirement"])
        version = versions[requirement.name] if requirement.url else str(requirement.specifier).removeprefix("==")
        found[requirement.name] = (version, match["sha256"])
    assert not _COMMENT.sub("", _PIN.sub("", text)), "nothing but pins and comments"
    return found
