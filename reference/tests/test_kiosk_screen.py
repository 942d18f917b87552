"""The screen in a real Chromium, from card to printed PDF, with the whole chain behind it. [1.3, 3.3.6, 3.3.7]"""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import httpx
import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, TimeoutError
from reference.tests.browser_side import CHROMIUM, Lit, Visitor, chromium, demonstration

from kofu_spec.city import Citizen, make_city

pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's package chromium is not installed")

CITY = make_city(1, 400, "992011")
SIX = [
    ("住民票の写し", "Residence certificate"),
    ("住民票記載事項証明書", "Certificate of residence-record items"),
    ("印鑑登録証明書", "Seal registration certificate"),
    ("市・県民税課税証明書", "Municipal and prefectural tax"),
    ("戸籍全部事項証明書", "Family register, all matters"),
    ("戸籍個人事項証明書", "Family register, individual"),
]


@pytest.fixture(scope="module")
def lit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lit]:
    with demonstration(tmp_path_factory.mktemp("demo")) as lit:
        yield lit


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def visitor(lit: Lit, browser: Browser) -> Iterator[Visitor]:
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    visitor = Visitor(page)
    visitor.comes(lit.address)
    yield visitor
    leave_nothing(page)
    page.close()
    assert faults == []


def leave_nothing(page: Page) -> None:
    """Whatever a test left in the middle is ended, so that the next finds an idle machine."""
    for _ in range(4):
        for name in ("紙を取る", "異常を直す", "取りやめる", "Cancel", "カードを取る"):
            key = page.get_by_role("button", name=re.compile(f"^{name}"))
            if key.count():
                # The machine may go on by itself, and take the key away.
                with suppress(TimeoutError):
                    key.first.click(timeout=1000)
                page.wait_for_timeout(150)
    page.wait_for_selector("#card")


@pytest.fixture
def card(lit: Lit, request: pytest.FixtureRequest) -> tuple[str, str]:
    """A card and its PIN, another for each test."""
    number = getattr(card_of_test, "next", 0)
    card_of_test.next = number + 1  # type: ignore[attr-defined]
    return list(lit.cards.items())[number % len(lit.cards)]


def card_of_test() -> None:
    """Counts the cards that were handed out."""


def holder(card_id: str) -> Citizen:
    return next(each for each in CITY.citizens if each.card is not None and each.card.card_id == card_id)


def text_of_newest_paper(page: Page) -> str:
    link = page.get_by_role("link", name=re.compile("^PDF")).first
    with urlopen(page.evaluate("e => e.href", link.element_handle())) as answer:
        document = pypdfium2.PdfDocument(answer.read())
    return "".join(document[n].get_textpage().get_text_range() for n in range(len(document)))


@pytest.mark.parametrize("english", [False, True], ids=["ja", "en"])
def test_all_six_documents_from_card_to_paper(visitor: Visitor, lit: Lit, card: tuple[str, str], english: bool) -> None:
    page, addresses = visitor.page, []
    page.on("request", lambda request: addresses.append(request.url))
    person = holder(card[0])
    assert person.resident is not None
    for japanese, in_english in SIX:
        if english:
            visitor.speaks_english()
        visitor.signs_in(*card)
        visitor.chooses(japanese, in_english)
        visitor.presses("500円")
        visitor.sees("TAKE_PAPERS")
        visitor.presses("紙を取る")
        visitor.sees("IDLE")
        printed = text_of_newest_paper(page)
        assert re.sub(r"\s", "", japanese) in re.sub(r"\s", "", printed), japanese
        assert page.locator("#stage").get_attribute("data-language") == "ja"
        visitor.english = False
    nothing_personal_left(page, lit, person, card[1], addresses)


def nothing_personal_left(page: Page, lit: Lit, person: Citizen, pin: str, addresses: list[str]) -> None:
    """Neither in addresses, nor in the page, the browser's storage or the logs."""
    private = [person.name, person.name.replace(" ", "").replace("\u3000", "")]
    held = page.evaluate(
        "() => JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage}) + document.cookie"
    )
    assert held == "{}{}"
    logs = "".join(path.read_text() for path in lit.folder.glob("log/*.log"))
    for mark in private:
        assert mark not in page.content()
        assert mark not in logs
        assert mark not in " ".join(addresses)
    assert {re.sub(r"[0-9]{6}$", "N", address.split("/", 3)[3]) for address in addresses} <= {
        "KOFU-0001/screen",
        "KOFU-0001/wire",
        "KOFU-0001/events",
        "KOFU-0001/papers/N",
    }
    wire = page.inner_text("#wire")
    assert "Apply" in wire
    assert "VERIFY" in wire
    assert pin not in wire


