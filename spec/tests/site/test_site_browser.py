"""The site as a reader meets it: in a real browser, on a desk and on a phone, without any network."""

import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

CHROMIUM = shutil.which("chromium")
if CHROMIUM is None:
    pytest.skip("chromium: not there; install Debian's package chromium", allow_module_level=True)

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright  # noqa: E402

from kofu_site.facts import Facts  # noqa: E402

DESK = {"width": 1400, "height": 900}
PHONE = {"width": 390, "height": 844}
LANGUAGES = ("ja", "en")
WIDE_PAGES = (
    "index",
    "tracing",
    "items",
    "requirements/index",
    "requirements/3.3.10",
    "interfaces/index",
    "interfaces/center",
    "interfaces/document",
    "rules/eligibility",
    "rules/pin_lock",
    "reasons",
    "incidents/index",
    "checks/index",
    "checks/chain.pin",
    "faults",
    "glossary",
    "source",
    "changes",
)


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def served(site: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


class Watched:
    """A page, and what it said and asked for while it was read."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.errors: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))

    def settle(self) -> None:
        """Nothing was wrong, and nothing was asked of another host."""
        self.page.wait_for_load_state("networkidle")
        assert self.errors == []
        hosts = {urlsplit(url).hostname for url in self.asked if urlsplit(url).scheme not in ("data", "file")}
        assert hosts <= {"127.0.0.1"}


@pytest.fixture
def desk(browser: Browser) -> Iterator[Watched]:
    context = browser.new_context(viewport=DESK)  # type: ignore[arg-type]
    yield Watched(context)
    context.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Watched]:
    context = browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True)  # type: ignore[arg-type]
    yield Watched(context)
    context.close()


def test_a_newcomer_chooses_a_language_and_a_way_in(desk: Watched, served: str) -> None:
    desk.page.goto(f"{served}/")
    desk.page.get_by_role("link", name="日本語").click()
    desk.page.get_by_role("main").get_by_role("link", name="市区町村・J-LISのご担当の方").click()
    expect(desk.page.get_by_role("heading", level=1)).to_contain_text("市区町村・J-LISのご担当の方へ")
    desk.page.get_by_role("main").get_by_role("link", name="3.3.10").first.click()
    expect(desk.page.get_by_role("heading", level=1)).to_contain_text("3.3.10")
    desk.settle()


def test_the_switch_leads_to_the_same_page(desk: Watched, served: str) -> None:
    desk.page.goto(f"{served}/ja/requirements/3.3.10.html")
    desk.page.locator(".language-switch").get_by_role("link", name="English").click()
    desk.page.wait_for_url("**/en/requirements/3.3.10.html")
    expect(desk.page.get_by_role("heading", level=1)).to_contain_text("3.3.10 Three wrong PINs")
    desk.page.locator(".language-switch").get_by_role("link", name="日本語").click()
    desk.page.wait_for_url("**/ja/requirements/3.3.10.html")
    desk.settle()


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("ja", "暗証番号"),
        ("ja", "暗証番号 ロック"),
        ("ja", "3.3.10"),
        ("en", "PIN"),
        ("en", "3.3.10"),
        ("en", "locked"),
    ],
)
def test_the_search_finds_a_requirement(desk: Watched, served: str, language: str, typed: str) -> None:
    desk.page.goto(f"{served}/{language}/index.html")
    box = desk.page.locator(".sidebar-search")
    box.fill(typed)
    box.press("Enter")
    found = desk.page.locator("#search-results a", has_text="3.3.10 ")
    expect(found.first).to_be_visible()
    desk.settle()
    found.first.click()
    desk.page.wait_for_url("**/requirements/3.3.10.html*")


def test_the_search_finds_nothing_for_what_is_not_there(desk: Watched, served: str) -> None:
    """Neither pair of characters alone is enough."""
    desk.page.goto(f"{served}/ja/search.html?q={quote('証番暗号鳳凰')}")
    expect(desk.page.locator(".search-summary")).to_contain_text("見つかりませんでした")
    assert desk.page.locator("#search-results li").count() == 0
    desk.settle()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_search_works_from_a_file(desk: Watched, site: Path, language: str) -> None:
    typed = "暗証番号" if language == "ja" else "PIN"
    desk.page.goto(f"{(site / language / 'search.html').as_uri()}?q={quote(typed)}")
    expect(desk.page.locator("#search-results a", has_text="3.3.10 ").first).to_be_visible()
    desk.settle()
    assert {urlsplit(url).scheme for url in desk.asked} <= {"file", "data"}


@pytest.mark.parametrize("name", WIDE_PAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_is_wider_than_a_phone(phone: Watched, served: str, language: str, name: str) -> None:
    phone.page.goto(f"{served}/{language}/{name}.html")
    phone.settle()
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert phone.page.evaluate(CUT_OFF) == []


CUT_OFF = """() => {
  const reachable = node => {
    for (let one = node; one && one.tagName !== "ARTICLE"; one = one.parentElement)
      if (["auto", "scroll"].includes(getComputedStyle(one).overflowX) &&
          one.getBoundingClientRect().right <= innerWidth + 1) return true;
    return false;
  };
  return [...document.querySelectorAll("article *")]
    .filter(node => node.getBoundingClientRect().right > innerWidth + 1 && !reachable(node))
    .map(node => `${node.tagName} ${node.className}`).slice(0, 3);
}"""
"""What of the article lies beyond the screen and within nothing that scrolls."""


def test_a_wide_table_scrolls_within_itself(phone: Watched, served: str) -> None:
    phone.page.goto(f"{served}/ja/tracing.html")
    moved = phone.page.locator(".table-wrapper").first.evaluate(
        "one => { one.scrollLeft = 50; return one.scrollLeft; }"
    )
    assert moved == 50


def test_a_requirement_shows_its_source_and_its_checks(desk: Watched, served: str, gathered: Facts) -> None:
    desk.page.goto(f"{served}/ja/requirements/3.3.10.html")
    article = desk.page.get_by_role("main")
    quotation = article.locator("section", has=desk.page.get_by_role("heading", name="原文")).last.locator("blockquote")
    for line in gathered.catalogue["3.3.10"].source.splitlines():
        expect(quotation).to_contain_text(line)
    for check in gathered.links.checks_of("3.3.10"):
        expect(article.get_by_role("heading", name=check.id)).to_be_visible()
    desk.settle()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(browser: Browser, served: str, scheme: str) -> None:
    """At least 4.5 to 1 for every text of the article, as WCAG 2.2 AA asks."""
    context = browser.new_context(viewport=DESK, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    for name in ("requirements/3.3.10", "interfaces/center", "rules/pin_lock", "index"):
        page.goto(f"{served}/ja/{name}.html")
        weak = page.evaluate(CONTRAST)
        assert weak == [], f"{name}: {weak[:3]}"
    context.close()


CONTRAST = """() => {
  const parse = colour => (colour.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, at) => sum + v * [.2126, .7152, .0722][at], 0);
  const ground = node => {
    for (let one = node; one; one = one.parentElement) {
      const colour = parse(getComputedStyle(one).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const weak = [];
  for (const node of document.querySelectorAll("article :not(svg *)")) {
    const own = [...node.childNodes].some(one => one.nodeType === 3 && one.textContent.trim());
    if (!own || node.closest(".headerlink") || !node.getClientRects().length) continue;
    const [a, b] = [light(parse(getComputedStyle(node).color)), light(ground(node))].sort((x, y) => y - x);
    if ((a + .05) / (b + .05) < 4.5) weak.push(`${node.tagName}: ${node.textContent.trim().slice(0, 40)}`);
  }
  return weak;
}"""


def test_a_page_prints_without_the_things_around_it(desk: Watched, served: str) -> None:
    desk.page.goto(f"{served}/en/requirements/3.3.10.html")
    desk.page.emulate_media(media="print")
    expect(desk.page.locator(".language-switch")).to_be_hidden()
    expect(desk.page.locator(".sidebar-drawer")).to_be_hidden()
    expect(desk.page.get_by_role("main")).to_be_visible()
    assert desk.page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.parametrize("name", ["tracing", "items", "interfaces/center", "rules/eligibility", "vectors/hours"])
def test_paper_cuts_nothing_off(browser: Browser, served: str, name: str) -> None:
    """At the width of A4 between margins."""
    context = browser.new_context(viewport={"width": 720, "height": 1000})
    page = context.new_page()
    page.goto(f"{served}/ja/{name}.html")
    page.emulate_media(media="print")
    assert page.evaluate(BEYOND_THE_PAPER) == []
    context.close()


BEYOND_THE_PAPER = """() => [...document.querySelectorAll("article *")]
  .filter(node => node.getBoundingClientRect().right > innerWidth + 1)
  .map(node => `${node.tagName} ${node.className}`).slice(0, 3)"""
"""Paper does not scroll."""
