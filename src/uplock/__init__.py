"""Hash-pinned locks per interpreter, SBOMs of the uplift, verified attestations, judged by policy."""

__version__ = "0.1.0"
