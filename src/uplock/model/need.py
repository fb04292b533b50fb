"""What one wheel of a lock needs from outside itself, and who brings it."""

from __future__ import annotations

from typing import Literal

from uplock.model.digest import Sha256
from uplock.model.value import Value

NeedKind = Literal["package", "system", "interpreter", "driver", "unknown", "nobody"]
"""Who brings a library:

- ``package``: a locked package that the needing one depends on;
- ``system``: the target's platform, by a policy or by the rules of its maker;
- ``interpreter``: CPython as its installers for Windows make it;
- ``driver``: a driver of the machine, which no wheel can bring;
- ``unknown``: nobody who is known, and one of the dependencies was not read as a whole;
- ``nobody``: nobody.
"""


class Need(Value, frozen=True, kw_only=True):
    """A library that native files of one wheel need, and that the wheel does not bring itself."""

    package: str
    """Normalized name of the package that needs it."""
    soname: str
    """SONAME, install name, or DLL in lower case, as the members have it. Foreign text: never trust it."""
    members: tuple[str, ...]
    """Members of the needing wheel, sorted."""
    kind: NeedKind
    delayed: bool = False
    """All members load it when it is first used only."""
    linked: bool = False
    """A member that needs it is an extension module or a program, or is linked to one, if need be across wheels: so it
    is needed for certain. Else all of them are libraries that a program loads by itself, if at all."""
    policy: str | None = None
    """What says that the system has it: ``manylinux_2_28_x86_64``, ``macos``, ``windows``; of ``system`` only."""
    provider: str | None = None
    """Normalized name of the package that brings it; of ``package`` only, as is all that follows."""
    path: str | None = None
    """Member of the provider's wheel."""
    sha256: Sha256 | None = None
    """Digest of that member."""
    by: Literal["runpath", "name"] | None = None
    """What shows it: a search path of a needing member leads to that file, or nothing but the name fits."""
