"""The workbench of proofs and rehearsals: installers, environments and interpreters of this machine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uplock.cli.context import Context
    from uplock.model.target import Target
    from uplock.workflow.workbench import Workbench


def workbench(context: Context, pythons: tuple[tuple[str, Path], ...], *, any_patch: bool = False) -> Workbench:
    """Return the real one; ``pythons`` are interpreters by version that are tried first.

    With ``any_patch`` another patch of the same minor will do where the very one is not here.
    """
    from uplock.environment.environments import DirectoryEnvironments
    from uplock.environment.install import PipInstaller, UvInstaller
    from uplock.host.interpreters import INSTALLING, Interpreters, probe
    from uplock.host.isolation import find_isolation
    from uplock.resolve.uv import find_uv
    from uplock.workflow.workbench import Workbench

    uv = find_uv()
    interpreters = Interpreters(dict(pythons), context.environ, Path.home(), uv, INSTALLING)

    def here(target: Target) -> bool:
        host = probe(Path(sys.executable), {})
        return host is not None and host.runs(target)

    return Workbench(
        environments=DirectoryEnvironments(uv, find_isolation),
        installers=(UvInstaller(uv, find_isolation), PipInstaller(find_isolation)),
        find=lambda target: interpreters.find(target, any_patch=any_patch),
        here=here,
    )
