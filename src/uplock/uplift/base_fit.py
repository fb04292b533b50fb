"""Whether a base image can run a plan: its interpreter, its C library, and how long its distribution is supported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from uplock.errors import UsageError
from uplock.model.lifecycle import Lifecycle
from uplock.model.uplift import BaseFit
from uplock.uplift.scan.images import ReadImage, read_image


def base_fit(image: str, minor: str, needs: str | None, lifecycles: Iterable[Lifecycle], day: date) -> BaseFit:
    """Return whether ``image`` can run what needs an interpreter and a C library (``glibc 2.28``, ``musl``).

    That its distribution ended is a remark: it runs all the same. ``None`` if the text or the table does not say
    enough. Raises :class:`UsageError` for no image of Python.
    """
    read = read_image(image)
    if read is None:
        raise UsageError(f"{image!r} is no image of Python", context="--base", remedy="Name one, as python:3.12-slim.")
    rows = tuple(lifecycles)
    base, remarks = _distribution(read, image, rows, day)
    row = next((row for row in rows if f"{row.product}-{row.line}" == base), None)
    libc = row.libc if row is not None else None
    against = (*_python(read, minor), *(() if row is None else _against(row, needs)))
    if row is None:
        remarks = (*remarks, "its distribution is not in the lifecycle table: its C library and end are not known")
    elif row.end_of_life < day:
        remarks = (*remarks, f"{row.product} {row.line} reached its end of life on {row.end_of_life}")
    return BaseFit(
        image=image,
        python=read.minors[0] if read.minors else None,
        distribution=base,
        libc=libc,
        end_of_life=None if row is None else row.end_of_life,
        fits=False if against else None if row is None or not read.minors else True,
        reasons=(*against, *remarks),
    )


def _distribution(
    read: ReadImage, image: str, rows: tuple[Lifecycle, ...], day: date
) -> tuple[str | None, tuple[str, ...]]:
    """Return the distribution, and what to know of it: a tag without one moves with the newest stable Debian."""
    if read.base is not None:
        return read.base, ()
    if "alpine" in image or "windows" in image:
        return None, ("the tag does not say which release: it moves",)
    stable = [row for row in rows if row.product == "debian" and row.released is not None and row.released <= day]
    if not stable:
        return None, ()
    newest = max(stable, key=lambda row: row.released or date.min)
    return f"debian-{newest.line}", (f"the tag names no release: it moves, and is Debian {newest.line} by now",)


def _python(read: ReadImage, minor: str) -> Iterator[str]:
    if not read.minors:
        yield "the tag names no interpreter"
    elif minor not in read.minors:
        yield f"its interpreter is CPython {read.minors[0]}, and the plan is for {minor}"


def _against(row: Lifecycle, needs: str | None) -> Iterator[str]:
    if needs is None or row.libc is None:
        return
    family, _, wanted = needs.partition(" ")
    has, _, version = row.libc.partition(" ")
    if family != has:
        yield f"it has {row.libc}, and the wheels are for {family}"
    elif wanted and _key(version) < _key(wanted):
        yield f"it has {row.libc}, and the wheels need {needs}"


def _key(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
