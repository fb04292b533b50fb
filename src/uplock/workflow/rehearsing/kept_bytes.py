"""Statement 2: every artifact of the generation is in the vault, and re-hashes equal now."""

from __future__ import annotations

from uplock.errors import IntegrityError
from uplock.files import digest_file
from uplock.ports import Archive, Event, OnEvent
from uplock.workflow.recall import Recalled
from uplock.workflow.rehearsing.found import Found, counted, fails, holds, some


def bytes_hold(wanted: Recalled, archive: Archive, on_event: OnEvent) -> Found:
    """Decide it: nothing that was hashed earlier counts."""
    try:
        kept = archive.kept(wanted.id)
    except IntegrityError as error:
        return fails(str(error))
    if kept is None:
        return fails(f"the generation is not in the vault: run uplock vault add {wanted.id[:12]}")
    named = {each.sha256 for each in kept.files}
    artifacts = wanted.content.artifacts
    missing, changed, unnamed, size = [], [], [], 0
    for place, each in enumerate(artifacts):
        on_event(Event(stage="rehearse", message="hashing the vault", done=place, total=len(artifacts)))
        found = digest_file(archive.path(each.sha256)) if archive.has(each.sha256) else None
        if found is None:
            missing.append(each.filename)
        elif found != each.sha256:
            changed.append(each.filename)
        elif each.sha256 not in named:
            unnamed.append(each.filename)
        else:
            size += archive.path(each.sha256).stat().st_size
    if changed:
        return fails(f"the archived bytes were changed: {some(changed)}")
    if missing:
        return fails(f"not in the vault: {some(missing)}")
    if unnamed:
        return fails(f"the vault does not keep {some(unnamed)}: run uplock vault add {wanted.id[:12]}")
    return holds(f"{counted(len(artifacts), 'artifact')} hashed now, {size} bytes")
