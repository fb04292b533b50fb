from __future__ import annotations

import re
from pathlib import Path

from support.sboms import read, shop_subject
from uplock.sbom.vocabulary import Term

PAGE = Path(__file__).parents[3] / "docs" / "sbom.md"


def test_the_page_lists_every_property_with_its_meaning_and_no_other() -> None:
    rows = re.findall(r"^\| `(uplock:[^`]+)` \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows == [(term.property_name, term.meaning) for term in Term]


def test_names_are_unique_and_meanings_are_one_line() -> None:
    assert len({term.property_name for term in Term}) == len(Term)
    assert all(re.fullmatch(r"uplock(?::[a-z][a-z0-9-]*)+", term.property_name) for term in Term)
    assert all("\n" not in term.meaning and term.meaning.endswith(".") for term in Term)


def test_a_document_uses_no_name_that_is_not_in_the_vocabulary() -> None:
    known = {term.property_name for term in Term}
    used = set(re.findall(r"'name': '(uplock:[^']+)'", str(read(shop_subject()))))
    assert used <= known
    assert len(used) > 20
