"""A project: its folder, configuration, requirements and the targets that were asked for."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from uplock.errors import ConfigError, located
from uplock.files import MAX_TEXT, read_bytes
from uplock.lockfile.config import CONFIG_FILES, Config, read_config
from uplock.lockfile.inputs import Requirements, read_requirements_of
from uplock.lockfile.lockset import LOCKSET, read_lockset
from uplock.lockfile.plan import PlannedTarget, plan_targets
from uplock.model.digest import Sha256, sha256_of
from uplock.model.policy import Policy
from uplock.model.value import changed
from uplock.model.waiver import WaiverFile
from uplock.policy.lifecycle import load_latest_patches, load_lifecycles
from uplock.policy.settings import parse_policy
from uplock.workflow.choose import python_admitted
from uplock.workflow.publisher_file import PUBLISHERS, with_publishers
from uplock.workflow.runs_on import check_runs_on
from uplock.workflow.waiver_files import read_waivers

UNNAMED = "project"
"""What a project without a name is called in generations and SBOMs: a folder's name would differ between clones."""

SETTLED = timedelta(days=180)
"""How long a CPython line must have been out before it is a default target."""


class Project:
    """What is read of a project before anything is asked of the world; immutable by habit.

    ``probes`` maps every file that was looked for, below the root, to the digest of what was read, or to ``None``
    if it was not there: if one of them changes, so may everything that rests on the project.
    """

    def __init__(self, root: Path, today: date, *, renew: bool = False, allow_sdist: bool = False) -> None:
        """Read the project in ``root``; ``allow_sdist`` allows source distributions of all packages.

        Without configured targets those of the lock set stand, or with ``renew`` what ``today`` is worth defaulting to.

        Raises :class:`ConfigError` with every defect found and its place, :class:`InputError` for unreadable files.
        """
        if not root.is_dir():
            raise ConfigError("there is no such folder", context=str(root), remedy="Name the folder of a project.")
        self.root = root
        self.probes: dict[str, Sha256 | None] = dict.fromkeys(CONFIG_FILES)
        config = read_config(self._file)
        self.sdists_by_flag = allow_sdist and "*" not in config.allow_sdist
        """Whether the call allows more than the configuration does: the next call without it asks another question."""
        self.config: Config = changed(config, allow_sdist=("*",)) if allow_sdist else config
        self.requirements: Requirements = read_requirements_of(self.config, self._file)
        with located(self.config.file):
            policy = parse_policy(self.config.policy)
        self.policy: Policy = with_publishers(policy, self._file(PUBLISHERS), self.config.file)
        latest = {row.line: row.version for row in load_latest_patches()}
        kept = () if renew or self.config.targets else self._locked_versions()
        self.planned: tuple[PlannedTarget, ...] = plan_targets(
            self.config, latest, kept or default_minors(today, self.config.requires_python)
        )
        self._check_requires_python()
        check_runs_on(self.config, (each.target for each in self.planned))

    @property
    def name(self) -> str:
        """The project's name, else that of its folder."""
        return self.config.project_name or self.root.resolve().name

    @property
    def service(self) -> str:
        """What generations, SBOMs and the scopes of waivers call the project."""
        return self.config.project_name or UNNAMED

    @cached_property
    def waivers(self) -> tuple[WaiverFile, ...]:
        """The waiver files of the project, as they are now."""
        return read_waivers(self.root)

    @property
    def baseline(self) -> PlannedTarget | None:
        """The interpreter being left, if one is named and is not itself a target."""
        return next((each for each in self.planned if each.role == "baseline"), None)

    @property
    def baseline_version(self) -> str | None:
        """Full version of the interpreter being left."""
        return None if self.baseline is None else self.baseline.target.interpreter.version

    def _locked_versions(self) -> tuple[str, ...]:
        """Return the interpreters that are locked as targets now: defaults must not drift with the calendar."""
        if not (self.root / LOCKSET).exists():
            return ()
        lockset = read_lockset(read_bytes(self.root / LOCKSET), LOCKSET)
        locked = {each.python for each in lockset.targets if each.role == "target"}
        return tuple(sorted(locked | {each.python for each in lockset.missing if each.role == "target"}))

    def _check_requires_python(self) -> None:
        requires = self.config.requires_python
        for each in self.planned:
            version = each.target.interpreter.version
            if each.role == "target" and not python_admitted(requires, version):
                raise ConfigError(
                    f"target {version} is not admitted by requires-python {requires!r}",
                    context=self.config.file,
                    remedy="Change the target or requires-python.",
                )

    def _file(self, path: str) -> bytes | None:
        """Return a file of the project, or ``None`` if it is not there; a link that leads out of it is refused."""
        data = _read(self.root, path)
        self.probes[path] = None if data is None else sha256_of(data)
        return data


def configuration(root: Path) -> Config:
    """Return the configuration of the project in ``root``, for commands that need nothing else of it.

    A folder without a project has the defaults. Raises :class:`ConfigError`, :class:`InputError`.
    """
    if not root.is_dir():
        raise ConfigError("there is no such folder", context=str(root), remedy="Name the folder of a project.")
    return read_config(lambda path: _read(root, path))


def _read(root: Path, path: str) -> bytes | None:
    place = root / path
    if not place.is_file():
        return None
    if not place.resolve().is_relative_to(root.resolve()):
        raise ConfigError("leads out of the project", context=path, remedy="Replace the link by a copy.")
    return read_bytes(place, MAX_TEXT)


def default_minors(today: date, requires_python: str | None) -> tuple[str, ...]:
    """Return the CPython lines to lock for when none is configured, oldest first.

    These are the two newest that are supported on ``today``, that the project's ``requires-python`` admits, and that
    have been out for half a year: before that, many packages have no wheels yet.
    """
    rows = [
        row
        for row in load_lifecycles()
        if row.product == "cpython"
        and row.released is not None
        and row.released + SETTLED <= today <= row.end_of_life
        and python_admitted(requires_python, f"{row.line}.99")
    ]
    lines = sorted((row.line for row in rows), key=lambda line: tuple(int(part) for part in line.split(".")))
    return tuple(lines[-2:])
