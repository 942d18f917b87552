"""The glossary: each Japanese term with the English name that code and documents use."""

from collections.abc import Iterator
from itertools import groupby

from kofu_site.facts import Facts
from kofu_site.markup import Lang, Page, document, heading, plain, spoken, table, target
from kofu_spec.requirements.glossary import Term

GROUPS: dict[str, tuple[str, str]] = {
    "service": ("サービス", "The service"),
    "system": ("システム", "Systems"),
    "document": ("証明書", "Certificates"),
    "card": ("カード", "The card"),
    "data": ("記録", "Records"),
    "act": ("手続き", "Acts"),
    "paper": ("用紙", "Paper"),
    "network": ("通信", "Network"),
    "conformance": ("適合性", "Conformance"),
}


def pages(facts: Facts, lang: Lang) -> Iterator[Page]:
    parts: list[str] = []
    for group, terms in groupby(facts.glossary.values(), key=lambda term: term.group):
        parts += [
            target(f"terms-{group}"),
            heading(2, lang(*GROUPS[group])),
            table(
                (lang("用語", "Term"), lang("英語の名前", "Name in English"), lang("意味", "Meaning")),
                [_row(lang, term) for term in terms],
            ),
        ]
    yield Page(
        "glossary",
        document(
            heading(1, lang("用語集", "Glossary")),
            lang(
                "この仕様の用語と、コード及び文書で用いる英語の名前。",
                "The Japanese terms, and the English names that code and documents use.",
            ),
            *parts,
        ),
    )


def _row(lang: Lang, term: Term) -> tuple[str, ...]:
    ja = "、".join((term.ja, *term.also_ja))
    en = ", ".join((term.en, *term.also_en))
    return spoken(Lang.JA, plain(ja)), spoken(Lang.EN, plain(en)), plain(lang(term.meaning_ja, term.meaning_en))
