"""The dual-test matrix: one row per committed lock, with the interpreter, the machine, and the lock's digest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from uplock.errors import UsageError
from uplock.model.lock import LockEntry
from uplock.model.matrix_outcome import MatrixFormat, MatrixRow
from uplock.model.platform_name import parse_platform
from uplock.model.target import Interpreter
from uplock.uplift.runners import Place, github_place, gitlab_place

MAX_ROWS: Mapping[MatrixFormat, int] = {"github": 256, "github-json": 256, "gitlab": 200}
"""Jobs that the service makes of one matrix at most."""

_PLACES: Mapping[MatrixFormat, Callable[..., Place]] = {
    "github": github_place,
    "github-json": github_place,
    "gitlab": gitlab_place,
}

_NAME = re.compile(r"[!-~](?:[ -~]{0,254}[!-~])?")
"""A label or image: printable ASCII, up to 256 characters."""


def matrix_rows(  # noqa: PLR0913 - what a row is made of
    entries: Iterable[LockEntry],
    form: MatrixFormat,
    *,
    lock_of: Callable[[str], str],
    experimental: Callable[[str], bool],
    runners: Mapping[str, str],
    images: Mapping[str, str],
) -> tuple[MatrixRow, ...]:
    """Return the rows of all locks, by version and then by platform.

    ``lock_of`` gives the path of a target's requirements file, ``experimental`` whether nothing is deployed on it.
    ``runners`` and ``images`` replace the defaults by platform; in an image ``{python}`` is the full version and
    ``{minor}`` its line.

    Raises :class:`UsageError` for a platform of theirs that no lock is for, a name that is none, a platform that the
    service has no machine for, no locks, and more than it makes jobs of.
    """
    found = sorted(entries, key=lambda each: (_numbers(each.python), each.platform))
    _refuse("--runner", runners, found)
    _refuse("--image", images, found)
    if not found:
        raise UsageError("no target has a lock", remedy="Run uplock lock.")
    if len(found) > MAX_ROWS[form]:
        raise UsageError(
            f"{len(found)} locks are more than the {MAX_ROWS[form]} jobs that a matrix may have",
            remedy="Lock for fewer interpreters or platforms.",
        )
    rows = []
    for entry in found:
        place = _place(entry, form, runners, images)
        rows.append(
            MatrixRow(
                target=entry.target,
                python=entry.python,
                platform=entry.platform,
                runner=place.runner,
                container=place.image,
                lock=lock_of(entry.target),
                sha256=entry.requirements,
                experimental=experimental(entry.target),
            )
        )
    return tuple(rows)


def _place(entry: LockEntry, form: MatrixFormat, runners: Mapping[str, str], images: Mapping[str, str]) -> Place:
    """Return where a target is tested: a named machine needs no default, and its image only where one is usual."""
    platform, runner, image = parse_platform(entry.platform), runners.get(entry.platform), images.get(entry.platform)
    if image is not None:
        image = image.replace("{python}", entry.python).replace("{minor}", Interpreter(version=entry.python).minor)
    if runner is not None and image is not None:
        return Place(runner=runner, image=image)
    try:
        usual = _PLACES[form](platform, entry.python)
    except UsageError:
        if runner is None:
            raise
        usual = Place(runner=runner, image="")
    return Place(
        runner=usual.runner if runner is None else runner,
        image=usual.image if image is None else image,
    )


def _refuse(option: str, given: Mapping[str, str], entries: Iterable[LockEntry]) -> None:
    """Raise :class:`UsageError` for a name that no job can have, or a platform that is not locked."""
    known = sorted({each.platform for each in entries})
    for platform, name in given.items():
        if platform not in known:
            raise UsageError(
                "no lock is for this platform",
                context=f"{option} {platform[:80]}",
                remedy=f"Name one of {', '.join(known) or 'the platforms that are locked'}.",
            )
        if not _NAME.fullmatch(name):
            raise UsageError(
                "must be up to 256 printable ASCII characters", context=f"{option} {platform}", remedy="Name another."
            )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
