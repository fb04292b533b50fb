"""Which hosted machine and which image can run a target: defaults, as GitHub and GitLab offered them in November 2026.

Sources: the list of images of github.com/actions/runner-images (macos-14 went on 2026-11-02, macos-15-intel stays until
August 2027), GitLab's page about hosted runners, and the variants of the official Python image. A platform that none
of them runs must be given a machine by the caller.
"""

from __future__ import annotations

from uplock.errors import UsageError
from uplock.model.platform import GlibcLinux, MacOS, MuslLinux, Platform, Windows
from uplock.model.value import Value

_UBUNTU_GLIBC = (2, 39)
"""Of Ubuntu 24.04."""

_DEBIANS = (((2, 28), "slim"), ((2, 36), "slim-bookworm"), ((2, 41), "slim-trixie"))
"""glibc of the oldest Debian that a variant of the image can be, and the variant.

The bare ``slim`` is there for every patch release, on the Debian of its day: buster (2.28) or a newer one.
"""

_MACOS_IMAGES = {15: "macos-15-xcode-16", 26: "macos-26-xcode-26"}
"""Version of the system, and what GitLab calls its image."""


class Place(Value, frozen=True, kw_only=True):
    """Where a job runs: label or tag of a machine (empty: any), and an image (empty: none)."""

    runner: str
    image: str


def python_image(platform: GlibcLinux | MuslLinux, python: str) -> str:
    """Return the official image of exactly this interpreter whose C library is new enough for the platform."""
    if isinstance(platform, MuslLinux):
        return f"python:{python}-alpine"
    return f"python:{python}-{next(variant for glibc, variant in _DEBIANS if platform.glibc <= glibc)}"


def github_place(platform: Platform, python: str) -> Place:
    """Return where GitHub runs it: an image only where the machine has another C library than the lock is for.

    Raises :class:`UsageError` where no hosted machine does.
    """
    match platform:
        case GlibcLinux() | MuslLinux():
            runner = "ubuntu-24.04" if platform.arch == "x86_64" else "ubuntu-24.04-arm"
            alike = isinstance(platform, GlibcLinux) and platform.glibc <= _UBUNTU_GLIBC
            return Place(runner=runner, image="" if alike else python_image(platform, python))
        case MacOS():
            system = _macos(platform, "GitHub")
            if platform.arch == "arm64":
                return Place(runner=f"macos-{system}", image="")
            if system != 15:  # noqa: PLR2004 - the last with an Intel processor
                raise _unserved(platform, "GitHub")
            return Place(runner="macos-15-intel", image="")
        case Windows():
            return Place(runner="windows-2025" if platform.arch == "x86_64" else "windows-11-arm", image="")


def gitlab_place(platform: Platform, python: str) -> Place:
    """Return where GitLab runs it. Plain Linux has no tag: any machine takes it, hosted or not.

    Raises :class:`UsageError` where no hosted machine does.
    """
    match platform:
        case GlibcLinux() | MuslLinux():
            runner = "" if platform.arch == "x86_64" else "saas-linux-small-arm64"
            return Place(runner=runner, image=python_image(platform, python))
        case MacOS():
            if platform.arch != "arm64":
                raise _unserved(platform, "GitLab")
            return Place(runner="saas-macos-medium-m1", image=_MACOS_IMAGES[_macos(platform, "GitLab")])
        case Windows():
            if platform.arch != "x86_64":
                raise _unserved(platform, "GitLab")
            return Place(runner="saas-windows-medium-amd64", image="")


def _macos(platform: MacOS, service: str) -> int:
    """Return the oldest system on offer that is not older than the platform's."""
    for system in sorted(_MACOS_IMAGES):
        if platform.minimum <= (system, 0):
            return system
    raise _unserved(platform, service)


def _unserved(platform: Platform, service: str) -> UsageError:
    return UsageError(
        f"{service} hosts no machine for {platform.name}",
        remedy=f"Name one of your own: --runner {platform.name}=LABEL.",
    )
