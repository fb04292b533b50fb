"""Reading locks, and remembering what was read: TOML is slow to parse."""

from __future__ import annotations

from uplock import __version__
from uplock.errors import InputError
from uplock.lockfile.pylock import read_pylock
from uplock.model.digest import digest_of, sha256_of
from uplock.model.lock import Lock
from uplock.model.value import decode, encode
from uplock.ports import Store


def lock_in(raw: bytes, filename: str, cache: Store | None) -> Lock:
    """Return the lock in a file; what was read of the same bytes before is kept in ``cache``, if there is one.

    Raises :class:`InputError` as :func:`read_pylock` does.
    """
    if cache is None:
        return read_pylock(raw, filename)
    key = digest_of({"kind": "lock", "pylock": sha256_of(raw), "by": __version__})
    kept = cache.result(key)
    try:
        lock = None if kept is None else decode(kept, Lock)
    except InputError:  # from another version of the same number, as developers have
        lock = None
    if lock is None:
        lock = read_pylock(raw, filename)
        cache.keep(key, encode(lock))
    return lock
