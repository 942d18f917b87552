"""The built site, page by page: links hold, nothing is fetched, headings and languages are in order."""

from functools import cache
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from kofu_site.facts import Facts

LANGUAGES = ("ja", "en")


@cache
def soup(file: Path) -> BeautifulSoup:
    return BeautifulSoup(file.read_text(encoding="utf-8"), "html.parser")


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def broken_links(site: Path) -> list[str]:
    """Every link and source of every page that leads nowhere within the site, or out of it by itself."""
    anchors: dict[Path, set[str]] = {}
    broken: list[str] = []
    for file in pages(site):
        for tag, attribute in (("a", "href"), ("link", "href"), ("script", "src"), ("img", "src")):
            for one in soup(file).find_all(tag):
                address = urlsplit(str(one.get(attribute) or ""))
                if address.scheme or address.netloc:
                    if tag != "a":
                        broken.append(f"{file.relative_to(site)}: fetches {address.geturl()}")
                    continue
                target = (file.parent / unquote(address.path)).resolve() if address.path else file
                if not target.is_file():
                    broken.append(f"{file.relative_to(site)}: {address.geturl()} is not there")
                elif address.fragment and target.suffix == ".html":
                    if target not in anchors:
                        anchors[target] = {str(found["id"]) for found in soup(target).find_all(id=True)}
                    if unquote(address.fragment) not in anchors[target]:
                        broken.append(f"{file.relative_to(site)}: {address.geturl()} has no such anchor")
    return broken


def test_every_link_holds_and_nothing_is_fetched(site: Path) -> None:
    assert len(pages(site)) > 200
    assert broken_links(site) == []


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<a href="b.html#x">1</a><a href="c.html">2</a><a href="#y">3</a><a href="https://kofu.invalid/">out</a>'
        '<script src="https://kofu.invalid/x.js"></script>',
        encoding="utf-8",
    )
    (tmp_path / "b.html").write_text('<p id="z"></p>', encoding="utf-8")
    assert broken_links(tmp_path) == [
        "a.html: b.html#x has no such anchor",
        "a.html: c.html is not there",
        "a.html: #y has no such anchor",
        "a.html: fetches https://kofu.invalid/x.js",
    ]


def test_headings_are_in_order_and_the_first_is_the_only_one_of_its_level(site: Path) -> None:
    for file in pages(site):
        if file.name == "search.html":  # its heading comes with the results
            continue
        levels = [
            int(one.name[1]) for one in (soup(file).article or soup(file)).find_all(["h1", "h2", "h3", "h4", "h5"])
        ]
        assert levels.count(1) == 1, file
        assert levels[0] == 1, file
        assert all(after <= before + 1 for before, after in pairwise(levels)), file


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_names_its_language_and_leads_to_the_other(site: Path, language: str) -> None:
    other = "en" if language == "ja" else "ja"
    for file in pages(site / language):
        assert soup(file).html is not None
        assert soup(file).html["lang"] == language  # type: ignore[index]
        switch = soup(file).select_one("nav.language-switch a")
        assert switch is not None, file
        assert switch["hreflang"] == other
        assert (file.parent / str(switch["href"])).resolve() == site / other / file.relative_to(site / language)


def test_quotations_on_english_pages_are_marked_as_japanese(site: Path) -> None:
    quoted = soup(site / "en" / "requirements" / "3.3.10.html").select("article blockquote")
    assert quoted
    assert all(one.get("lang") == "ja" for one in quoted)


def test_every_drawing_and_every_link_has_words(site: Path) -> None:
    drawings = 0
    for file in pages(site):
        for drawing in soup(file).select("article svg, main svg"):
            drawings += 1
            assert drawing.get("aria-label"), file
        for anchor in (soup(file).article or soup(file)).find_all("a"):
            assert anchor.get_text(strip=True), f"{file}: {anchor}"
    assert drawings >= 2 * 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_is_without_text_from_a_marker_left_over(site: Path, language: str) -> None:
    """Markdown that was not understood stays in the page as it was written."""
    for file in pages(site / language):
        article = soup(file).article
        assert article is not None
        for part in article.find_all(["code", "pre"]):
            part.extract()
        text = article.get_text()
        for marker in ("{.language", "](<#", ":::", "{#", "**"):
            assert marker not in text, f"{file}: {marker}"
    soup.cache_clear()


def test_a_requirement_says_the_same_as_the_catalogue(site: Path, gathered: Facts) -> None:
    page = soup(site / "ja" / "requirements" / "3.3.10.html")
    sections = {str(one.h2.get_text()): one.get_text() for one in page.select("article section section") if one.h2}
    told = {heading.removesuffix("¶"): text for heading, text in sections.items()}
    assert gathered.catalogue["3.3.10"].ja in told["要件"]
    assert all(line in told["原文"] for line in gathered.catalogue["3.3.10"].source.splitlines())
