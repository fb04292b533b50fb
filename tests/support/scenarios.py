"""Resolver scenarios: an index, a question and the expected answer in one TOML file, played through ``uplock lock``.

What the keys mean stands in CONTRIBUTING.md. Files are read strictly, since a key that nobody reads asserts nothing.
"""

from __future__ import annotations

import gzip
import io
import json
import platform
import re
import sys
import tarfile
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from support.http_index import JSON, Answer, HttpIndex
from support.index_simulator import UPLOADED, IndexSimulator
from support.wheels import build_wheel, metadata
from uplock.model.digest import sha256_of

CASES = Path(__file__).parent.parent / "scenarios" / "cases"
_ADDRESS = re.compile(r"\{url:(?P<filename>[^}]+)\}")


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="kebab"):
    """A table of a scenario."""


class Listed(_Table, frozen=True, kw_only=True):
    """A file of the index, or with several ``versions`` one of each."""

    name: str
    version: str = ""
    versions: tuple[str, ...] = ()
    kind: Literal["wheel", "sdist"] = "wheel"
    tag: str = "py3-none-any"
    build: str = ""
    needs: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    requires_python: str | None = None
    page_requires_python: str | None = None
    """What the page says of it; the same, if it is not given, and nothing, if it is empty."""
    upload_time: datetime = UPLOADED
    undated: bool = False
    yanked: bool | str = False
    filename: str | None = None
    """What the index lists it as, if that is not its proper name."""
    metadata: str | None = None
    """METADATA in the place of what the other keys say."""

    def publish(self, http: HttpIndex) -> None:
        """List it."""
        on_page = self.requires_python if self.page_requires_python is None else self.page_requires_python or None
        for version in self.versions or (self.version,):
            raw = self._metadata(version, http)
            filename, data = self._sdist(version, raw) if self.kind == "sdist" else self._wheel(version, raw)
            if self.kind == "sdist":
                http.index.lies[filename] = raw  # the simulator shows METADATA of wheels only
            http.index.publish(
                self.filename or filename,
                data,
                upload_time=None if self.undated else self.upload_time,
                requires_python=on_page,
                yanked=None if self.yanked is False else "" if self.yanked is True else self.yanked,
            )

    def _metadata(self, version: str, http: HttpIndex) -> bytes:
        if self.metadata is not None:
            return self.metadata.encode()
        needs = [addressed(line, http) for line in self.needs]
        head = metadata(self.name, version, needs, self.requires_python).rstrip(b"\n")
        return head + b"".join(f"\nProvides-Extra: {extra}".encode() for extra in self.extras) + b"\n\n"

    def _wheel(self, version: str, raw: bytes) -> tuple[str, bytes]:
        plain, _ = build_wheel(self.name, version, tag=self.tag)
        stem = plain.removesuffix(f"-{self.tag}.whl")
        files = {f"{stem}.dist-info/METADATA": raw, f"{stem}.build": self.build.encode()}
        _, data = build_wheel(self.name, version, tag=self.tag, files=files)
        return (f"{stem}-{self.build}-{self.tag}.whl" if self.build else plain), data

    def _sdist(self, version: str, raw: bytes) -> tuple[str, bytes]:
        stem = f"{re.sub(r'[-_.]+', '_', self.name).lower()}-{version}"
        raw = raw.replace(b"Metadata-Version: 2.1\n", b"Metadata-Version: 2.2\n")
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w") as archive:
            for name, data in (("PKG-INFO", raw), ("pyproject.toml", b"[build-system]\nrequires = []\n")):
                member = tarfile.TarInfo(f"{stem}/{name}")
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
        return f"{stem}.tar.gz", gzip.compress(out.getvalue(), mtime=0)


class SimpleIndex(_Table, frozen=True, kw_only=True):
    """An index: its files, and the projects that it has no file of."""

    files: tuple[Listed, ...] = ()
    empty: tuple[str, ...] = ()


class FurtherIndex(SimpleIndex, frozen=True, kw_only=True):
    """An index that the configuration names: ``[[tool.uplock.indexes]]``."""

    name: str
    packages: tuple[str, ...] = ()
    explicit: bool = False


class Expected(_Table, frozen=True, kw_only=True):
    """The answer for one target: its pins, or what has no file for it; of the rest, what is named must hold."""

    pins: dict[str, str] = {}
    edges: dict[str, tuple[str, ...]] = {}
    files: dict[str, str] = {}
    indexes: dict[str, str] = {}
    missing: tuple[str, ...] = ()


class Failure(_Table, frozen=True, kw_only=True):
    """No answer: the exit code, and words of the error."""

    exit: int
    words: tuple[str, ...]


