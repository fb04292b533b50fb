"""``uplock install``."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from uplock.cli.context import Context, verifier_version
from uplock.cli.options import (
    archive_option,
    as_of_option,
    day,
    json_option,
    now,
    project_option,
    provenance_dir_option,
    quiet_option,
    root_options,
)
from uplock.cli.output import EXIT_CODES, answer, painter, progress
from uplock.errors import UsageError

if TYPE_CHECKING:
    from uplock.environment_ports import Environments, Installer
    from uplock.model.host import HostPython
    from uplock.model.install_outcome import InstallResult
    from uplock.model.lock import Lock, LockEntry, LockSet
    from uplock.workflow.inspect_lock import Shelf
    from uplock.workflow.install import Judged
    from uplock.workflow.project import Project


MAX_NAME = 200
"""Bytes of the link's name: the folder beside it has a longer one."""


@click.command(name="install")
@click.argument("target")
@click.option("--into", required=True, type=click.Path(path_type=Path), metavar="DIR", help="Link that is switched.")
@project_option
@click.option(
    "--python",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="PATH",
    help="The interpreter to install for.  [default: looked for on this machine]",
)
@click.option("--any-patch", is_flag=True, help="Take another patch release of the same line if need be, and say so.")
@click.option("--installer", type=click.Choice(["uv", "pip"]), default="uv", show_default=True)
@click.option("--offline", is_flag=True, help="Take everything from archive and cache, and ask nobody.")
@click.option(
    "--keep", type=click.IntRange(0, 100), default=1, show_default=True, help="Earlier environments that stay."
)
@as_of_option
@click.option("--index-url", metavar="URL", help="Index to fetch from what is in neither archive nor cache.")
@provenance_dir_option
@root_options
@archive_option
@json_option
@quiet_option
def command(  # noqa: PLR0913 - one argument per option
    *,
    target: str,
    into: Path,
    project: Path,
    python: Path | None,
    any_patch: bool,
    installer: str,
    offline: bool,
    keep: int,
    as_of: datetime | None,
    index_url: str | None,
    provenance_dir: Path | None,
    trusted_root: Path | None,
    staging: bool,
    archive: str | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Install the lock of TARGET into a fresh environment, and switch DIR to it in one step.

    Before anything is installed, the lock files are held against the lock set, every artifact against its digest, and
    the target is judged by policy, waivers and the attestation outcomes of its generation; whatever its role, since
    installing it deploys it. Without the generation in the archive, attestations are asked for and verified now. DIR
    is a link into .DIR.uplock beside it; a crash leaves it as it was.

    Exit code 0 means that it is installed, 1 that the policy failed and nothing was.

    \b
    Examples:
      uplock install py312-linux-x86_64 --into /srv/shop/env
      uplock install py39-linux-x86_64 --into .venv --offline --json
      uplock install py312-linux-x86_64 --into env --installer pip --python /opt/python3.12/bin/python3
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.report.install_text import install_text

    moment = now()
    call = _Call(target=target, into=into, python=python, any_patch=any_patch, offline=offline, keep=keep)
    with progress(quiet=quiet) as on_event:
        context = Context(
            project,
            on_event,
            archive=archive,
            index_url=index_url,
            provenance_dir=provenance_dir,
            trusted_root=trusted_root,
            staging=staging,
        )
        result = _result(context, call, installer, as_of or day(moment))
    answer(result, as_json=as_json, text=lambda value: install_text(value, painter()))
    return EXIT_CODES[result.status]


class _Call(NamedTuple):
    """What the options say of the installation."""

    target: str
    into: Path
    python: Path | None
    any_patch: bool
    offline: bool
    keep: int


def _result(context: Context, call: _Call, installer: str, as_of: datetime) -> InstallResult:
    from uplock.workflow.install import Means, Order, install
    from uplock.workflow.locks import committed, committed_set
    from uplock.workflow.project import Project

    read = Project(context.root, now().date())
    context.configure(read.config)
    lock = committed(context.root, (call.target,))[0]
    lockset = committed_set(context.root)
    entry = next(each for each in lockset.targets if each.target == call.target)
    made, environments = _adapters(installer)
    return install(
        read,
        _judged(context, read, lockset, lock, entry, offline=call.offline),
        lambda: Order(
            lock=lock,
            entry=entry,
            link=_place(call.into),
            python=_python(context, lock, call.python, any_patch=call.any_patch),
            keep=call.keep,
        ),
        Means(
            installer=made,
            environments=environments,
            shelf=_shelf(context, read, offline=call.offline),
            as_of=as_of,
            on_event=context.on_event,
        ),
    )


def _place(into: Path) -> Path:
    """Return the link with the folders above it as they really are: scripts will name them."""
    if into.name in {"", ".."} or len(os.fsencode(into.name)) > MAX_NAME:
        raise UsageError("is no name for a link", context=f"--into {into}", remedy="Name a place like /srv/shop/env.")
    return into.absolute().parent.resolve() / into.name


def _adapters(name: str) -> tuple[Installer, Environments]:
    from uplock.environment.environments import DirectoryEnvironments
    from uplock.environment.install import PipInstaller, UvInstaller
    from uplock.host.isolation import find_isolation
    from uplock.resolve.uv import find_uv

    uv = find_uv()
    made = UvInstaller(uv, find_isolation) if name == "uv" else PipInstaller(find_isolation)
    return made, DirectoryEnvironments(uv, find_isolation)


def _python(context: Context, lock: Lock, python: Path | None, *, any_patch: bool) -> HostPython:
    from uplock.host.interpreters import INSTALLING, Interpreters
    from uplock.resolve.uv import find_uv

    explicit = {} if python is None else {lock.target.interpreter.minor: python}
    return Interpreters(explicit, context.environ, Path.home(), find_uv(), INSTALLING).find(
        lock.target, any_patch=any_patch
    )


def _shelf(context: Context, project: Project, *, offline: bool) -> Shelf:
    from uplock.workflow.inspect_lock import Shelf

    archive = context.archive if context.archive.place.is_dir() else None
    index = None if offline else context.index(context.index_settings(project.config))
    return Shelf(archive, context.cache, index)


def _judged(  # noqa: PLR0913 - where results come from
    context: Context, project: Project, lockset: LockSet, lock: Lock, entry: LockEntry, *, offline: bool
) -> Judged:
    from uplock.policy.expected import generic_policies
    from uplock.workflow.gather import Gatherer
    from uplock.workflow.install_judged import gathered, known, recorded

    if offline or known(context.archive, context.archive.place, lockset):
        return recorded(project, lockset, context.archive, entry.target)
    seams = context.seams(project)
    source, identity = seams.provenance(lockset.view)
    gatherer = Gatherer(
        archive=context.cache,
        cache=context.cache,
        index=seams.index,
        provenance=source,
        provenance_id=identity,
        verifier=context.verifier,
        verifier_id=(verifier_version(), context.root_digest),
        on_event=context.on_event,
        generic=generic_policies(project.policy),
    )
    return gathered(project, lockset, lock, entry, gatherer)
