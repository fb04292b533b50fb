"""``uplock archive``."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import click

from uplock.cli.context import Context
from uplock.cli.options import archive_option, json_option, now, project_option, quiet_option
from uplock.cli.output import answer, progress
from uplock.errors import UsageError
from uplock.ports import ignore_events


@click.group(name="archive")
def command() -> None:
    """Check, mend and clear up the archive, ask what is in it, and move generations as single files.

    \b
    Examples:
      uplock archive fsck
      uplock archive gc --dry-run
      uplock archive export head -o shop.uplock.tar
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped


@command.command(name="fsck")
@click.option("--repair", is_flag=True, help="Repair what can be; what is taken out goes to damaged/ in the archive.")
@project_option
@archive_option
@json_option
@quiet_option
def fsck_command(*, repair: bool, project: Path, archive: str | None, as_json: bool, quiet: bool) -> int:
    """Hash every byte of the archive, and name everything that is missing, extra or another byte.

    The code is 0 if nothing is wrong or all of it was repaired, 1 if something is missing or extra, 4 if a byte is
    another one than was written. Good copies of artifacts come from the user's cache.

    \b
    Examples:
      uplock archive fsck
      uplock archive fsck --repair
      uplock archive fsck --archive /srv/shop/.uplock --json
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.archive.fsck import Examined, exit_code, head_of
    from uplock.archive.fsck_repair import repair as repaired
    from uplock.report.archive_text import fsck_text

    with progress(quiet=quiet) as on_event:
        context = Context(project, on_event, archive=archive)
        context.recorded()
        with _alone(context, needed=repair):
            examined = Examined(context.archive, head_of(context.archive), on_event)
            result = examined.result(repaired(examined, context.cache) if repair else examined.rows)
    answer(result, as_json=as_json, text=fsck_text)
    return exit_code(result)


@command.command(name="gc")
@click.option("--dry-run", is_flag=True, help="Remove nothing: say what would be.")
@project_option
@archive_option
@json_option
@quiet_option
def gc_command(*, dry_run: bool, project: Path, archive: str | None, as_json: bool, quiet: bool) -> int:
    """Remove the artifact bytes of generations that nobody keeps, and what nothing refers to.

    What stays: all manifests, locks, views, results, provenance and proofs; and every artifact of kept generations, of
    the head and of the generation that the project is at. Keep a generation with uplock vault add.

    \b
    Examples:
      uplock archive gc --dry-run
      uplock archive gc --json
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.archive.gc import collect
    from uplock.report.archive_text import gc_text
    from uplock.workflow.heads import existing_lockset

    with progress(quiet=quiet) as on_event:
        context = Context(project, on_event, archive=archive)
        context.recorded()
        with _alone(context, needed=not dry_run):
            result = collect(context.archive, existing_lockset(project), on_event, dry_run=dry_run)
    answer(result, as_json=as_json, text=gc_text)
    return 0


@command.command(name="export")
@click.argument("generation", default="head", required=False)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE",
    help="File to write.",
)
@project_option
@archive_option
@json_option
@quiet_option
def export_command(  # noqa: PLR0913 - one argument per option
    *, generation: str, output: Path, project: Path, archive: str | None, as_json: bool, quiet: bool
) -> int:
    """Write GENERATION (default: the head) with everything that it refers to into one file.

    The file is an uncompressed tar with a manifest; the same generation gives the same bytes.

    \b
    Examples:
      uplock archive export -o shop.uplock.tar
      uplock archive export 4f1e22a0 -o shop-4f1e22a0.uplock.tar --json
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.archive.bundle_export import export
    from uplock.report.archive_text import export_text
    from uplock.workflow.heads import HEAD, head_of, identified

    with progress(quiet=quiet) as on_event:
        context = Context(project, on_event, archive=archive)
        context.recorded()
        place = context.archive
        identity = head_of(project, place) if generation == HEAD else identified(place, generation)
        result = export(place, identity, output, on_event)
    answer(result, as_json=as_json, text=export_text)
    return 0


@command.command(name="import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@project_option
@archive_option
@json_option
@quiet_option
def import_command(*, file: Path, project: Path, archive: str | None, as_json: bool, quiet: bool) -> int:
    """Take in a generation from FILE, which uplock archive export wrote, and keep it.

    Nothing of it is seen before all of it is verified. It becomes the head only if the archive has none; go to it with
    uplock rollback.

    \b
    Examples:
      uplock archive import shop.uplock.tar
      uplock archive import shop.uplock.tar --archive /srv/shop/.uplock --json
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.archive.bundle_import import take_in
    from uplock.report.archive_text import import_text

    with progress(quiet=quiet) as on_event:
        context = Context(project, on_event, archive=archive)
        with context.alone():
            result = take_in(context.archive, file, now(), on_event)
    answer(result, as_json=as_json, text=import_text)
    return 0


@command.command(name="find")
@click.option("--sha256", "digest", metavar="DIGEST", help="Generations that have an artifact of this SHA-256.")
@click.option("--library", metavar="NAME[==VERSION]", help="… that carry a native library; VERSION may end in *.")
@click.option("--python", "minor", metavar="X.Y", help="… that have a target of this interpreter.")
@project_option
@archive_option
@json_option
def find_command(  # noqa: PLR0913 - one argument per option
    *, digest: str | None, library: str | None, minor: str | None, project: Path, archive: str | None, as_json: bool
) -> int:
    """List the recorded generations that have an artifact, a native library or an interpreter.

    Give one of the three questions. The answer comes from an index beside the archive, which is made when it is needed.

    \b
    Examples:
      uplock archive find --python 3.9
      uplock archive find --library 'openssl==1.1.1*' --json
      uplock archive find --sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    """  # noqa: D301 - \b is click's mark for a block that is not rewrapped
    from uplock.archive import index, index_find
    from uplock.report.archive_text import find_text

    if sum(each is not None for each in (digest, library, minor)) != 1:
        raise UsageError("one question is answered at a time", remedy="Give one of --sha256, --library and --python.")
    context = Context(project, ignore_events, archive=archive)
    context.recorded()
    opened = index.opened(context.archive)
    if digest is not None:
        found = index_find.with_artifact(opened, digest)
    elif library is not None:
        found = index_find.with_library(opened, library)
    else:
        found = index_find.with_python(opened, str(minor))
    answer(found, as_json=as_json, text=find_text)
    return 0


def _alone(context: Context, *, needed: bool) -> AbstractContextManager[None]:
    """Hold the archive, so that nobody changes it meanwhile; one that cannot be written nobody changes."""
    if needed or os.access(context.archive.place, os.W_OK):
        return context.alone()
    return nullcontext()
