"""What reaches the two streams: answers on standard output, progress and errors on standard error."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import click

from uplock.errors import ArchiveError, Error
from uplock.files import reason
from uplock.model.finding import Status
from uplock.model.outcome import ErrorBody, ErrorResult
from uplock.model.value import changed, encode_pretty
from uplock.ports import Event, OnEvent, ignore_events
from uplock.report.text import plain

T = TypeVar("T")


class ReaderGoneError(Exception):
    """Whoever read standard output has closed it: nobody is left to tell."""


def answer(value: T, *, as_json: bool, text: Callable[[T], str]) -> None:
    """Print ``value`` as JSON or as text, and nothing else on standard output. Raises as :func:`written`."""
    written(encode_pretty(value).decode() if as_json else text(value))


def written(text: str) -> None:
    """Print ``text`` as it is.

    Raises :class:`ReaderGoneError` in place of the system's error, which click would turn into code 1: a failed policy;
    :class:`ArchiveError` if it cannot be written.
    """
    try:
        click.echo(text, nl=False)
    except BrokenPipeError as error:
        raise ReaderGoneError from error
    except OSError as error:
        _discard_output()
        remedy = "Free space or redirect to another place; what was done stands."
        raise ArchiveError(f"cannot write the answer: {reason(error)}", remedy=remedy) from error


def show(error: BaseException, *, as_json: bool) -> int:
    """Show whatever ended a command, with place and remedy; return the exit code."""
    match error:
        case click.Abort() | KeyboardInterrupt():
            click.echo("Interrupted. Nothing half-written was left; run again to go on.", err=True)
            return 130
        case ReaderGoneError():
            return _leave_quietly()
        case click.exceptions.NoArgsIsHelpError():
            click.echo(error.format_message(), err=True)
            return 2
        case click.ClickException():
            body = _usage(error)
        case Error():
            body = ErrorBody(
                kind=error.kind,
                message=error.message,
                context=error.context,
                remedy=error.remedy,
                exit_code=error.exit_code,
            )
        case PermissionError(filename=str() as place):
            body = _forbidden(place)
        case _:
            body = _internal(error)
    return _show(body, as_json=as_json)


def as_unicode(text: str) -> str:
    r"""Return ``text`` with the bytes of file names that are not UTF-8 written as ``\udcff``: JSON has none of them."""
    return text.encode(errors="backslashreplace").decode()


def _discard_output() -> None:
    """Keep Python from failing, with a code of its own, when it flushes at exit what could not be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _leave_quietly() -> int:
    """Return the code for a reader that went away."""
    _discard_output()
    return 128 + signal.SIGPIPE


def _usage(error: click.ClickException) -> ErrorBody:
    """Return an error of click's own: the call was wrong."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "uplock"
    return ErrorBody(
        kind="usage", message=error.format_message(), context="", remedy=f"See {command} --help.", exit_code=2
    )


def _forbidden(place: str) -> ErrorBody:
    """Return the error for a file or folder that this user may not look into; nothing of it was decided."""
    return ErrorBody(
        kind="input", message="permission denied", context=place, remedy="Check who may read and write it.", exit_code=3
    )


def _internal(error: BaseException) -> ErrorBody:
    """Return a defect of uplock itself; the traceback is shown only if ``UPLOCK_TRACEBACK`` is set."""
    if os.environ.get("UPLOCK_TRACEBACK"):
        import traceback

        traceback.print_exception(error)
    return ErrorBody(
        kind="internal",
        message=f"a defect in uplock: {type(error).__name__}: {str(error)[:300]}",
        context="",
        remedy="Report it, with the output of the same command under UPLOCK_TRACEBACK=1.",
        exit_code=3,
    )


def _show(body: ErrorBody, *, as_json: bool) -> int:
    body = changed(body, message=as_unicode(body.message), context=as_unicode(body.context))
    if as_json:
        _try_to_write(encode_pretty(ErrorResult(error=body)).decode())
    place = f"{body.context}: " if body.context else ""
    told = "\n".join(plain(line) for line in f"{place}{body.message}".splitlines())
    click.echo(f"{paint('Error:', 'red')} {told}", err=True)
    if body.remedy:
        click.echo(f"{paint('Remedy:', 'cyan')} {body.remedy}", err=True)
    return body.exit_code


def _try_to_write(text: str) -> None:
    """Print ``text``, or nothing where that cannot be written: the code of what went wrong first must stand."""
    try:
        written(text)
    except ReaderGoneError:
        _discard_output()
    except ArchiveError:
        return


def paint(text: str, colour: str, *, err: bool = True) -> str:
    """Colour ``text`` if the stream is a terminal and ``NO_COLOR`` is unset."""
    stream = sys.stderr if err else sys.stdout
    if os.environ.get("NO_COLOR") or not stream.isatty():
        return text
    return click.style(text, fg=colour, bold=True)


def painter() -> Callable[[str, str], str]:
    """Return what colours text on standard output."""
    return lambda text, colour: paint(text, colour, err=False)


EXIT_CODES: dict[Status, int] = {"pass": 0, "fail": 1, "undetermined": 3}


@contextmanager
def progress(*, quiet: bool) -> Iterator[OnEvent]:
    """Keep one line of progress on a terminal while the block runs; do nothing elsewhere."""
    if quiet or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield ignore_events
        return
    line = ProgressLine()
    try:
        yield line
    finally:
        line.clear()


class ProgressLine:
    """One line on standard error, rewritten with every event and removed by :meth:`clear`."""

    def __init__(self) -> None:
        self._width = 0

    def __call__(self, event: Event) -> None:
        """Show ``event``."""
        import shutil

        count = f" {event.done}/{event.total}" if event.total else ""
        line = plain(f"{event.stage}{count}: {event.message}")[: shutil.get_terminal_size().columns - 1]
        sys.stderr.write("\r" + line + " " * max(0, self._width - len(line)))
        sys.stderr.flush()
        self._width = len(line)

    def clear(self) -> None:
        """Remove the line."""
        sys.stderr.write("\r" + " " * self._width + "\r")
        sys.stderr.flush()
        self._width = 0
