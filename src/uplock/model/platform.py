"""Platforms: operating systems and processors that wheels are for, none of which need be this machine's.

Each platform supplies the marker variables that tell of it (PEP 508), its wheel tags (PEP 425, 600, 656) and what uv
calls it. Nothing here asks the host.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal, TypeAlias

from uplock.model.value import Value

LinuxArchitecture: TypeAlias = Literal["x86_64", "aarch64"]
DesktopArchitecture: TypeAlias = Literal["x86_64", "arm64"]

DEFAULT_GLIBC = (2, 28)
"""What plain ``linux-x86_64`` means: manylinux_2_28."""

GLIBC_FLOORS = ((2, 17), (2, 28), *((2, minor) for minor in range(31, 41)))
"""glibc versions that uv can be asked for."""

MUSL = (1, 2)
"""The one musl version that uv can be asked for: every musl distribution that is still supported has it."""

DEFAULT_MACOS = (13, 0)
"""What plain ``macos-arm64`` means; uv's own default, always passed on so that another uv answers alike."""

_LEGACY_MANYLINUX = {(2, 17): "manylinux2014", (2, 12): "manylinux2010", (2, 5): "manylinux1"}
_OLDEST_MANYLINUX_MINOR = {"x86_64": 5, "aarch64": 17}


class _Named(Value, frozen=True, kw_only=True):
    @property
    def name(self) -> str:
        """As written in the configuration, without what is the default."""
        raise NotImplementedError

    @property
    def slug(self) -> str:
        """The name as file names carry it, without dots (PEP 751 allows none): ``linux-x86_64-glibc2_17``."""
        return self.name.replace(".", "_")

    @property
    def uv_environment(self) -> tuple[tuple[str, str], ...]:
        """Environment variables that uv needs besides :attr:`uv_name`, as pairs of name and value."""
        return ()


class _Linux(_Named, frozen=True, kw_only=True):
    """Linux, whichever C library it has.

    The bare ``linux_x86_64`` tag comes last: such a wheel promises no C library, and a lock is for other machines than
    the one that it was built on. (packaging 26.0 has it last, 26.3 first: there it means built on the spot.)
    """

    sys_platform: ClassVar[str] = "linux"
    platform_system: ClassVar[str] = "Linux"
    os_name: ClassVar[str] = "posix"

    arch: LinuxArchitecture

    @property
    def machine(self) -> str:
        """``platform_machine`` of PEP 508."""
        return self.arch


class GlibcLinux(_Linux, frozen=True, kw_only=True, tag="linux-glibc", tag_field="system"):
    """Linux with glibc: an architecture and the glibc version that is there."""

    glibc: tuple[int, int] = DEFAULT_GLIBC

    @property
    def name(self) -> str:
        """``linux-x86_64`` or ``linux-x86_64-glibc2.17``."""
        base = f"linux-{self.arch}"
        return base if self.glibc == DEFAULT_GLIBC else f"{base}-glibc{dotted(self.glibc)}"

    @property
    def uv_name(self) -> str:
        """The name of this platform in uv (``--python-platform``)."""
        return f"{self.arch}-manylinux_{self.glibc[0]}_{self.glibc[1]}"

    def tags(self) -> Iterator[str]:
        """Yield the platform tags, best first (PEP 600 with its legacy aliases)."""
        major, newest = self.glibc
        for minor in range(newest, _OLDEST_MANYLINUX_MINOR[self.arch] - 1, -1):
            yield f"manylinux_{major}_{minor}_{self.arch}"
            if legacy := _LEGACY_MANYLINUX.get((major, minor)):
                yield f"{legacy}_{self.arch}"
        yield f"linux_{self.arch}"


class MuslLinux(_Linux, frozen=True, kw_only=True, tag="linux-musl", tag_field="system"):
    """Linux with musl 1.2, as Alpine has it."""

    @property
    def name(self) -> str:
        """``linux-x86_64-musl``."""
        return f"linux-{self.arch}-musl"

    @property
    def uv_name(self) -> str:
        """The name of this platform in uv (``--python-platform``)."""
        return f"{self.arch}-unknown-linux-musl"

    def tags(self) -> Iterator[str]:
        """Yield the platform tags, best first (PEP 656)."""
        major, newest = MUSL
        for minor in range(newest, -1, -1):
            yield f"musllinux_{major}_{minor}_{self.arch}"
        yield f"linux_{self.arch}"


class MacOS(_Named, frozen=True, kw_only=True, tag="macos", tag_field="system"):
    """macOS: an architecture and the oldest version of the system that the lock is for."""

    sys_platform: ClassVar[str] = "darwin"
    platform_system: ClassVar[str] = "Darwin"
    os_name: ClassVar[str] = "posix"

    arch: DesktopArchitecture
    minimum: tuple[int, int] = DEFAULT_MACOS

    @property
    def name(self) -> str:
        """``macos-arm64`` or ``macos-arm64-14.0``."""
        base = f"macos-{self.arch}"
        return base if self.minimum == DEFAULT_MACOS else f"{base}-{dotted(self.minimum)}"

    @property
    def machine(self) -> str:
        """``platform_machine`` of PEP 508."""
        return self.arch

    @property
    def uv_name(self) -> str:
        """The name of this platform in uv (``--python-platform``), which leaves the version out."""
        return "aarch64-apple-darwin" if self.arch == "arm64" else "x86_64-apple-darwin"

    @property
    def uv_environment(self) -> tuple[tuple[str, str], ...]:
        """The version of the system: uv takes it from the environment, as compilers do."""
        return (("MACOSX_DEPLOYMENT_TARGET", dotted(self.minimum)),)

    def tags(self) -> Iterator[str]:
        """Yield the platform tags, best first: by version, within it the thin format before the fat ones."""
        from packaging.tags import mac_platforms

        return mac_platforms(self.minimum, self.arch)


class Windows(_Named, frozen=True, kw_only=True, tag="windows", tag_field="system"):
    """Windows with 64 bits; wheels tell no versions of it apart."""

    sys_platform: ClassVar[str] = "win32"
    platform_system: ClassVar[str] = "Windows"
    os_name: ClassVar[str] = "nt"

    arch: DesktopArchitecture

    @property
    def name(self) -> str:
        """``windows-x86_64`` or ``windows-arm64``."""
        return f"windows-{self.arch}"

    @property
    def machine(self) -> str:
        """``platform_machine`` of PEP 508: Windows has its own names of processors, in capitals."""
        return "AMD64" if self.arch == "x86_64" else "ARM64"

    @property
    def uv_name(self) -> str:
        """The name of this platform in uv (``--python-platform``)."""
        return "x86_64-pc-windows-msvc" if self.arch == "x86_64" else "aarch64-pc-windows-msvc"

    def tags(self) -> Iterator[str]:
        """Yield the one platform tag."""
        yield "win_amd64" if self.arch == "x86_64" else "win_arm64"


Platform: TypeAlias = GlibcLinux | MuslLinux | MacOS | Windows


def dotted(version: tuple[int, int]) -> str:
    """Return a version as it is written: ``2.28``."""
    return f"{version[0]}.{version[1]}"
