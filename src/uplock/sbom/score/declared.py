"""Points about what is claimed: attestations of files, accepted risks, and the signature over the document."""

from __future__ import annotations

from uplock.sbom.checking.walk import Tree, members
from uplock.sbom.score.document import Document, Part, digests, moment_of, nodes, strings, text_of
from uplock.sbom.score.point import Answer, Given, Point, each_of, unknown, whole
from uplock.sbom.vocabulary import Term

_NOTHING = "Python packages"


def _claims(document: Document, _: Given) -> Answer:
    """A claim with mitigations is about a risk that was accepted; any other about a file is about its attestations."""
    declarations = members(document.tree, "declarations")
    dated = {
        text_of(each, "bom-ref")
        for each in nodes(declarations, "evidence")
        if moment_of(each.get("created")) is not None
    }
    found: dict[str, bool] = {}
    for claim in nodes(declarations, "claims"):
        if "mitigationStrategies" not in claim:
            target = text_of(claim, "target")
            rests = set(strings(claim, "evidence"))
            found[target] = found.get(target, True) and rests <= dated
    return each_of(((each, found.get(each.ref, False)) for each in document.packages), nothing=_NOTHING)


def _provenance(document: Document, _: Given) -> Answer:
    checked = ((each, _refers(each)) for each in document.packages)
    return each_of(checked, nothing=_NOTHING, undecided="whether provenance was published")


def _refers(part: Part) -> bool | None:
    """Whether the provenance of a file is referred to by digest, if there is any."""
    found = part.references("attestation")
    if found:
        return all(digests(each, "SHA-256") for each in found)
    match part.properties(Term.ATTESTATION):
        case ["not-attested"]:
            return True
        case ["verified"]:
            return False
        case ["unchecked"] if part.properties(Term.ATTESTATION_REASON) == ["not-offered"]:
            return True
        case _:
            return None


def _exceptions(document: Document, _: Given) -> Answer:
    """What an accepted risk rests on has an end that is not over, and somebody who approved it."""
    declarations = members(document.tree, "declarations")
    named = {ref for each in nodes(declarations, "claims") for ref in strings(each, "mitigationStrategies")}
    found = [each for each in nodes(declarations, "evidence") if each.get("bom-ref") in named or "expires" in each]
    if not found:
        return Answer(state="held")
    if document.moment is None:
        return unknown("the timestamp of the document")
    return each_of(((_shown(each), _is_in_force(document, each)) for each in found), nothing=_NOTHING)


def _shown(evidence: Tree) -> str:
    return f"declarations.evidence {text_of(evidence, 'bom-ref')}".strip()


def _is_in_force(document: Document, evidence: Tree) -> bool:
    ends = moment_of(evidence.get("expires"))
    reviewer = members(evidence, "reviewer")
    approved = bool(text_of(reviewer, "name") or text_of(reviewer, "email"))
    return ends is not None and document.moment is not None and ends > document.moment and approved


def _signature(document: Document, given: Given) -> Answer:
    if given.signature is not None:
        return whole("the signature", holds=given.signature)
    if "signature" in document.tree:
        return unknown("a verifier of the signature inside the document, and its key")
    return unknown("a signature and the public key that must have made it (--signature, --key)")


POINTS = (
    Point(
        number=32,
        title="Of every file it is claimed what its attestations are worth, on dated evidence",
        standards=("uplock",),
        path="$.declarations.claims[target=W]",
        remedy="Verify the attestations of each file with uplock run, and write the document anew.",
        check=_claims,
    ),
    Point(
        number=33,
        title="Provenance that was published is referred to by its digest",
        standards=("uplock",),
        path="$.C[pypi].externalReferences[attestation].hashes",
        remedy="Ask the index for the provenance of each file with uplock run, and write the document anew.",
        check=_provenance,
    ),
    Point(
        number=34,
        title="Accepted risks have a reviewer, and an end that is not over",
        standards=("uplock",),
        path="$.declarations.evidence[*].expires",
        remedy="Renew what is over, or remove it: each exception needs a reviewer and an end.",
        check=_exceptions,
    ),
    Point(
        number=37,
        title="A signature over the document verifies",
        standards=("SCVS",),
        path="$.signature",
        remedy="Sign the document with uplock sbom sign, and name the public key with --key.",
        check=_signature,
    ),
)
