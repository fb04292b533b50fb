"""Expected and known publishers for people: ``uplock trust pin`` and ``uplock trust forget``."""

from __future__ import annotations

from uplock.model.identity import ExpectedPublisher
from uplock.model.trust_outcome import TrustForgetResult, TrustPinResult
from uplock.report.text import join, plain, publisher_text


def pin_text(result: TrustPinResult) -> str:
    """Render ``uplock trust pin``: every package with its publisher of before and of now."""
    lines = [f"uplock trust pin · generation {result.generation}"]
    for each in result.pinned:
        lines.append(plain(f"{each.package} (from {', '.join(each.filenames)})"))
        lines += [plain(f"  was {_expected(before)}") for before in each.before]
        lines += [plain(f"  now {_expected(now)}") for now in each.publishers]
    if result.unchanged:
        lines.append(plain(f"as before: {', '.join(result.unchanged)}"))
    lines.append(
        f"Wrote {result.file}: review it and commit it." if result.written else f"Nothing written to {result.file}."
    )
    return join(lines)


def forget_text(result: TrustForgetResult) -> str:
    """Render ``uplock trust forget``."""
    lines = [plain(f"{each.package}: forgot {publisher_text(each.publisher)}") for each in result.forgotten]
    return join([*lines, f"Wrote {result.lockset}: the next uplock run knows whoever signs these packages then."])


def _expected(each: ExpectedPublisher) -> str:
    claims = "".join(f", {name} {pattern}" for name, pattern in each.claims)
    return f"{publisher_text(each.publisher)}{claims}"
