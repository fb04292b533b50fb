"""What ``uplock verify artifact`` is about: a file, a name with a digest, or a name that the locks know."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from uplock.errors import UsageError

if TYPE_CHECKING:
    from uplock.model.digest import Sha256
    from uplock.workflow.verify import Named


def subject_of(artifact: str, digest: str | None, root: Path, *, in_project: bool) -> tuple[Named, bool]:
    """Return the artifact, and whether the locks know it: all that tells its digest must agree.

    The locks are looked at in a project that was named, and for a name that nothing else tells the digest of.
    """
    from uplock.files import digest_file
    from uplock.workflow.artifacts import agreed, locked_artifact, project_of
    from uplock.workflow.verify import Named

    path = Path(artifact)
    actual = digest_file(path)
    given = None if digest is None else _parsed(digest)
    locked = locked_artifact(root, path.name) if in_project or (actual is None and given is None) else None
    told = (
        ("the file has", actual),
        ("it was given with", given),
        ("the locks pin it with", None if locked is None else locked.sha256),
    )
    sha256 = agreed(artifact, told)
    if sha256 is None:
        raise UsageError(
            "there is no such file, no lock here knows it, and there is no digest to know it by",
            context=artifact,
            remedy="Name a file, or give its digest as sha256:HEX after the name.",
        )
    return locked or Named(project_of(path.name) or "", path.name, sha256), locked is not None


def _parsed(digest: str) -> Sha256:
    from uplock.errors import located
    from uplock.model.digest import parse_sha256

    algorithm, _, text = digest.rpartition(":")
    if algorithm not in {"", "sha256"}:
        raise UsageError(f"{algorithm} is not supported", context=digest[:80], remedy="Give the digest as sha256:HEX.")
    with located("digest"):
        return parse_sha256(text)