def test_keyboard_alone_takes_out_a_certificate(visitor: Visitor, card: tuple[str, str]) -> None:
    page = visitor.page

    def tab_to(name: str, key: str = "Enter") -> None:
        for _ in range(80):
            focused = page.evaluate(
                "() => document.activeElement.matches('button') ? document.activeElement.innerText.trim() : ''"
            )
            if focused.startswith(name):
                page.keyboard.press(key)
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"no way by the keyboard to {name}")

    page.select_option("#card", card[0])
    tab_to("カードを置く")
    visitor.sees("PIN")
    page.wait_for_function("() => document.activeElement.id === 'pin'")
    page.keyboard.type(card[1])
    page.keyboard.press("Enter")
    visitor.sees("TAKE_CARD")
    tab_to("カードを取る")
    visitor.sees("CHOOSE")
    tab_to("印鑑登録証明書")
    page.wait_for_selector(".options")
    tab_to("次へ", "Space")
    page.get_by_role("heading", name="申請する内容を確かめてください").wait_for()
    tab_to("申請する")
    visitor.sees("PAY")
    page.wait_for_function("() => document.activeElement.innerText.startsWith('電子マネー')")
    page.keyboard.press("Enter")
    visitor.sees("TAKE_PAPERS")
    tab_to("紙を取る")
    visitor.sees("IDLE")


AUDIT = """
() => {
  const seen = (e) => e.checkVisibility() && e.getBoundingClientRect().width > 1;
  const parts = (c) => c.match(/[0-9.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, n) => sum + v * [.2126, .7152, .0722][n], 0);
  const ground = (e) => { for (; e; e = e.parentElement) { const c = parts(getComputedStyle(e).backgroundColor);
    if (c.length < 4 || c[3] === 1) return c; } return [255, 255, 255]; };
  const ratio = (e) => { const [a, b] = [parts(getComputedStyle(e).color), ground(e)].map(light)
      .sort((x, y) => y - x);
    return (a + .05) / (b + .05); };
  const text = [...document.querySelectorAll('body *')].filter(e => seen(e)
    && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()));
  const controls = [...document.querySelectorAll('button, input:not([type=hidden]), select, a')].filter(seen);
  const named = (e) => (e.getAttribute('aria-label') || e.innerText || '').trim() || (e.labels || []).length;
  const small = [...document.querySelectorAll('.screen button, .screen .pick')].filter(seen)
    .filter(e => e.getBoundingClientRect().height < 48);
  const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
  return {
    pale: text.filter(e => ratio(e) < (e.closest('.screen') ? 7 : 4.5)).map(e => `${e.innerText} ${ratio(e)}`),
    unnamed: controls.filter(e => !named(e)).map(e => e.outerHTML),
    small: small.map(e => e.outerHTML),
    twice: ids.filter((id, n) => ids.indexOf(id) !== n),
    headings: document.querySelectorAll('h1').length,
    mains: document.querySelectorAll('main').length,
    language: document.documentElement.lang,
    wide: document.documentElement.scrollWidth > innerWidth,
    live: document.querySelectorAll('.screen [role=status][aria-live=polite]').length,
    step: document.querySelectorAll('.steps [aria-current=step]').length,
  };
}
"""
SOUND: dict[str, Any] = {
    "pale": [],
    "unnamed": [],
    "small": [],
    "twice": [],
    "headings": 1,
    "mains": 1,
    "wide": False,
    "live": 1,
    "step": 1,
}


@pytest.mark.parametrize("english", [False, True], ids=["ja", "en"])
def test_every_screen_can_be_read_named_and_touched(visitor: Visitor, card: tuple[str, str], english: bool) -> None:
    page, language = visitor.page, "en" if english else "ja"

    def audit(where: str) -> None:
        assert page.evaluate(AUDIT) == {**SOUND, "language": language}, where

    if english:
        visitor.speaks_english()
    audit("idle")
    visitor.puts_down(card[0])
    visitor.sees("PIN")
    audit("PIN")
    visitor.types("0000" if card[1] != "0000" else "1111")
    page.wait_for_selector(".text.met")
    audit("wrong PIN")
    visitor.types(card[1])
    visitor.sees("TAKE_CARD")
    audit("take the card")
    visitor.presses("カードを取る")
    visitor.sees("CHOOSE")
    audit("kinds")
    visitor.presses(*SIX[0])
    page.wait_for_selector(".options")
    audit("options")
    visitor.presses("次へ", "Next")
    page.wait_for_selector(".facts")
    audit("confirmation")
    visitor.presses("申請する", "Apply")
    visitor.sees("PAY")
    audit("fee")
    visitor.presses("1000円")
    visitor.sees("TAKE_PAPERS")
    audit("papers")
    page.wait_for_selector(".warning[role=alert]")
    audit("warning")


def test_warning_is_heard_and_goes_when_the_card_is_taken(visitor: Visitor, card: tuple[str, str]) -> None:
    page = visitor.page
    page.evaluate(
        """() => { window.heard = [];
        window.speechSynthesis.speak = (words) => window.heard.push([words.lang, words.text]); }"""
    )
    visitor.puts_down(card[0])
    visitor.sees("PIN")
    visitor.types(card[1])
    visitor.sees("TAKE_CARD")
    page.wait_for_selector(".warning[role=alert]")
    page.wait_for_function("() => window.heard.some(([, text]) => text.startsWith('カードをお忘れです'))")
    assert {language for language, _ in page.evaluate("window.heard")} == {"ja-JP"}
    visitor.presses("カードを取る")
    visitor.sees("CHOOSE")
    assert page.locator(".warning").count() == 0


