"""JSON Schemas (2020-12) of everything that uplock writes or prints, made from the values themselves.

``schemas/`` holds them for users; a test fails when one of them differs from what this module gives.
"""

from __future__ import annotations

from typing import Any

from uplock.lockfile.config import config_schema
from uplock.lockfile.waiver_schema import waiver_schema
from uplock.model import attestation_outcome, bundle_outcome, outcome, policy_outcome, trust_outcome, verify_outcome
from uplock.model.archive_bundle import Bundle
from uplock.model.archive_outcome import BundleResult, FindResult, FsckResult, GcResult, ImportResult
from uplock.model.build_outcome import BuildResult
from uplock.model.content import EnvironmentResult
from uplock.model.declaration import Declaration
from uplock.model.diff_outcome import DiffResult
from uplock.model.finding import Verdict
from uplock.model.generation import Generation
from uplock.model.inspect_outcome import InspectFolderResult, InspectLockResult, InspectResult
from uplock.model.install_outcome import InstallResult
from uplock.model.lock import LockSet
from uplock.model.matrix_outcome import MatrixResult
from uplock.model.preview import PreviewResult
from uplock.model.proof import Proof, ProofResult
from uplock.model.rehearsal import Rehearsal, RehearsalResult
from uplock.model.results import ArtifactResults
from uplock.model.rollback_outcome import RollbackResult
from uplock.model.sbom_diff_outcome import SbomDiffResult
from uplock.model.sbom_score_outcome import SbomScoreResult
from uplock.model.sbom_sign_outcome import SbomSignatureResult, SbomSignResult
from uplock.model.sbom_validate_outcome import SbomValidateResult
from uplock.model.show_outcome import ShowResult
from uplock.model.uplift import UpliftPlan
from uplock.model.value import json_schema
from uplock.model.vault_index_outcome import StaticIndexMarker, VaultIndexResult
from uplock.model.vault_outcome import VaultAddResult
from uplock.model.view import View, ViewPage
from uplock.policy.evaluate import EvaluationInput
from uplock.policy.publisher_settings import publishers_schema
from uplock.policy.rule import Statement
from uplock.policy.settings import policy_schema

