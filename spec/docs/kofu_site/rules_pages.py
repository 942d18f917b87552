"""A page for each rule: its table, made by asking the rule, and where it is an automaton its state diagram."""

import re
from collections.abc import Iterator

from kofu_site import links, state_diagram
from kofu_site.facts import Facts
from kofu_site.markup import Lang, Page, bullets, document, heading, plain, raw_html, table, target, toctree
from kofu_site.state_diagram import Transition
from kofu_spec.rules import pin
from kofu_spec.rules.table import Table, Text

FOLDER = "rules"


def pages(facts: Facts, lang: Lang) -> Iterator[Page]:
    yield index(facts, lang)
    for rule in facts.tables.values():
        yield page(facts, lang, rule)


def index(facts: Facts, lang: Lang) -> Page:
    return Page(
        f"{FOLDER}/index",
        document(
            heading(1, lang("規則", "Rules")),
            lang(
                "要件を計算の規則として定めたもの。表は規則そのものに問い合わせて作るので、規則と食い違うことはない。",
                "The requirements as rules that can be computed. Each table is made by asking the rule itself, so it "
                "can't say anything else.",
            ),
            table(
                (lang("規則", "Rule"), lang("要件", "Requirements")),
                [
                    (links.to_table(lang, rule), ", ".join(map(links.to_requirement, rule.requirements)))
                    for rule in facts.tables.values()
                ],
            ),
            toctree([f"/{FOLDER}/{name}" for name in facts.tables]),
        ),
    )


def page(facts: Facts, lang: Lang, rule: Table) -> Page:
    return Page(
        f"{FOLDER}/{rule.name}",
        document(
            target(links.table(rule.name)),
            heading(1, plain(lang(rule.title.ja, rule.title.en))),
            bullets(links.to_titled_requirement(facts, lang, one) for one in rule.requirements),
            *(DIAGRAMS[rule.name](lang) if rule.name in DIAGRAMS else ()),
            table(
                [plain(lang(one.ja, one.en)) for one in rule.columns],
                [[_cell(facts, lang, cell) for cell in row] for row in rule.rows],
                "wide" if len(rule.columns) > WIDE else "",
            ),
        ),
    )


def _cell(facts: Facts, lang: Lang, cell: Text) -> str:
    """Names of reasons become links."""
    words = re.split(r"(REASON_[A-Z_]+)", lang(cell.ja, cell.en))
    return "".join(links.to_reason(word) if word in facts.reasons else plain(word) for word in words)


WIDE = 4
"""More columns than these need the room of a wide table."""


def pin_lock(lang: Lang) -> Iterator[str]:
    """The automaton of the PIN, as the rule's own transitions."""
    typed = {pin.Act.RIGHT: lang("正", "right"), pin.Act.WRONG: lang("誤", "wrong")}
    acts = typed | {pin.Act.UNBLOCKED: lang("窓口で再設定", "reset at the counter")}
    transitions = list(pin.transitions())
    found = [
        Transition(_state(lang, one.before), _state(lang, one.after), acts[one.act])
        for one in transitions
        if one.act in acts and (one.before.strikes or one.act in typed) and not (one.before.locked and one.act in typed)
    ]
    states = list(dict.fromkeys(_state(lang, one.before) for one in transitions))
    title = lang("暗証番号のロックの状態図", "State diagram of the PIN lock")
    yield raw_html(state_diagram.draw(states, found, title))
    yield lang(
        "電源断、再起動、別の端末、時間の経過では状態は変わらない。ロックの後は、正しい暗証番号でも変わらない。",
        "A power cut, a restart, another terminal or the passing of time changes nothing; nor does any PIN once it is "
        "locked.",
    )


def _state(lang: Lang, lock: pin.PinLock) -> str:
    return lang("ロック", "locked") if lock.locked else lang(f"誤り{lock.strikes}回", f"{lock.strikes} wrong")


DIAGRAMS = {"pin_lock": pin_lock}
"""Rules that are automata, by the name of their table."""
