"""What is found about locks as they are committed (``uplock lock --check``), beside what the rules find.

These findings need the project, the archive or the index, so they have no check that is a function of a subject: the
workflows that compare say what they found with :meth:`~uplock.policy.rule.Statement.found`.
"""

from __future__ import annotations

from uplock.policy.declared import DECLARED
from uplock.policy.rule import Statement

_ALL = (
    Statement(
        id="AR003",
        description="A locked artifact is no longer listed by the index",
        severity="error",
        reach="artifact",
        why="""\
Found by `uplock lock --check=index`. Publishers delete files. A lock that names a deleted file installs only from a
copy, so the next build or the way back fails.""",
        example="the index no longer lists coin-1.1-py3-none-any.whl",
        remedy="""\
Restore the file from the archive or a mirror, or run `uplock lock --upgrade-package NAME`.""",
        waive="""\
Right if everything is installed from copies of your own. Name the version (`pkg:pypi/NAME@VERSION`) or the digest, and
where the copies are. If that holds for the whole project, `severities = { AR003 = "warning" }` says it once.""",
    ),
    Statement(
        id="AR013",
        description="The index lists other bytes under the name of a locked artifact",
        severity="error",
        reach="bytes",
        why="""\
Found by `uplock lock --check=index`. A file of one name has one content for ever. If digest or size differ from the
lock's, somebody replaced it: on the index, or between it and you. Where the index names no digest, the file is
downloaded and hashed.""",
        example="the index lists coin-1.1-py3-none-any.whl with 1031 bytes, and 872 are locked",
        remedy="""\
Do not install it. Ask the index's operators who replaced the file, and compare with the archive.""",
        waive="""\
Hardly ever right: hashes keep the other bytes from being installed, and the replacement stays unexplained. If its
owners explained it, name the digest of the file that is locked, and where the explanation stands.""",
    ),
    Statement(
        id="AR014",
        description="A locked version got another file after the cut-off",
        severity="info",
        reach="artifact",
        why="""\
Found by `uplock lock --check=index`. Projects upload wheels for new interpreters to old versions. The lock names its
own file and hash, so nothing changes; a fitting wheel may be better than the sdist or the wheel that is locked.""",
        example=(
            "coin 1.1 got 2 more files after the cut-off (coin-1.1-cp312-cp312-manylinux_2_17_x86_64.whl, "
            "coin-1.1-cp312-cp312-win_amd64.whl), of which 1 fit this target"
        ),
        remedy="""\
Leave it, or look again with `uplock lock --upgrade-package NAME`.""",
        waive="""\
Not needed: it is information. Where a policy makes it louder, name the version (`pkg:pypi/NAME@VERSION`) that is to
stay as it is.""",
    ),
    Statement(
        id="AR015",
        description="A locked artifact was yanked since it was locked",
        severity="warning",
        reach="artifact",
        why="""\
Found by `uplock lock --check=index`. The publisher has withdrawn the release (PEP 592). It still installs by its exact
pin; the reason says whether it should.""",
        example="coin-1.1-py3-none-any.whl was yanked since it was locked: miscounts",
        remedy="""\
Run `uplock lock --upgrade-package NAME`.""",
        waive="""\
Right if the reason of the yank does not concern the project. Name the version (`pkg:pypi/NAME@VERSION`) and repeat the
reason. `severities = { AR015 = "error" }` makes every new yank an error.""",
    ),
    Statement(
        id="LK005",
        description="The locks do not answer what the project asks for now",
        severity="error",
        reach="target",
        why="""\
Found by `uplock lock --check`. Requirements, constraints, overrides, targets, cut-off or resolver changed since the
locks were made.""",
        example="the locks were made for other requirements than the project has now",
        remedy="""\
Run `uplock lock`: pins that still fit are kept.""",
        waive="""\
Seldom right: locking again is quick. What is stale as a whole belongs to no target and cannot be waived; a target that
is added or left later can, by its interpreter or platform. `severities = { LK005 = "warning" }` admits stale locks.""",
    ),
    Statement(
        id="LK011",
        description="A pin does not satisfy a requirement",
        severity="error",
        reach="package",
        why="""\
Found by `uplock lock --check`. Every requirement and constraint of the project is compared with the pin that answers
it, under the target's markers, and every `Requires-Python` with the target's interpreter.""",
        example="till 1.0 does not satisfy till>=2",
        remedy="""\
Run `uplock lock`.""",
        waive="""\
Seldom right: it does not make the lock right. Where the requirement of the project is wrong, change that, or write an
override. Otherwise name the package and the interpreter, and how it is known that the pin works.""",
    ),
    Statement(
        id="LK012",
        description="A package is locked that nothing asks for",
        severity="error",
        reach="package",
        why="""\
Found by `uplock lock --check`. Neither the project nor another locked package leads to it: it was left behind or
smuggled in. What a lock says of being asked for by the project is compared as well.""",
        example="coin is locked, and neither the project nor another package asks for it",
        remedy="""\
Run `uplock lock --fresh`.""",
        waive="""\
Seldom right: name a package that something needs without saying so, and say what. Adding it to the requirements of the
project is better, since it is then locked on purpose.""",
    ),
    Statement(
        id="LK013",
        description="A lock file was changed by hand",
        severity="error",
        reach="nothing",
        why="""\
Found by `uplock lock --check`, and then the exit code is 4. `locks/lockset.json` has the digests of all lock files; one
differs, or is missing. uplock uses no such lock and replaces none silently.""",
        example=(
            "locks/pylock.py312-linux-x86_64.toml and locks/requirements.py312-linux-x86_64.txt must be there, and are "
            "not both"
        ),
        remedy="""\
Restore the locks from version control, or run `uplock lock --fresh` if the change was meant.""",
        waive="""\
It cannot be waived, and the exit code stays 4 whatever its severity: what such a lock says is not known.""",
    ),
    Statement(
        id="LK014",
        description="Resolving again gives another lock",
        severity="error",
        reach="target",
        why="""\
Found by `uplock lock --check=resolve`, which asks the resolver again, against the archived view, with the versions that
it was told to keep. The same inputs must give the same bytes.""",
        example=(
            "resolving again gives another lock: coin 1.1 coin-1.1-py3-none-any.whl becomes 1.2 "
            "coin-1.2-py3-none-any.whl"
        ),
        remedy="""\
Run `uplock lock --fresh`, and look at the difference. Another version of the resolver is named in a note.""",
        waive="""\
Right for the days in which a resolver is being upgraded: name the interpreter or the platform, and let it end soon.""",
    ),
    Statement(
        id="AT014",
        description="No publisher is known from before",
        severity="info",
        reach="nothing",
        why="""\
Found by `uplock run` and `uplock verify lock` with `--require-baseline`, and then an error. What the attestations of
packages said before stands in `locks/lockset.json`. Without it nobody can notice that a publisher changed or that an
attestation was lost, so a release job asks for it: a lock set that was made anew would be the way around it.
`verify lock` also finds it where a lock names who signed a package, and the lock set knows no publisher of it.""",
        example="no publisher is known from before, so nothing could be compared",
        remedy="""\
Run `uplock run` once without `--require-baseline`, look at the publishers that it names, and commit the lock set.""",
        waive="""\
It cannot be waived: leave `--require-baseline` out instead.""",
    ),
)

CHECKS: dict[str, Statement] = {each.id: each for each in (*_ALL, *DECLARED)}
"""Id to statement, sorted by id."""
