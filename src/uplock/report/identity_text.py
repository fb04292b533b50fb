"""What attestations were verified under, and compared with: one line each."""

from __future__ import annotations

from uplock.model.identity import TrustedRoot
from uplock.model.verify_outcome import Baseline
from uplock.policy.wording import counted, listed
from uplock.report.text import plain


def root_text(root: TrustedRoot) -> str:
    """Return the trusted root with all that is known of its age."""
    version = "" if root.tuf_version is None else f", TUF version {root.tuf_version}"
    dated = "of unknown age" if root.dated is None else f"of {root.dated.isoformat()}"
    return f"trusted root sha256 {root.sha256} ({root.origin}, {dated}{version})"


def baseline_text(baseline: Baseline) -> str:
    """Return what the publishers of today were compared with, and which are known from now on."""
    if baseline.state == "none":
        words = "publishers: none known from before, so nothing could be compared"
    else:
        words = f"publishers: compared with those of {counted(baseline.known, 'package')}"
    return plain(words + (f"; known from now on: {listed(baseline.gained)}" if baseline.gained else ""))
