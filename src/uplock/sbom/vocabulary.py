"""The names of our own properties, each with its meaning. ``docs/sbom.md`` lists them for readers of SBOMs."""

from __future__ import annotations

from enum import Enum

from uplock.sbom.parts import Property

REPRODUCIBLE = "cdx:reproducible"
END_OF_SUPPORT = "cdx:lifecycle:milestone:endOfSupport"
"""Names of the official CycloneDX property taxonomy."""
BSI_FILENAME = "bsi:component:filename"
BSI_EXECUTABLE = "bsi:component:executable"
BSI_ARCHIVE = "bsi:component:archive"
BSI_STRUCTURED = "bsi:component:structured"
"""Names of the property taxonomy of BSI TR-03183-2. Values: ``executable`` or ``non-executable``, ``archive`` or
``no archive``, ``structured`` or ``unstructured``."""


class Term(Enum):
    """A property name in the namespace ``uplock:``; names are never given a second meaning."""

    TARGET = "uplock:target", "Target that the document describes: interpreter and platform, as in file names."
    PLATFORM = "uplock:platform", "Platform of the target, as written in the configuration."
    PLATFORM_GLIBC = "uplock:platform:glibc", "glibc version that the platform offers."
    LOCK_CUTOFF = "uplock:lock:exclude-newer", "Cut-off of the lock: nothing uploaded later was admitted."
    LOCK_INPUTS = "uplock:lock:inputs", "SHA-256 of the project's requirements as read."
    LOCK_VIEW = "uplock:lock:view", "SHA-256 of the index view that the lock was resolved against."
    LOCK_RESOLVER = "uplock:lock:resolver", "Name and version of the resolver."
    LOCK_OVERRIDDEN = "uplock:lock:override", "Requirement of the project that replaced those of packages."
    LOCK_EXCLUDED = "uplock:lock:exclude", "Package that the project leaves out, whoever asks for it."
    LOCK_CROSS_CHECK = "uplock:lock:cross-check", "Second resolver, and whether it agrees."
    ENVIRONMENT = "uplock:environment:content", "Predicted content digest of an environment with exactly these wheels."
    LOCK_MISSING = "uplock:lock:missing", "Dependency that the lock names and does not hold."
    WAIVER_UNREAD = "uplock:waiver:unreadable", "Waiver file that could not be read; it covers nothing."
    UPLIFT_PAIR = "uplock:uplift", "Two targets whose locks are compared: the one being left, and its successor."
    UPLIFT_CHANGE = "uplock:uplift:change", "What became of a package from one target to the other."
    IMPLEMENTATION = "uplock:interpreter:implementation", "Implementation of the interpreter."
    ABI = "uplock:interpreter:abi", "ABI tag of the interpreter (PEP 425)."
    INTERPRETER_SOABI = "uplock:interpreter:soabi", "Full ABI tag of the interpreter that was asked for its parts."
    INTERPRETER_COMPILER = "uplock:interpreter:compiler", "Compiler that the asked interpreter names."
    INTERPRETER_WITHOUT = (
        "uplock:interpreter:without",
        "Module of the standard library that the asked interpreter was built without, or that cannot be used.",
    )
    BUGFIX_END = "uplock:lifecycle:bugfix-support-ends", "Last day of bug-fix releases, if the source says."
    LIFECYCLE_SOURCE = "uplock:lifecycle:source", "Where the lifecycle dates come from."
    LIFECYCLE_RETRIEVED = "uplock:lifecycle:retrieved", "Day on which that source was read."
    LIFECYCLE_VERIFIED = "uplock:lifecycle:verified", "Whether the source itself was opened on that day."
    REQUIREMENT = (
        "uplock:requirement",
        "direct: the project asks for it; transitive: a package does; unexplained: the lock does not say who does.",
    )
    STATED = "uplock:stated", "Requirement of the project on the package, behind the place where it stands."
    MARKER = "uplock:marker", "Marker (PEP 508) of a requirement on the package, behind the one who asks under it."
    REQUIRES_PYTHON = "uplock:requires-python", "Python versions that the package declares to support."
    WHEEL_TAG = "uplock:wheel:tag", "Compatibility tag of the wheel, compressed as in its file name (PEP 425)."
    WHEEL_SIZE = "uplock:wheel:size", "Size of the wheel in bytes."
    WHEEL_UPLOADED = "uplock:wheel:upload-time", "When the index says that the wheel was uploaded."
    SDIST_SIZE = "uplock:sdist:size", "Size in bytes of the source distribution that is locked in the place of a wheel."
    SDIST_UPLOADED = "uplock:sdist:upload-time", "When the index says that the source distribution was uploaded."
    YANKED = "uplock:yanked", "The file was yanked when it was locked (PEP 592), with the reason."
    HASHED_HERE = (
        "uplock:hashed-here",
        "true: the index names no SHA-256 of the file; it was hashed when it was locked.",
    )
    INSPECTED = "uplock:inspected", "false: the bytes of the file were not looked into."
    LICENSE_CLASSIFIER = "uplock:license:classifier", "License classifier, verbatim: a category, no license."
    ATTESTATION = "uplock:attestation", "Outcome for PEP 740: verified, not-attested, invalid or unchecked."
    ATTESTATION_FAILURE = "uplock:attestation:failure", "Class of the failure of an invalid attestation."
    ATTESTATION_REASON = "uplock:attestation:reason", "Why the attestation was unchecked."
    ATTESTATION_DETAIL = "uplock:attestation:detail", "What was found or missing, in words."
    ATTESTATION_PUBLISHER = "uplock:attestation:publisher", "Publisher, as the verified certificate names it."
    TRUSTED_ROOT = "uplock:trusted-root", "SHA-256 of the trusted root that attestations were verified under."
    TRUSTED_ROOT_DATED = "uplock:trusted-root:dated", "Day that the trusted root is known to be from."
    TRUSTED_ROOT_TUF = "uplock:trusted-root:tuf-version", "Version of the TUF targets metadata that named it."
    ATTESTATION_ENTRY = (
        "uplock:attestation:log-entry",
        "One verified attestation: time and index in the transparency log, predicate type.",
    )
    NATIVE_GLIBC = "uplock:native:glibc", "Highest glibc symbol version that the native code of the wheel needs."
    NATIVE_GLIBC_CLAIMED = "uplock:native:glibc-claimed", "glibc version that the wheel's tag promises to be enough."
    NATIVE_SYSTEM = "uplock:native:system-library", "SONAME that the wheel needs and no wheel it depends on brings."
    NATIVE_PROVIDED = "uplock:native:provided-by", "SONAME that the wheel needs, and the locked package that brings it."
    NATIVE_SKIPPED = "uplock:native:skipped", "Member that looks native and could not be read, with the reason."
    NATIVE_FILES = "uplock:native:files", "Number of native files in the wheel; each of them occurs exactly once."
    NATIVE_LIBRARIES = (
        "uplock:native:libraries",
        "Number of libraries found in the native files of the wheel; each of them is a component inside it.",
    )
    NATIVE_DIFFERENCE = (
        "uplock:native:difference",
        "Contradiction between the SBOMs inside the wheel and its binaries: kind, name, and what is there.",
    )
    NATIVE_FLOOR = "uplock:native:symbol-floor", "Highest version of a family of symbols that wheels need of it."
    EMBEDDED_SBOM = "uplock:embedded-sbom", "SBOM inside the wheel (PEP 770): its path and SHA-256."
    EMBEDDED_COMPONENTS = (
        "uplock:embedded-sbom:components",
        "Number of components inside the wheel that the identity evidence takes from that SBOM, behind its path.",
    )
    EMBEDDED_UNREAD = "uplock:embedded-sbom:unread", "SBOM inside the wheel that could not be read, with the reason."
    DECLARED_AS = (
        "uplock:declared-as",
        "How an SBOM inside the wheel names the component, where it does so in other words: purl, or name and version.",
    )
    EXTERNAL = "uplock:external", "true: needed and not delivered; in 1.6, which has no field for it."
    VERSION_RANGE = "uplock:version-range", "Range of versions in vers syntax; in 1.6, which has no field for it."
    SONAME = "uplock:soname", "SONAME under which wheels need this library of the system."
    OMITTED = "uplock:omitted", "Something of the source that could not stand in a valid document, and why."

    def __init__(self, name: str, meaning: str) -> None:
        self.property_name = name
        self.meaning = meaning

    def of(self, value: str) -> Property:
        """Return the property with a value, which must be clean."""
        return Property(name=self.property_name, value=value)
