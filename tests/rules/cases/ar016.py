"""AR016: wheels that were built here among others."""

from __future__ import annotations

from support.rule_cases import Case
from support.subjects import make_lock, make_missing, make_package, make_subject
from uplock.model.lock import Artifact, BuiltFrom, LockedPackage
from uplock.model.policy import Policy
from uplock.model.value import changed

WHEEL = make_package("other-1.0-py3-none-any.whl")
SDIST = make_package("markupsafe-3.0.2.tar.gz", name="markupsafe", version="3.0.2")


def built(*, reproducible: bool | None = None) -> LockedPackage:
    """Return a package whose wheel was built here."""
    wheel = make_package("markupsafe-3.0.2-cp312-cp312-linux_x86_64.whl").artifact
    artifact = Artifact(filename=wheel.filename, sha256=wheel.sha256, url="", size=1)
    return changed(SDIST, artifact=artifact, built_from=BuiltFrom(sdist=SDIST.artifact, reproducible=reproducible))


BUILT = make_subject(lock=make_lock(packages=[WHEEL, built()]))

SPEAKS: dict[str, Case] = {
    "a wheel that was built once": Case(
        BUILT, says="from the sdist markupsafe-3.0.2.tar.gz: no index has it, and nobody has built it", findings=1
    ),
    "a wheel that was built twice, equally": Case(
        make_subject(lock=make_lock(packages=[built(reproducible=True)])), says="building it again gave the same bytes"
    ),
    "a wheel that was built twice, differently": Case(
        make_subject(lock=make_lock(packages=[built(reproducible=False)])), says="building it again gave other bytes"
    ),
    "a policy that forbids them": Case(
        BUILT, Policy(severities={"AR016": "error"}), severity="error", says="was built here"
    ),
}

SILENT: dict[str, Case] = {
    "an sdist that nobody has built": Case(make_subject(lock=make_lock(packages=[SDIST, WHEEL]))),
    "wheels of an index only": Case(make_subject(lock=make_lock(packages=[WHEEL]))),
    "no lock": Case(make_subject(missing=make_missing("markupsafe"))),
}
