"""Sphinx's configuration of both trees; the language is given on the command line, `-D language=ja`."""

import sys
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

project = "kofu"
author = "kofu"
copyright = "kofu, Apache-2.0"
release = tomllib.loads((HERE.parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
extensions = ["myst_parser", "kofu_site.navigation", "kofu_site.search"]
myst_enable_extensions = ["attrs_block", "attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 3
myst_ref_domains = ["std"]
smartquotes = False
highlight_language = "none"
templates_path = ["templates"]
exclude_patterns = ["locale"]
locale_dirs = ["locale"]

html_theme = "furo"
html_static_path = ["static"]
html_favicon = "static/favicon.svg"
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_show_sourcelink = False
html_copy_source = False
html_use_index = False
html_theme_options: dict[str, Any] = {"top_of_page_buttons": []}

TITLES = {"ja": "kofu コンビニ交付の仕様", "en": "kofu: convenience-store issuance"}


def _title(app: Any, config: Any) -> None:
    del app
    config.html_title = TITLES[config.language]
    config.html_short_title = "kofu"


def _languages(app: Any, pagename: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """The same page in the other language; both trees hold the same pages."""
    del template, doctree
    other = "en" if app.config.language == "ja" else "ja"
    context["other_language"] = other
    context["other_page"] = "../" * (pagename.count("/") + 1) + f"{other}/{pagename}.html"


def setup(app: Any) -> None:
    app.connect("config-inited", _title)
    app.connect("html-page-context", _languages)