class Outcome(_Table, frozen=True, kw_only=True):
    """What must come out: an answer for each target, or a failure."""

    exit: int | None = None
    """Exit code; if it is not given 0, or 1 if a target has no lock."""
    says: tuple[str, ...] = ()
    """Words that the answer has somewhere."""
    expect: dict[str, Expected] = {}
    fails: Failure | None = None

    def expected(self, target: str) -> Expected:
        """Return the answer for a target, by its name without the usual platform, or the one for ``all``."""
        return self.expect.get(target.removesuffix("-linux-x86_64")) or self.expect["all"]


class Scenario(Outcome, frozen=True, kw_only=True):
    """One file of ``cases``."""

    about: str
    requirements: tuple[str, ...]
    constraints: tuple[str, ...] = ()
    targets: tuple[str, ...] = ("3.12.1",)
    platforms: tuple[str, ...] = ("linux-x86_64",)
    exclude_newer: datetime = datetime(2026, 3, 1, tzinfo=UTC)
    settings: dict[str, bool | str | tuple[str, ...]] = {}
    """Further keys of ``[tool.uplock]``."""
    also: tuple[Literal["pip-tools"], ...] = ()
    index: SimpleIndex = SimpleIndex()
    indexes: tuple[FurtherIndex, ...] = ()
    uv: Outcome | None = None
    """What uv makes of it, where that is not what the standard says; ``about`` says why."""
    pip_tools: Outcome | None = None
    """Likewise."""

    def outcome(self, resolver: str) -> Outcome:
        """Return what must come out of a resolver."""
        return {"uv": self.uv, "pip-tools": self.pip_tools}[resolver] or self


def read_scenario(path: Path) -> Scenario:
    """Read a file of ``cases``. Raises ``ValueError`` if it says nothing, or something that is never compared."""
    scenario = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Scenario)
    targets = {name.removesuffix("-linux-x86_64") for name in target_names(scenario.targets, scenario.platforms)}
    for resolver in ("uv", *scenario.also):
        outcome = scenario.outcome(resolver)
        if (outcome.fails is None) is not bool(outcome.expect):
            raise ValueError(f"{path.name}: say either what is expected or how it fails")
        asked = targets if resolver == "uv" else {"host"}
        if outcome.expect and "all" not in outcome.expect and (silent := asked - set(outcome.expect)):
            raise ValueError(f"{path.name}: nothing is expected of {', '.join(sorted(silent))}")
        if strangers := set(outcome.expect) - targets - {"all", "host"}:
            raise ValueError(f"{path.name}: no such target: {', '.join(sorted(strangers))}")
    return scenario


def scenarios() -> dict[str, Scenario]:
    """Return all scenarios by name."""
    return {path.stem: read_scenario(path) for path in sorted(CASES.glob("*.toml"))}


def target_names(versions: tuple[str, ...], platforms: tuple[str, ...]) -> list[str]:
    """Return the names of targets: ``py312-linux-x86_64``."""
    minors = ["".join(version.split(".")[:2]) for version in versions]
    return [f"py{minor}-{each.replace('.', '_')}" for minor in minors for each in platforms]


def host_version() -> str:
    """Return the full version of the interpreter that runs the tests."""
    return ".".join(map(str, sys.version_info[:3]))


def host_platform() -> str | None:
    """Return the name of this machine's platform, or ``None`` if no lock can be made for it."""
    machine = platform.machine()
    return f"linux-{machine}" if sys.platform == "linux" and machine in {"x86_64", "aarch64"} else None


def on_host(scenario: Scenario) -> Scenario:
    """Return the scenario for the interpreter and the machine that run the tests, and for nothing else."""
    here = host_platform()
    assert here is not None
    here_only = {key: answer for key, answer in scenario.expect.items() if key in {"all", "host"}}
    expect = {"all": here_only.get("host", here_only.get("all", Expected()))} if here_only else {}
    return msgspec.structs.replace(scenario, targets=(host_version(),), platforms=(here,), expect=expect)


@contextmanager
def serve(scenario: Scenario) -> Iterator[dict[str, HttpIndex]]:
    """Serve the index under the name ``""`` and each further one under its own."""
    with ExitStack() as stack:
        served = {}
        for name, described in [("", scenario.index), *((each.name, each) for each in scenario.indexes)]:
            simulator = IndexSimulator(provenance_offered=False)
            served[name] = stack.enter_context(HttpIndex(simulator, core_metadata=True))
            for file in described.files:
                file.publish(served[name])
            for project in described.empty:
                page = {"meta": {"api-version": "1.1"}, "name": project, "files": []}
                body = json.dumps(page).encode()
                served[name].answer(f"/simple/{project}/", Answer(body=body, headers={"Content-Type": JSON}))
        yield served


def addressed(line: str, http: HttpIndex) -> str:
    """Return a requirement with the address and hash of each listed file that it names as ``{url:FILENAME}``."""

    def address(match: re.Match[str]) -> str:
        body = http.index.body(match["filename"])
        assert body is not None, f"{match['filename']} stands further up"
        return f"{http.origin}/files/{sha256_of(body)}/{match['filename']}#sha256={sha256_of(body)}"

    return _ADDRESS.sub(address, line)
