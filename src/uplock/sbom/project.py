"""The project itself: the component that a document is about, who makes it, and the tool that wrote the document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from uplock.model.about import About, Company
from uplock.sbom.clean import NAME_LIMIT, Cleaner
from uplock.sbom.identifier import purl, with_version
from uplock.sbom.links import link_type
from uplock.sbom.parts import Component, Contact, License, NamedLicense, Organization, Reference, SpdxExpression, SpdxId
from uplock.sbom.spdx import is_spdx_expression, is_spdx_id

_TOOL = Organization(name="uplock")


class Makers(NamedTuple):
    """Who stands behind a document."""

    authors: tuple[Contact, ...]
    manufacturer: Organization | None
    supplier: Organization | None


def project_component(name: str, version: str | None, about: About | None) -> Component:
    """Return the project. Without a configured package URL it is generic: in no index is it known by that name."""
    clean = Cleaner()
    about = about or About()
    named = clean.name("project name", name)
    stated = clean.line("project version", version)
    makers = made_by(about, clean)
    return Component(
        ref=f"project:{named}",
        type="application",
        name=named,
        version=stated,
        description=clean.line("project description", about.description),
        purl=purl("generic", named, stated) if about.purl is None else with_version(about.purl, stated),
        licenses=_license(clean.line("project license", about.license)),
        supplier=makers.supplier or makers.manufacturer,
        authors=makers.authors,
        references=tuple(_references(about, clean)),
        properties=clean.notes,
    )


def made_by(about: About | None, clean: Cleaner) -> Makers:
    """Return the authors of ``[project]``, and who the configuration says makes and delivers the project."""
    about = about or About()
    people = []
    for each in about.authors:
        name = clean.line("project author", each.name, NAME_LIMIT)
        email = None if each.email is None else clean.address("project author e-mail", each.email.strip())
        if name is not None or email is not None:
            people.append(Contact(name=name, email=email))
    return Makers(
        authors=tuple(people),
        manufacturer=_organization(about.manufacturer, clean),
        supplier=_organization(about.supplier, clean),
    )


def tool_component(version: str) -> Component:
    """Return uplock as a tool."""
    return Component(
        ref=f"tool:uplock@{version}",
        type="application",
        name="uplock",
        version=version,
        purl=purl("generic", "uplock", version),
        licenses=(SpdxId(id="Apache-2.0"),),
        supplier=_TOOL,
    )


def _organization(company: Company | None, clean: Cleaner) -> Organization | None:
    if company is None:
        return None
    url = None if company.url is None else clean.url("organization", company.url)
    email = None if company.email is None else clean.address("organization", company.email)
    return Organization(
        name=clean.line("organization", company.name, NAME_LIMIT) or "unnamed",
        urls=() if url is None else (url,),
        contacts=() if email is None else (Contact(email=email),),
    )


def _license(text: str | None) -> tuple[License, ...]:
    if text is None:
        return ()
    if is_spdx_id(text):
        return (SpdxId(id=text),)
    return (SpdxExpression(expression=text) if is_spdx_expression(text) else NamedLicense(name=text[:NAME_LIMIT]),)


def _references(about: About, clean: Cleaner) -> Iterator[Reference]:
    for label, address in about.urls:
        if url := clean.url("project URL", address):
            yield Reference(type=link_type(label), url=url, comment=clean.line("label", label, NAME_LIMIT))
