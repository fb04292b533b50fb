"""Where the ``verify`` commands take provenance from: options, and the one source that they choose."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from uplock.cli.options import archive_option, now, provenance_dir_option
from uplock.errors import UsageError

if TYPE_CHECKING:
    from uplock.cli.context import Context
    from uplock.lockfile.config import Config
    from uplock.ports import ProvenanceSource

F = TypeVar("F", bound=Callable[..., Any])


def source_options(command: F) -> F:
    """``--provenance-dir``, ``--from-archive``, ``--index-url`` and ``--archive``."""
    command = archive_option(command)
    command = click.option("--index-url", metavar="URL", help="Ask this index for provenance (PEP 740).")(command)
    command = click.option(
        "--from-archive",
        is_flag=True,
        help="Take the very documents that the last run recorded; needs no network.",
    )(command)
    return provenance_dir_option(command)


def one_source(**given: object) -> None:
    """Raise :class:`UsageError` if more than one of the options that name a source is given."""
    options = [f"--{name.replace('_', '-')}" for name, value in given.items() if value]
    if len(options) > 1:
        raise UsageError(f"{' and '.join(options)} exclude each other", remedy="Name one source of provenance.")


def project_config(context: Context) -> Config:
    """Return the configuration of the context's project, and let it choose the trusted root."""
    from uplock.workflow.project import Project

    config = Project(context.root, now().date()).config
    context.configure(config)
    return config


def recorded_source(context: Context) -> ProvenanceSource:
    """Return the documents of the project's newest generation. Raises :class:`ArchiveError` if none is recorded."""
    from uplock.workflow.recall import recall
    from uplock.workflow.recorded import RecordedProvenance

    context.recorded()
    return RecordedProvenance(context.archive, recall(context.root, context.archive).results.values())


def source_of(
    context: Context, config: Config, *, provenance_dir: Path | None, from_archive: bool, index_url: str | None
) -> ProvenanceSource:
    """Return the source that an option names, else the one that is configured: a directory, or the indexes."""
    if from_archive:
        return recorded_source(context)
    if provenance_dir is not None:
        return context.provenance_directory(provenance_dir)
    configured = None if index_url is not None else config.provenance_dir
    if configured is not None:
        return context.provenance_directory(context.root / configured)
    return context.index(context.index_settings(config))