def test_shuffled_pad_has_every_digit_once_and_moves(visitor: Visitor, card: tuple[str, str]) -> None:
    page = visitor.page
    visitor.puts_down(card[0])
    visitor.sees("PIN")

    def digits() -> list[str]:
        return [str(each) for each in page.eval_on_selector_all("[data-digit]", "all => all.map(e => e.innerText)")]

    assert digits() == list("1234567890")
    orders = set()
    for _ in range(4):
        visitor.presses("数字の並びを変える")
        page.get_by_role("button", name="数字を順に並べる").wait_for()
        orders.add(tuple(digits()))
        assert sorted(digits()) == list("0123456789")
        visitor.presses("数字を順に並べる")
        page.get_by_role("button", name="数字の並びを変える").wait_for()
    assert len(orders) > 1
    visitor.presses("数字の並びを変える")
    page.get_by_role("button", name="数字を順に並べる").wait_for()
    visitor.types(card[1])
    visitor.sees("TAKE_CARD")


def test_jam_on_the_second_of_three_copies_is_told_with_what_was_charged(
    visitor: Visitor, card: tuple[str, str]
) -> None:
    page = visitor.page
    visitor.signs_in(*card)
    visitor.chooses(*SIX[2], copies=3)
    visitor.presses("1通の後に紙詰まり")
    for _ in range(2):
        visitor.presses("500円")
    visitor.sees("TAKE_PAPERS")
    assert "300円だけをいただき" in page.inner_text("#text")
    assert "700円" in page.inner_text(".returned")
    visitor.presses("紙を取る")
    visitor.sees("IDLE")
    visitor.puts_down(card[0])
    visitor.sees("ENDED")
    visitor.presses("異常を直す")


def test_second_certificate_adds_to_the_fee_and_cancel_gives_all_back(visitor: Visitor, card: tuple[str, str]) -> None:
    page = visitor.page
    visitor.signs_in(*card)
    visitor.chooses(*SIX[0])
    first = int(re.findall(r"[0-9]+", page.inner_text(".money dd >> nth=0"))[0])
    visitor.presses("ほかの証明書も選ぶ")
    visitor.chooses(*SIX[2])
    assert int(re.findall(r"[0-9]+", page.inner_text(".money dd >> nth=0"))[0]) > first
    visitor.presses("100円")
    page.wait_for_function("() => document.querySelectorAll('.money dd')[1].innerText.startsWith('100')")
    visitor.presses("取りやめる")
    visitor.sees("ENDED")
    assert "100円" in page.inner_text(".returned")


@pytest.mark.parametrize("path", ["", "KOFU-0001", "KOFU-0001/screen", "KOFU-0001/wire", "static/kiosk.js"])
def test_nothing_may_be_kept_or_framed(lit: Lit, path: str) -> None:
    answer = httpx.get(lit.address + path)
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_no_other_page_and_no_other_machine_presses_the_keys(lit: Lit) -> None:
    where, form = f"{lit.address}KOFU-0001/screen", {"act": "choose_language", "language": "2"}
    own = lit.address.rstrip("/")
    assert httpx.post(where, data=form).status_code == 403
    assert httpx.post(where, data=form, headers={"origin": "http://other.invalid"}).status_code == 403
    assert httpx.get(where, headers={"host": "kiosk.invalid"}).status_code == 403
    assert httpx.post(where, data=form, headers={"origin": own}).status_code == 200
    httpx.post(where, data={**form, "language": "1"}, headers={"origin": own})


@pytest.mark.parametrize(
    "form",
    [
        {"act": "log_in"},
        {"act": "insert_money", "yen": "-5"},
        {"act": "insert_money", "yen": "999999"},
        {"act": "choose", "kind": "7", "copies": "1"},
        {"act": "choose", "kind": "1", "copies": "99"},
        {"act": "choose_language", "language": "9"},
        {"act": "insert_card", "card_id": "../../etc"},
        {"act": ""},
    ],
)
def test_form_that_no_key_sends_is_refused_and_changes_nothing(lit: Lit, form: dict[str, str]) -> None:
    where = f"{lit.address}KOFU-0001/screen"
    before = httpx.get(where).text
    assert httpx.post(where, data=form, headers={"origin": lit.address.rstrip("/")}).status_code == 422
    assert httpx.get(where).text == before


@pytest.mark.parametrize(
    "path",
    [
        "KOFU-9999",
        "KOFU-0001/papers/x",
        "KOFU-0001/papers/999999",
        "kofu.v1.MaintenanceService/LogIn",
        "static/../application.py",
    ],
)
def test_there_is_no_way_from_the_screen_to_anything_else(lit: Lit, path: str) -> None:
    assert httpx.get(lit.address + path).status_code in (404, 405)


def test_what_is_vendored_says_its_licence() -> None:
    static = Path(__file__).parents[1] / "kofu_reference" / "kiosk" / "screen" / "static"
    assert "Zero-Clause BSD" in (static / "htmx.LICENSE.txt").read_text()
