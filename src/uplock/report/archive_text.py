"""``uplock archive`` for people."""

from __future__ import annotations

from uplock.model.archive_outcome import BundleResult, FindResult, FsckResult, GcResult, ImportResult
from uplock.report.text import count, join, moment, plain

_REMEDIES = (
    ("flipped", "Run uplock archive fsck --repair, then uplock run; what it cannot replace, restore from a copy."),
    ("missing", "Run uplock archive fsck --repair, or uplock run; restore manifests from a copy or an export."),
    ("extra", "Move what is no file of an archive elsewhere."),
)


def fsck_text(result: FsckResult) -> str:
    """Render ``uplock archive fsck``."""
    rows = [plain(f"  {'repaired' if row.repaired else row.kind:<8}  {row.path}  {row.detail}") for row in result.rows]
    left = [row for row in result.rows if not row.repaired]
    blobs, generations = count(result.blobs, "blob"), count(result.generations, "generation")
    lines = [
        f"uplock archive fsck · {plain(result.place)}",
        *rows,
        f"{blobs} of {result.bytes} bytes, {generations}, {result.kept} of them kept",
    ]
    if result.collected:
        lines.append(f"{count(result.collected, 'artifact')} of generations that nobody keeps not here, as may be")
    if result.unreferenced:
        lines.append(f"{count(result.unreferenced, 'blob')} that nothing refers to: uplock archive gc removes them")
    if not left:
        return join([*lines, "everything is as it was written" if not rows else "everything is repaired"])
    kinds = {row.kind for row in left}
    remedy = next((text for kind, text in _REMEDIES if kind in kinds), "Run uplock archive fsck --repair.")
    return join([*lines, f"{count(len(left), 'defect')}. {remedy}"])


def gc_text(result: GcResult) -> str:
    """Render ``uplock archive gc``."""
    rows = [plain(f"  {each.reason:<12}  {each.path}  {each.freed}") for each in result.files]
    done, free = ("would be removed", "would be free") if result.dry_run else ("removed", "freed")
    total = f"{count(len(result.files), 'file')} {done}, {result.freed} bytes {free}"
    return join(
        [
            f"uplock archive gc · {plain(result.place)}",
            *rows,
            f"{total}, {count(result.left, 'blob')} left",
        ]
    )


def export_text(result: BundleResult) -> str:
    """Render ``uplock archive export``."""
    return join(
        [
            f"uplock archive export · generation {result.generation}",
            plain(f"  {result.path}  sha256 {result.sha256}"),
            f"{count(result.members, 'member')}, {result.size} bytes",
        ]
    )


def import_text(result: ImportResult) -> str:
    """Render ``uplock archive import``."""
    known = "recorded now" if result.recorded else "known already"
    head = ", and the head" if result.head else ""
    return join(
        [
            f"uplock archive import · generation {result.generation}",
            f"{known} and kept{head}; {result.added} of {count(result.members, 'member')} were not here before",
        ]
    )


def find_text(result: FindResult) -> str:
    """Render ``uplock archive find``."""
    lines = []
    for each in result.generations:
        when = moment(each.recorded_at) if each.recorded_at else "before this archive"
        lines.append(plain(f"{each.id}  {when}  {', '.join(each.matches)}"))
    return join(lines) if lines else "No generation here has it.\n"
