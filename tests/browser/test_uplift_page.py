"""The page of a plan in a real browser: what it looks like, asks for, and how accessible it is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from support.uplift_plans import HOSTILE, blocked_plan, plan
from uplock.report.uplift_page import uplift_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = (
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-sandbox"),
)
PHONE, DESK = 390, 1280

pytestmark = [
    pytest.mark.browser,
    pytest.mark.enable_socket,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is found: install Debian's package chromium"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield started
        started.close()


@pytest.fixture
def page_file(tmp_path: Path) -> Path:
    place = tmp_path / "uplift.html"
    place.write_text(uplift_page(blocked_plan()), encoding="utf-8")
    return place


def opened(browser: Browser, file: Path, width: int, **options: Any) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 900}, **options).new_page()
    page.goto(file.as_uri())
    return page


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_the_width_and_shows_something(browser: Browser, page_file: Path, width: int, scheme: str) -> None:
    page = opened(browser, page_file, width, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    picture = page.screenshot(full_page=True)
    assert picture.startswith(b"\x89PNG")
    colours = page.evaluate("[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]")
    assert colours[0] != colours[1]
    assert len(picture) > 40_000  # a blank page of this size has a tenth of that


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_it_can_be_read_without_scripts_and_asks_nobody(browser: Browser, page_file: Path, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=False)
    page, asked = context.new_page(), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(page_file.as_uri())
    assert asked == [page_file.as_uri()]
    text = page.inner_text("body")
    for words in ("What blocks it", "native", "Build it.", "What changes, and why", "breaks", "1.3", "openssl 3.5.4"):
        assert words in text


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_accessibility_checker_finds_nothing(browser: Browser, page_file: Path, width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it ships no types

    # The page's own policy lets no script in, and the checker is one.
    page = opened(browser, page_file, width, color_scheme=scheme, bypass_csp=True)
    result = Axe().run(page)
    assert [(each["id"], each["nodes"][0]["html"][:200]) for each in result.response["violations"]] == []
    assert {"color-contrast", "heading-order", "document-title"} <= {each["id"] for each in result.response["passes"]}


def test_what_an_index_says_runs_nowhere(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "hostile.html"
    file.write_text(uplift_page(plan(HOSTILE)), encoding="utf-8")
    page = browser.new_page()
    said = list[str]()
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(file.as_uri())
    assert not said
    assert page.locator("script").count() == 0
    assert "<script>alert(1)</script>" in page.inner_text("body")


def test_on_paper_every_detail_is_there(browser: Browser, page_file: Path) -> None:
    page = opened(browser, page_file, DESK)
    page.emulate_media(media="print")
    assert page.pdf(format="A4").startswith(b"%PDF")
