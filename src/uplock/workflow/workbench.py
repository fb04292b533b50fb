"""What proofs are tried with: the interpreters of this machine, installers, and a look at what they made."""

from __future__ import annotations

from collections.abc import Callable

from uplock.environment_ports import Environments, Installer
from uplock.errors import UnaskableError
from uplock.files import digest_file
from uplock.model.digest import Sha256
from uplock.model.host import HostPython
from uplock.model.proof import InterpreterIdentity
from uplock.model.target import Target


class Workbench:
    """The adapters of one proof or rehearsal."""

    def __init__(
        self,
        *,
        environments: Environments,
        installers: tuple[Installer, ...],
        find: Callable[[Target], HostPython],
        here: Callable[[Target], bool],
    ) -> None:
        """``installers``: each of them must do it, the first one makes what is switched back and forth.

        ``find`` returns the interpreter of a target in its locked patch version, or raises
        :class:`~uplock.errors.UnaskableError`; ``here`` says whether this machine is of a target's platform.
        """
        self.environments = environments
        self.installers = installers
        self.find = find
        self.here = here


def identity_of(python: HostPython) -> InterpreterIdentity:
    """Return what an interpreter is known by. Raises :class:`UnaskableError` if its program cannot be read."""
    from pathlib import Path

    program = Path(python.path).resolve()
    digest: Sha256 | None = digest_file(program)
    if digest is None:
        raise UnaskableError(
            "the interpreter's program cannot be read",
            context=str(program),
            remedy="Name another interpreter with --python.",
        )
    return InterpreterIdentity(version=python.version, path=str(program), sha256=digest, platform=python.platform)
