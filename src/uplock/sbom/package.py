"""A locked package as a component: one wheel or sdist, with everything that is known about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from uplock.model.lock import LockedPackage
from uplock.model.need import Need
from uplock.model.results import ArtifactResults, CoreMetadata
from uplock.model.value import changed
from uplock.sbom.asked import Requests
from uplock.sbom.attested import attestation_properties, attestation_reference
from uplock.sbom.clean import NAME_LIMIT, Cleaner, in_utc
from uplock.sbom.filetype import bsi_properties
from uplock.sbom.identifier import purl, relative
from uplock.sbom.licensing import license_classifiers, licenses_of
from uplock.sbom.links import link_type
from uplock.sbom.native import with_native
from uplock.sbom.parts import Component, Hash, Reference
from uplock.sbom.people import authors, supplier
from uplock.sbom.vocabulary import Term

MAX_LINKS = 64
"""No more project URLs of one package are given."""


def package_ref(package: LockedPackage) -> str:
    """Return the reference of a package, which is its purl; it names the locked file."""
    clean = Cleaner()
    name, version = _name(package, clean), clean.line("version", package.version)
    return purl("pypi", name, version, clean.line("file name", package.artifact.filename))


def bare_package(package: LockedPackage) -> Component:
    """Return the component of a package with what the lock alone says of its file."""
    clean = Cleaner()
    component = _locked(package, clean)
    return changed(component, properties=(*component.properties, *clean.notes))


def package_component(
    package: LockedPackage,
    results: ArtifactResults | None,
    requests: Requests,
    requirement: str,
    needs: Sequence[Need],
) -> Component:
    """Return the component of a package, with the file that is locked for it.

    ``results`` is ``None`` if nobody looked into the file; ``requests`` and ``requirement`` say who asks for the
    package; ``needs`` is what its native code needs from outside.
    """
    clean = Cleaner()
    component = _locked(package, clean)
    component = changed(
        component,
        scope=requests.scope(package.name),
        properties=(
            Term.REQUIREMENT.of(requirement),
            *requests.properties(package.name, clean),
            *component.properties,
        ),
    )
    if results is None:
        component = changed(component, properties=(*component.properties, Term.INSPECTED.of("false")))
    else:
        component = _inspected(component, package, results, needs, clean)
    return changed(component, properties=(*component.properties, *clean.notes))


def _locked(package: LockedPackage, clean: Cleaner) -> Component:
    """Return what the lock alone says."""
    artifact = package.artifact
    ref = package_ref(package)
    file_name = clean.line("file name", artifact.filename) or "unnamed"
    properties = [*bsi_properties(file_name)]
    if not package.is_sdist:
        properties.append(Term.WHEEL_TAG.of("-".join(file_name.removesuffix(".whl").split("-")[-3:])))
    if artifact.upload_time is not None:
        uploaded = Term.SDIST_UPLOADED if package.is_sdist else Term.WHEEL_UPLOADED
        properties.append(uploaded.of(in_utc(artifact.upload_time).isoformat()))
    if package.yanked is not None:
        properties += clean.facts(Term.YANKED, package.yanked or "no reason given")
    if package.hashed_here:
        properties.append(Term.HASHED_HERE.of("true"))
    properties += clean.facts(Term.REQUIRES_PYTHON, package.requires_python)
    pinned = Hash(algorithm="SHA-256", content=artifact.sha256)
    url = clean.url("distribution", artifact.url)
    return Component(
        ref=ref,
        type="library",
        name=_name(package, clean),
        version=clean.line("version", package.version),
        purl=ref,
        hashes=(pinned,),
        references=(
            Reference(type="distribution", url=url or relative(file_name), hashes=(pinned,)),
            *_built_from(package, clean),
        ),
        properties=tuple(properties),
    )


def _built_from(package: LockedPackage, clean: Cleaner) -> Iterator[Reference]:
    """Yield the source distribution that a wheel was built from here: the only file of it that an index has."""
    if package.built_from is not None:
        sdist = package.built_from.sdist
        name = relative(clean.name("file name", sdist.filename))
        yield Reference(
            type="source-distribution",
            url=clean.url("source distribution", sdist.url) or name,
            hashes=(Hash(algorithm="SHA-256", content=sdist.sha256),),
        )


def _inspected(
    locked: Component,
    package: LockedPackage,
    results: ArtifactResults,
    needs: Sequence[Need],
    clean: Cleaner,
) -> Component:
    """Add what the bytes and their attestations say."""
    hashes = (*locked.hashes, Hash(algorithm="SHA-512", content=results.sha512))
    links = tuple(_links(results.metadata, clean))
    attestation = attestation_reference(results, clean)
    inspected = changed(
        locked,
        description=clean.line("summary", results.metadata.summary),
        hashes=hashes,
        licenses=licenses_of(results.metadata, clean),
        authors=authors(results.metadata, clean),
        supplier=supplier(results.metadata, _homepage(links), clean),
        references=(
            *(changed(each, hashes=hashes) if each.type == "distribution" else each for each in locked.references),
            *links,
            *([attestation] if attestation else []),
        ),
        properties=(
            *locked.properties,
            (Term.SDIST_SIZE if package.is_sdist else Term.WHEEL_SIZE).of(str(results.size)),
            *license_classifiers(results.metadata, clean),
            *attestation_properties(results, clean),
        ),
    )
    return with_native(inspected, results.native, needs, clean)


def _links(metadata: CoreMetadata, clean: Cleaner) -> Iterator[Reference]:
    """Yield the project URLs, those with well-known labels (PEP 753) by their meaning."""
    if len(metadata.project_urls) > MAX_LINKS:
        clean.note("project URLs", f"only the first {MAX_LINKS}")
    for label, address in metadata.project_urls[:MAX_LINKS]:
        if url := clean.url("project URL", address):
            yield Reference(type=link_type(label), url=url, comment=clean.line("label", label, NAME_LIMIT))


def _homepage(links: Iterable[Reference]) -> str | None:
    return min((each.url for each in links if each.type == "website"), default=None)


def _name(package: LockedPackage, clean: Cleaner) -> str:
    return clean.name("name", package.name)
