"""Whatever the metadata of packages says, the document is valid, the same every time, and leaks nothing."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from support.native import native_library, native_member
from support.sboms import Tree, component, make_sbom_subject, wheel, with_metadata
from support.subjects import NOTHING
from uplock.model.lock import LockedPackage
from uplock.model.native import NativeProfile
from uplock.model.native_sbom import DeclaredDocument
from uplock.model.results import (
    ArtifactResults,
    GitHub,
    Invalid,
    NotAttested,
    Other,
    Unchecked,
    Verification,
    Verified,
    VerifiedAttestation,
)
from uplock.model.value import changed
from uplock.sbom.build import build_sbom
from uplock.sbom.subject import SbomSubject
from uplock.sbom.validate import validate_sbom

HOSTILE = (
    "",
    " ",
    "\x00",
    "\u202egnp.exe",
    "../../etc/passwd",
    "/etc/passwd",
    "file:///etc/passwd",
    "C:\\secret",
    "https://me:secret@index.example/",
    "https://index.example/?token=secret",
    "pkg:pypi/other@1",
    "</license>",
    '"',
    "<a@b>",
    "a@b",
    "n" * 5000,
    "MIT OR",
    "UNKNOWN",
    "urn:cdx:x",
    "%",
    "%zz",
    "#a#b",
)
text = st.one_of(st.text(max_size=40), st.sampled_from(HOSTILE))
maybe = st.none() | text
digest = st.sampled_from([NOTHING])
moment = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants naive bounds and adds the zone
publisher = st.one_of(
    st.builds(GitHub, repository=text, workflow=text, environment=maybe), st.builds(Other, identity=text, issuer=text)
)
verification: st.SearchStrategy[Verification] = st.one_of(
    st.builds(
        Verified,
        publisher=publisher,
        document=digest,
        attestations=st.lists(
            st.builds(
                VerifiedAttestation,
                predicate_type=text,
                publisher=publisher,
                log_time=moment,
                log_index=st.integers(min_value=0, max_value=2**63),
            ),
            max_size=2,
        ).map(tuple),
    ),
    st.builds(NotAttested, detail=text, document=st.none() | digest),
    st.builds(Invalid, failure=st.just("malformed"), detail=text, document=digest),
    st.builds(Unchecked, reason=st.just("unreachable"), detail=text),
)
paths = st.one_of(text, st.sampled_from(["demo/_x.so", "demo.libs/libz.so.1"]))
native_profile = st.builds(
    NativeProfile,
    members=st.lists(
        st.builds(
            native_member,
            paths,
            role=st.sampled_from(["extension", "library"]),
            soname=maybe,
            symbol_floors=st.dictionaries(
                st.sampled_from(["GLIBC", "GCC"]) | text, st.sampled_from(["2.17", "2.4", "?"]) | text, max_size=2
            ),
        ),
        max_size=4,
    ).map(tuple),
    libraries=st.lists(
        st.builds(
            native_library,
            text | st.just("openssl"),
            maybe | st.just("3.5.8"),
            paths=st.lists(paths, min_size=1, max_size=2).map(tuple),
            linkage=st.sampled_from(["static", "bundled"]),
            method=st.sampled_from(["string", "file-name", "soname"]),
            evidence=text,
        ),
        max_size=4,
    ).map(tuple),
    system=st.lists(text | st.sampled_from(["libc.so.6", "libm.so.6", "libz.so.1"]), unique=True, max_size=4).map(
        tuple
    ),
    glibc=maybe | st.just("2.17"),
    glibc_claimed=maybe,
    declared=st.lists(
        st.builds(DeclaredDocument, path=text, sha256=st.none() | digest, size=st.just(1)), max_size=1
    ).map(tuple),
    skipped=st.lists(text, max_size=2).map(tuple),
)
metadata = st.fixed_dictionaries(
    {
        "requires_python": maybe,
        "license_expression": maybe | st.sampled_from(["MIT", "MIT OR Apache-2.0", "LicenseRef-x"]),
        "license": maybe | st.just("BSD\n\nlong text"),
        "classifiers": st.lists(text.map(lambda each: f"License :: {each}"), max_size=2).map(tuple),
        "summary": maybe,
        "author": maybe,
        "author_email": maybe | st.just("Jane <jane@example.org>, joe@example.org"),
        "maintainer": maybe,
        "maintainer_email": maybe,
        "project_urls": st.lists(
            st.tuples(text | st.just("Homepage"), text | st.just("https://demo.example/")), max_size=3
        ).map(tuple),
    }
)


@st.composite
def subjects(draw: st.DrawFn) -> SbomSubject:
    names = draw(st.lists(st.sampled_from("abcdef"), unique=True, max_size=4))
    pairs: list[tuple[LockedPackage, ArtifactResults | None]] = []
    for name in names:
        file_name = f"{name}-1.0-py3-none-any.whl"
        needs = tuple(sorted(draw(st.sets(st.sampled_from("abcdefz"), max_size=3))))
        package = wheel(file_name, direct=draw(st.booleans()), needs=needs)
        package = changed(
            package,
            version=draw(text | st.just("1.0+local.1")),
            requires_python=draw(maybe),
            artifact=changed(package.artifact, url=draw(text | st.just(package.artifact.url))),
        )
        results = changed(
            with_metadata(file_name, **draw(metadata)),
            native=draw(native_profile),
            verification=draw(verification),
            document=draw(maybe),
        )
        pairs.append((package, draw(st.sampled_from([results, None]))))
    subject = make_sbom_subject(*pairs, project_name=draw(text), project_version=draw(maybe))
    return changed(subject, lock=changed(subject.lock, resolver=draw(text)))


few = settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])


@few
@given(subjects(), st.randoms(use_true_random=False))
def test_any_subject_gives_a_valid_document_and_order_does_not_show(
    subject: SbomSubject, shuffler: random.Random
) -> None:
    document = build_sbom(subject)
    assert validate_sbom(document) == ()
    shuffled = [*subject.artifacts]
    shuffler.shuffle(shuffled)
    assert build_sbom(changed(subject, artifacts=tuple(shuffled))) == document


@few
@given(subjects())
def test_no_secret_and_no_machine_path_reaches_a_url(subject: SbomSubject) -> None:
    for url in urls(json.loads(build_sbom(subject))):
        assert "me:secret" not in url
        assert "token=" not in url
        assert not url.startswith(("file:", "/"))


@few
@given(subjects())
def test_every_package_is_there_once_with_its_pin(subject: SbomSubject) -> None:
    tree: Tree = json.loads(build_sbom(subject))
    for package in subject.lock.packages:
        found = [each for each in tree["components"] if each.get("purl", "").startswith(f"pkg:pypi/{package.name}")]
        assert [each["hashes"][0]["content"] for each in found] == [package.artifact.sha256]
    assert component(tree, "python")["isExternal"] is True


def urls(node: Any) -> list[str]:
    if isinstance(node, list):
        return [url for each in node for url in urls(each)]
    if isinstance(node, dict):
        own = [node["url"]] if isinstance(node.get("url"), str) else []
        return own + [url for each in node.values() for url in urls(each)]
    return []