DOCUMENTS: dict[str, tuple[object, str]] = {
    "archive-bundle": (Bundle, "manifest.json, the first member of what uplock archive export writes"),
    "archive-export": (BundleResult, "Output of uplock archive export --json"),
    "archive-find": (FindResult, "Output of uplock archive find --json"),
    "archive-fsck": (FsckResult, "Output of uplock archive fsck --json"),
    "archive-gc": (GcResult, "Output of uplock archive gc --json"),
    "archive-import": (ImportResult, "Output of uplock archive import --json"),
    "artifact-results": (ArtifactResults, "What a generation keeps about one artifact (predicate of its statement)"),
    "build": (BuildResult, "Output of uplock build --json"),
    "check": (outcome.CheckResult, "Output of uplock check --json"),
    "check-input": (EvaluationInput, "Output of uplock check --export-input: all that verdicts are a function of"),
    "error": (outcome.ErrorResult, "Output of any command with --json that could not decide"),
    "generation": (Generation, "A generation in the archive"),
    "history": (tuple[outcome.HistoryEntry, ...], "Output of uplock history --json"),
    "init": (outcome.InitResult, "Output of uplock init --json"),
    "inspect": (InspectResult, "Output of uplock inspect WHEEL --json"),
    "inspect-folder": (InspectFolderResult, "Output of uplock inspect DIR --json"),
    "inspect-preview": (PreviewResult, "Output of uplock inspect --preview --json"),
    "inspect-lock": (InspectLockResult, "Output of uplock inspect lock --json"),
    "inspect-attestation": (attestation_outcome.AttestationContent, "Output of uplock inspect attestation --json"),
    "install": (InstallResult, "Output of uplock install --json"),
    "lifecycle": (policy_outcome.LifecycleResult, "Output of uplock lifecycle --json"),
    "lock": (outcome.LockResult, "Output of uplock lock --json"),
    "lock-check": (outcome.LockCheckResult, "Output of uplock lock --check --json"),
    "lock-explain": (tuple[outcome.Explanation, ...], "Output of uplock lock --explain --json"),
    "lockset": (LockSet, "locks/lockset.json"),
    "prove": (ProofResult, "Output of uplock prove --json"),
    "proof": (Proof, "What an in-toto statement of uplock prove says (its predicate)"),
    "rehearse": (RehearsalResult, "Output of uplock rehearse --json"),
    "rehearsal": (Rehearsal, "What an in-toto statement of uplock rehearse says (its predicate)"),
    "rollback": (RollbackResult, "Output of uplock rollback --json"),
    "rules": (tuple[Statement, ...], "Output of uplock rules --json"),
    "run": (outcome.RunResult, "Output of uplock run --json"),
    "root-record": (trust_outcome.RootRecord, "FILE.tuf.json beside a trusted root that uplock trust refresh wrote"),
    "sbom": (outcome.SbomResult, "Output of uplock sbom --json"),
    "sbom-diff": (SbomDiffResult, "Output of uplock sbom diff --json"),
    "sbom-score": (SbomScoreResult, "Output of uplock sbom score --json"),
    "sbom-sign": (SbomSignResult, "Output of uplock sbom sign --json"),
    "sbom-validate": (SbomValidateResult, "Output of uplock sbom validate --json"),
    "sbom-verify-signature": (SbomSignatureResult, "Output of uplock sbom verify-signature --json"),
    "trust-forget": (trust_outcome.TrustForgetResult, "Output of uplock trust forget --json"),
    "trust-pin": (trust_outcome.TrustPinResult, "Output of uplock trust pin --json"),
    "trust-refresh": (trust_outcome.TrustRefreshResult, "Output of uplock trust refresh --json"),
    "trust-show": (trust_outcome.TrustShowResult, "Output of uplock trust show --json"),
    "diff": (DiffResult, "Output of uplock diff --json"),
    "show": (ShowResult, "Output of uplock show --json"),
    "static-index": (StaticIndexMarker, "uplock-index.json, the marker of a directory that uplock vault index wrote"),
    "scan": (tuple[Declaration, ...], "Output of uplock scan --json"),
    "uplift-plan": (UpliftPlan, "Output of uplock uplift plan --json, and locks/uplift/plan.TARGET.json"),
    "uplift-matrix": (MatrixResult, "Output of uplock uplift matrix --json"),
    "vault-index": (VaultIndexResult, "Output of uplock vault index --json"),
    "vault-add": (VaultAddResult, "Output of uplock vault add --json"),
    "verdict": (Verdict, "verdicts/TARGET.json"),
    "verify": (verify_outcome.VerifyResult, "Output of uplock verify lock|dir --json"),
    "verify-artifact": (verify_outcome.ArtifactVerification, "Output of uplock verify artifact --json"),
    "verify-bundle": (bundle_outcome.BundleVerification, "Output of uplock verify bundle --json"),
    "verify-env": (EnvironmentResult, "Output of uplock verify env --json"),
    "waive": (policy_outcome.WaiveResult, "Output of uplock waive --json"),
    "waivers": (policy_outcome.WaiversResult, "Output of uplock waivers --json"),
    "view": (View, "Manifest of an index view in the archive"),
    "view-page": (ViewPage, "One page of an index view in the archive"),
}
"""Name of the schema file without its ending, the type, and what the document is."""


def schemas() -> dict[str, dict[str, Any]]:
    """Return every schema by file name."""
    made = {
        f"{name}.schema.json": {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": title,
            **json_schema(kind),
        }
        for name, (kind, title) in DOCUMENTS.items()
    }
    made["waiver.schema.json"] = waiver_schema()
    config = config_schema()
    config["properties"]["policy"] |= policy_schema()
    made["config.schema.json"] = config
    made["publishers.schema.json"] = publishers_schema()
    return made
