"""Whatever a document holds, it is shown or refused in words, within bounds, and no text of it steers its reader."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from support.attestations import DIGEST, WHEEL, attested
from support.bundles import FOLDER
from support.private_sigstore import github, provenance, slsa_statement
from uplock.attest.decode import decode_document
from uplock.attest.decode_pieces import MAX_DEFECTS
from uplock.errors import InputError
from uplock.model.attestation_outcome import AttestationContent
from uplock.model.value import decode, encode
from uplock.report.attestation_text import attestation_text

DOCUMENTS: tuple[dict[str, Any], ...] = (
    json.loads(provenance([attested(content=slsa_statement(WHEEL, DIGEST, github()))])),
    attested(),
    *(
        json.loads((FOLDER / name / "bundle.sigstore.json").read_bytes())
        for name in ("happy-path-v0.1", "rekor2-dsse-happy-path", "managed-key-happy-path")
    ),
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


def places(node: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value in a document."""
    yield at
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in pairs:
        yield from places(value, (*at, key))


def shown(raw: bytes) -> AttestationContent | None:
    """Show a document as text and JSON, and hold both to what is promised; ``None`` if it is refused."""
    try:
        content = decode_document(raw, "x")
    except InputError:
        return None
    assert decode(encode(content), AttestationContent) == content
    lines = attestation_text(content, lambda text, _: text).split("\n")
    assert all(line.isprintable() for line in lines)
    assert lines[0].startswith("UNVERIFIED")
    assert lines[-2].startswith("UNVERIFIED")
    assert len(content.defects) <= MAX_DEFECTS + 1
    return content


@given(st.data())
def test_any_value_in_any_place_is_shown_or_refused(data: st.DataObject) -> None:
    document = copy.deepcopy(data.draw(st.sampled_from(DOCUMENTS)))
    *path, last = data.draw(st.sampled_from([place for place in places(document) if place]))
    parent = document
    for key in path:
        parent = parent[key]
    parent[last] = data.draw(JSON)

    shown(json.dumps(document).encode())


@given(st.data())
def test_a_certificate_or_statement_with_changed_bytes_is_shown_with_the_rest(data: st.DataObject) -> None:
    document = copy.deepcopy(DOCUMENTS[1])
    holder, key = data.draw(
        st.sampled_from([(document["verification_material"], "certificate"), (document["envelope"], "statement")])
    )
    content = bytearray(base64.b64decode(holder[key]))
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=4)):
        content[place] = data.draw(st.integers(0, 255))
    holder[key] = base64.b64encode(content[: data.draw(st.integers(0, len(content)))]).decode()

    content_shown = shown(json.dumps(document).encode())

    assert content_shown is not None
    (attestation,) = content_shown.groups[0].attestations
    assert len(attestation.entries) == 1
    assert attestation.signature is not None


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: json.dumps(text).encode()))
def test_any_bytes_are_refused_in_words(raw: bytes) -> None:
    assert shown(raw) is None
