"""Findings of the rules that compare publishers with those that are known: one per file that stands in a relation."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from uplock.model.finding import Finding
from uplock.model.identity import KnownPublisher
from uplock.model.policy import Policy
from uplock.model.results import ArtifactResults
from uplock.policy.expected import expected_of
from uplock.policy.ratchet import Relation, compared
from uplock.policy.rule import Rule
from uplock.policy.subject import Subject

Say = Callable[[ArtifactResults, KnownPublisher], tuple[str, str]]
"""Returns message and remedy for a file and the publisher that is known of its package."""


def ratchet_findings(rule: Rule, subject: Subject, policy: Policy, relation: Relation, say: Say) -> Iterator[Finding]:
    """Yield a finding of ``rule`` per file that stands in ``relation`` to what is known of its package.

    Who signs a package whose publisher the policy names is judged by that (AT004), and not by what was before.
    """
    about_signer = relation not in {"lost", "withdrawn", "unasked"}
    for artifact, was in compared(subject, relation):
        if about_signer and expected_of(policy, artifact.metadata.name):
            continue
        message, remedy = say(artifact, was)
        yield rule.finding(subject, policy, about=artifact.filename, of=artifact, message=message, remedy=remedy)
