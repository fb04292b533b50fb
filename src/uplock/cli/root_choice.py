"""Which trusted root holds for a command: the option's, else the configuration's, else the one inside sigstore."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from uplock.attest.roots import describe, embedded_root, load_root, record_place
from uplock.errors import IntegrityError, UsageError
from uplock.files import digest_file
from uplock.model.digest import Sha256, sha256_of
from uplock.model.identity import TrustedRoot
from uplock.model.trust_outcome import Instance

if TYPE_CHECKING:
    from uplock.lockfile.config import Config


class RootChoice:
    """Reads the trusted root when it is first needed, once; it does not change while a command runs."""

    def __init__(self, folder: Path, option: Path | None, *, staging: bool) -> None:
        """``folder`` is the project's, ``option`` a file (``--trusted-root``), ``staging`` means the embedded one."""
        if option is not None and staging:
            raise UsageError("--trusted-root and --staging exclude each other", remedy="Give one of them.")
        self._folder = folder
        self._optional = option is None and not staging
        self._pinned: Sha256 | None = None
        self.instance: Instance = "staging" if staging else "production"
        self.path = option
        """The file; ``None`` is the embedded root."""

    def configure(self, config: Config) -> None:
        """Take the configuration's root, unless an option chose. To be called before the root is first read."""
        assert "content" not in vars(self), "the root was read before the configuration"  # noqa: S101 - a defect of ours
        named = config.trusted_root
        if named is not None and self._optional:
            self.path = self._folder / named.path
            self._pinned = named.sha256

    @cached_property
    def content(self) -> bytes:
        """The trusted root.

        Raises :class:`InputError` if it is unreadable, :class:`IntegrityError` if the configuration names another.
        """
        root = embedded_root(self.instance) if self.path is None else load_root(self.path)
        if self._pinned is not None and sha256_of(root) != self._pinned:
            raise IntegrityError(
                f"the trusted root has sha256 {sha256_of(root)}, and the configuration names {self._pinned}",
                context=str(self.path),
                remedy="Restore the file from version control, or correct the sha256 of trusted-root in a review.",
            )
        return root

    @cached_property
    def description(self) -> TrustedRoot:
        """What is known of the root. Raises as :attr:`content` does, and :class:`InputError` for a malformed record."""
        return describe(self.content, self.path)

    def probes(self) -> dict[str, Sha256 | None]:
        """Return the files that the root and what is known of it come from, by path, as they are now."""
        if self.path is None:
            return {}
        return {str(each.absolute()): digest_file(each) for each in (self.path, record_place(self.path))}
