"""The table of reasons: what each means and what its caller may do then."""

from collections.abc import Iterator

from contract.reasons_table import FEE, THEN
from kofu_site import links
from kofu_site.facts import Facts
from kofu_site.markup import Lang, Page, block, bullets, code, document, heading, link, plain, target
from kofu_spec.contract.reasons import ALL, ReasonEntry


def pages(facts: Facts, lang: Lang) -> Iterator[Page]:
    parts: list[str] = []
    for entry in facts.reasons.values():
        parts += _reason(facts, lang, entry)
    yield Page(
        "reasons",
        document(
            heading(1, lang("拒否の理由", "Reasons of refusals")),
            lang(
                "拒否は、次の理由の一つを名前で伝える。理由ごとに、呼び出した側が次にできること、手数料を収納した"
                "可能性があるか、どの手続きが答えるかを示す。",
                "A refusal carries one of these by name. For each: what the caller may do then, whether a fee may have "
                "been kept, and which methods may answer it.",
            ),
            *parts,
        ),
    )


def _reason(facts: Facts, lang: Lang, entry: ReasonEntry) -> Iterator[str]:
    yield target(links.reason(entry.reason))
    yield heading(2, code(entry.reason))
    yield plain(lang(entry.ja, entry.en))
    yield block(f"other-language language-{lang.other}", plain(lang.other(entry.ja, entry.en)))
    yield bullets(
        [
            f"**{lang('次にできること', 'Then')}** {plain(_half(lang, THEN[entry.then]))}",
            f"**{lang('手数料', 'Fee taken')}** {plain(_half(lang, FEE[entry.fee_taken]))}",
            f"**{lang('答える手続き', 'Answered by')}** {_methods(facts, lang, entry)}",
            f"**{lang('要件', 'Requirements')}** {', '.join(map(links.to_requirement, entry.statements))}",
        ]
    )


def _methods(facts: Facts, lang: Lang, entry: ReasonEntry) -> str:
    if entry.rpcs == (ALL,):
        return lang("すべて", "every one")
    full = {f"{one.name}.{method.name}": method.full_name for one in facts.image.services for method in one.methods}
    return ", ".join(link(code(rpc), links.declared(full[rpc])) for rpc in entry.rpcs)


def _half(lang: Lang, both: str) -> str:
    """One half of 'Japanese / English'."""
    ja, _, en = both.partition(" / ")
    return lang(ja, en)
