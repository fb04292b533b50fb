"""A workbench that installs nothing: what installers and environments would say, with one thing wrong if wanted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from uplock.content.digest import predict
from uplock.environment_ports import InstallOrder
from uplock.errors import ToolError, UnaskableError
from uplock.files import digest_file
from uplock.model.content import EnvironmentDifference, EnvironmentResult, WheelContent
from uplock.model.digest import Sha256, sha256_of
from uplock.model.host import HostPython
from uplock.model.installed import ImportFailure, ImportTrace, Installed, TracedFailure
from uplock.model.target import Target
from uplock.workflow.workbench import Workbench

Wrong = Literal["", "digest", "file", "fails", "import", "isolation", "switch", "interpreter", "platform"]


@dataclass
class SimulatedInstaller:
    """Implements the ``Installer`` port: makes a folder that names what was ordered."""

    name: str
    wrong: Wrong = ""
    orders: list[InstallOrder] = field(default_factory=list)

    def install(self, order: InstallOrder) -> Installed:
        self.orders.append(order)
        if self.wrong == "fails":
            raise ToolError("No matching distribution found for till", context=self.name, remedy="Look.")
        for line in order.requirements.decode().splitlines():
            digest = line.rpartition("sha256:")[2]
            assert digest in {digest_file(path) for _, path in order.wheels}, line
        order.place.mkdir(parents=True)
        (order.place / "made-by").write_text(self.name)
        return Installed(installer=f"{self.name} 1.0", isolation="simulated")


@dataclass
class SimulatedEnvironments:
    """Implements the ``Environments`` port over folders that a :class:`SimulatedInstaller` made."""

    wrong: Wrong = ""
    imported: list[str] = field(default_factory=list)
    switched: list[str] = field(default_factory=list)

    def isolation(self) -> str:
        if self.wrong == "isolation":
            raise UnaskableError("no namespaces and no seccomp", remedy="Run as root.")
        return "simulated"

    def compare(
        self, directory: Path, contents: Iterable[WheelContent], target: Target, python: HostPython
    ) -> EnvironmentResult:
        predicted = predict(list(contents), target)
        assert python.version == target.interpreter.version
        maker = (directory / "made-by").read_text()
        through_link = directory.is_symlink()
        other = (self.wrong == "digest" and maker == "pip") or (self.wrong == "switch" and through_link)
        differences: tuple[EnvironmentDifference, ...] = ()
        if self.wrong == "file" and maker == "uv":
            differences = (EnvironmentDifference(kind="changed", path="lib/till.py", package="till"),)
        return EnvironmentResult(
            status="different" if other or differences else "equal",
            target=target.name,
            layout="venv",
            digest=Sha256("f" * 64) if other else predicted.digest,
            predicted=predicted.digest,
            distributions=predicted.distributions,
            files=sum(each.files for each in predicted.distributions),
            differences=differences,
        )

    def check_imports(
        self, directory: Path, modules: Mapping[str, tuple[str, ...]], limit: float
    ) -> tuple[ImportFailure, ...]:
        assert directory.is_dir()
        assert limit > 0
        self.imported += [module for names in modules.values() for module in names]
        if self.wrong == "import":
            package, names = min(modules.items())
            return (
                ImportFailure(package=package, module=names[0], kind="raised", detail="ImportError: no libfoo.so.1"),
            )
        return ()

    def trace_imports(self, directory: Path, modules: Mapping[str, tuple[str, ...]], limit: float) -> ImportTrace:
        failures = self.check_imports(directory, modules, limit)
        return ImportTrace(failures=tuple(TracedFailure(failure=each) for each in failures), loaded=())

    def current(self, link: Path) -> Path | None:
        return link.resolve() if link.is_symlink() else None

    def fresh(self, link: Path, label: str) -> Path:
        number = len(self.switched)
        return link.parent / f".{link.name}.{label}-{number}"

    def made(self, link: Path) -> tuple[Path, ...]:
        return tuple(link.parent.glob(f".{link.name}.*"))

    def begin(self, place: Path) -> None:
        del place

    def sweep(self, link: Path) -> None:
        del link

    def switch(self, link: Path, place: Path) -> None:
        self.switched.append(place.name)
        link.unlink(missing_ok=True)
        link.symlink_to(place)

    def discard(self, place: Path) -> None:
        del place


def simulated_bench(folder: Path, wrong: Wrong = "") -> Workbench:
    """Return a workbench in which everything goes well but for one thing."""
    program = folder / "python"
    program.write_bytes(b"an interpreter")
    assert sha256_of(b"an interpreter") == digest_file(program)

    def find(target: Target) -> HostPython:
        if wrong == "interpreter":
            raise UnaskableError("no CPython found", context=target.name, remedy="Install it.")
        return HostPython(
            path=str(program),
            version=target.interpreter.version,
            implementation="cpython",
            gil=True,
            wide=True,
            system="linux",
            machine="x86_64",
            libc="glibc",
            libc_version="2.36",
        )

    return Workbench(
        environments=SimulatedEnvironments(wrong),
        installers=(SimulatedInstaller("uv"), SimulatedInstaller("pip", wrong)),
        find=find,
        here=lambda _: wrong != "platform",
    )
