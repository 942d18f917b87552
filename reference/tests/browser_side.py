"""A citizen at the screen, in a real browser, and a chain behind the kiosk."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
KOFU = [sys.executable, "-c", "from kofu_spec.cli import main; main()"]
PATIENCE_MS = 30_000


@dataclass(frozen=True)
class Lit:
    """What `kofu demo --screen` says when it is ready."""

    address: str
    cards: dict[str, str]
    """PIN by card."""
    folder: Path
    """Where everything of the run lies."""


@contextmanager
def demonstration(folder: Path) -> Iterator[Lit]:
    """`kofu demo --screen`, from its ready line to its end."""
    environment = {**os.environ, "TMPDIR": str(folder), "COLUMNS": "200"}
    process = subprocess.Popen(
        [*KOFU, "demo", "--screen"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdin is not None
    assert process.stdout is not None
    address, cards = "", {}
    try:
        for line in process.stdout:
            if line.startswith("http://"):
                address = line.strip()
            if found := re.fullmatch(r"  (\S+)  ([0-9]{4})\n", line):
                cards[found[1]] = found[2]
            if "Ctrl-C" in line:
                break
        yield Lit(address, cards, next(folder.glob("kofu-demo-*")))
    finally:
        process.stdin.close()
        process.wait(30)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass
class Visitor:
    """Someone at the screen. Keys are named by what stands on them, in the language chosen."""

    page: Page
    english: bool = False

    def comes(self, address: str) -> None:
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.goto(address)
        self.sees("IDLE", "ENDED")

    def sees(self, *screens: str) -> None:
        self.page.wait_for_selector(", ".join(f"#stage[data-screen={screen}]" for screen in screens))

    def presses(self, japanese: str, english: str = "") -> None:
        name = english if self.english and english else japanese
        self.page.get_by_role("button", name=re.compile(rf"^{re.escape(name)}")).first.click()

    def speaks_english(self) -> None:
        self.page.get_by_role("button", name="English").click()
        self.page.wait_for_selector("#stage[data-language=en]")
        self.english = True

    def puts_down(self, card_id: str) -> None:
        self.page.select_option("#card", card_id)
        self.presses("カードを置く")

    def types(self, pin: str) -> None:
        for digit in pin:
            self.page.locator(f'[data-digit="{digit}"]').click()
        self.presses("確認", "Confirm")

    def signs_in(self, card_id: str, pin: str) -> None:
        self.puts_down(card_id)
        self.sees("PIN")
        self.types(pin)
        self.sees("TAKE_CARD")
        self.presses("カードを取る")
        self.sees("CHOOSE")

    def chooses(self, japanese: str, english: str, copies: int = 1) -> None:
        self.presses(japanese, english)
        self.page.wait_for_selector(".options")
        if copies > 1:
            self.page.locator(f'input[name=copies][value="{copies}"]').check()
        self.presses("次へ", "Next")
        self.page.get_by_role("heading", name=re.compile("確かめて|check")).wait_for()
        self.presses("申請する", "Apply")
        self.sees("PAY")
