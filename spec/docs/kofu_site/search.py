"""Words of the search: Japanese by pairs of characters, ids such as 3.3.10 and REASON_PIN_LOCKED whole.

The index is made in Python, what a reader types is split in the browser; both take their patterns from here.
"""

import json
import re

from sphinx.application import Sphinx
from sphinx.search import SearchLanguage
from sphinx.search.en import SearchEnglish

NAME = r"[0-9A-Za-z_]+(?:[.\-][0-9A-Za-z_]+)*"
JAPANESE = "[\u3005\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f]+"
_TERM = re.compile(f"({NAME})|({JAPANESE})")

SPLITTER = """
function splitQuery(query) {
  const terms = [];
  for (const [, name, japanese] of query.matchAll(new RegExp(PATTERN, "gu"))) {
    if (name !== undefined) terms.push(name);
    else if (japanese.length === 1) terms.push(japanese);
    else for (let at = 0; at + 1 < japanese.length; at++) terms.push(japanese.slice(at, at + 2));
  }
  return terms;
}
""".replace("PATTERN", json.dumps(f"({NAME})|({JAPANESE})"))


def index_terms(text: str) -> list[str]:
    """What a text is found by: names and their parts, pairs of Japanese characters, and each one alone."""
    found: list[str] = []
    for name, japanese in _TERM.findall(text):
        if name:
            found += dict.fromkeys([name, *re.split(r"[.\-]", name)])
        found += [japanese[at : at + 2] for at in range(len(japanese) - 1)]
        found += japanese
    return found


class JapaneseSearch(SearchLanguage):
    """Search of the Japanese tree; nothing is stemmed."""

    lang = "ja"
    language_name = "Japanese"
    js_splitter_code = SPLITTER

    def split(self, input: str) -> list[str]:
        return index_terms(input)


class EnglishSearch(SearchEnglish):
    """Search of the English tree, which quotes Japanese."""

    js_splitter_code = SPLITTER

    def split(self, input: str) -> list[str]:
        return index_terms(input)


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_search_language(JapaneseSearch)
    app.add_search_language(EnglishSearch)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
