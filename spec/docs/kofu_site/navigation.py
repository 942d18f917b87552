"""The navigation beside each page: all chapters, and the pages of the one that is open.

Sphinx would resolve the whole tree anew for every page, which takes longer than all the rest of the build.
"""

from html import escape
from typing import Any

from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

BEFORE_THE_THEME = 400


def navigation(env: BuildEnvironment, page: str, link_to: Any) -> str:
    """HTML as Sphinx's own toctree. `link_to` gives the address of a document as seen from the page."""
    parts: list[str] = []
    for tree in env.tocs[env.config.root_doc].findall(addnodes.toctree):
        if caption := tree.get("caption"):
            parts.append(f'<p class="caption"><span class="caption-text">{escape(caption)}</span></p>')
        entries = [_entry(env, document, page, link_to, 1) for _, document in tree["entries"]]
        parts.append(f"<ul>{''.join(entries)}</ul>")
    return "\n".join(parts)


def _entry(env: BuildEnvironment, document: str, page: str, link_to: Any, level: int) -> str:
    below = env.toctree_includes.get(document, [])
    is_open = page == document or page in below
    classes = f"toctree-l{level}" + (" current" if is_open else "") + (" current-page" if page == document else "")
    inner = "".join(_entry(env, one, page, link_to, level + 1) for one in below) if is_open else ""
    nested = f"<ul>{inner}</ul>" if inner else ""
    title = escape(env.titles[document].astext())
    reference = "current reference internal" if page == document else "reference internal"
    return f'<li class="{classes}"><a class="{reference}" href="{link_to(document)}">{title}</a>{nested}</li>'


def _give(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    del template, doctree

    def link_to(document: str) -> str:
        return "#" if document == page else app.builder.get_relative_uri(page, document)

    context["toctree"] = lambda **_: navigation(app.env, page, link_to)


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("html-page-context", _give, priority=BEFORE_THE_THEME)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
