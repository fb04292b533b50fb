"""The cases of rules about promises that a wheel does not keep: they differ in the kind of promise alone."""

from __future__ import annotations

from support.rule_cases import Case
from support.subjects import make_artifact_results, make_subject
from uplock.model.native import ClaimKind, FalseClaim, NativeProfile
from uplock.policy.subject import Subject


class ClaimCases:
    """Cases of one kind: ``claimed`` and ``found`` as :class:`FalseClaim` has them, ``other`` is a kind besides."""

    def __init__(
        self, wheel: str, *, kind: ClaimKind, other: ClaimKind, member: str, claimed: str, found: str, detail: str
    ) -> None:
        self._wheel = wheel
        self._other = other
        self._broken = FalseClaim(kind=kind, member=member, claimed=claimed, found=found, detail=detail)

    def speaks(self) -> dict[str, Case]:
        """Return those in which the rule speaks."""
        detail = self._broken.detail
        two = self._claiming(self._of("b.so"), self._of("a.so"))
        return {
            "one member": Case(self._claiming(self._broken), says=f"{self._broken.member}: {detail}", findings=1),
            "two members are one finding": Case(two, says=f": a.so: {detail}", findings=1),
            "one other member is told": Case(two, says="(and so does 1 other member)"),
            "very many are counted": Case(
                self._claiming(*(self._of(f"{number:03}.so") for number in range(200))),
                says="(and so do 199 other members)",
                findings=1,
            ),
            "several broken in one member count once": Case(
                self._claiming(self._of("a.so", "it is broken"), self._of("a.so", "it is so, too")),
                says="it is broken",
                findings=1,
            ),
            "hostile text is shown harmlessly": Case(
                self._claiming(self._of("a\x1b[2J.so", "b\nc")), says="a\\x1b[2J.so: b\\nc"
            ),
        }

    def silent(self) -> dict[str, Case]:
        """Return those in which it does not."""
        other = FalseClaim(kind=self._other, member="a.so", claimed="1", found="2", detail="it is another thing")
        return {
            "claims that hold": Case(self._claiming()),
            "other claims": Case(self._claiming(other)),
            "no native code": Case(make_subject(make_artifact_results())),
        }

    def _of(self, member: str, detail: str | None = None) -> FalseClaim:
        broken = self._broken
        return FalseClaim(
            kind=broken.kind,
            member=member,
            claimed=broken.claimed,
            found=broken.found,
            detail=broken.detail if detail is None else detail,
        )

    def _claiming(self, *claims: FalseClaim) -> Subject:
        return make_subject(make_artifact_results(self._wheel, native=NativeProfile(claims=claims)))
