"""Two wheels of one package compared, member by member: what building twice came to."""

from __future__ import annotations

import hashlib

from uplock.inspect.wheel import Wheel
from uplock.inspect.zipdirectory import Member
from uplock.model.built import MemberDifference
from uplock.model.digest import Sha256


def differences(first: Wheel, second: Wheel) -> tuple[MemberDifference, ...]:
    """Return every member in which two wheels differ, sorted by path. Raises :class:`InputError` if one is malformed.

    Times and permissions that no reader of ours looks at are no difference here, though they are one of the archives.
    """
    ours = {member.path: member for member in first.members}
    theirs = {member.path: member for member in second.members}
    found = [
        MemberDifference(path=path, kind="only-first", first=_hash(first, ours[path]))
        for path in ours.keys() - theirs.keys()
    ]
    found += [
        MemberDifference(path=path, kind="only-second", second=_hash(second, theirs[path]))
        for path in theirs.keys() - ours.keys()
    ]
    for path in ours.keys() & theirs.keys():
        one, other = _hash(first, ours[path]), _hash(second, theirs[path])
        if one != other:
            found.append(MemberDifference(path=path, kind="changed", first=one, second=other))
        elif _attributes(ours[path]) != _attributes(theirs[path]):
            found.append(MemberDifference(path=path, kind="attributes", first=one, second=other))
    return tuple(sorted(found, key=lambda each: each.path))


def _attributes(member: Member) -> tuple[int, int, bool]:
    return member.method, member.flags, member.executable


def _hash(wheel: Wheel, member: Member) -> Sha256:
    digest = hashlib.sha256()
    for piece in wheel.pieces(member):
        digest.update(piece)
    return Sha256(digest.hexdigest())
