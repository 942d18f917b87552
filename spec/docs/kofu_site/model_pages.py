"""The model: how big its worlds are, its invariants, the state diagram of a session, and each mutant's story."""

from collections.abc import Iterator

from kofu_site import links, state_diagram
from kofu_site.facts import Facts
from kofu_site.markup import (
    Lang,
    Page,
    bullets,
    code,
    document,
    heading,
    link,
    numbered,
    plain,
    raw_html,
    table,
    target,
    toctree,
)
from kofu_site.session_diagram import PHASES, Move, session_moves
from kofu_spec.model.actions import Action
from kofu_spec.model.configurations import CONFIGURATIONS
from kofu_spec.model.invariants import INVARIANTS, Invariant
from kofu_spec.model.mutants import MUTANTS, Mutant
from kofu_spec.model.results import Killed, Results
from kofu_spec.model.story import tell

FOLDER = "model"
OF_THE_MODEL = {
    "prose": ("docs/model.md", "モデルの定義", "The model in prose"),
    "twin": ("twin/README.md", "Promelaによる別の記述", "The twin in Promela"),
    "oracle": ("docs/oracle.md", "役割ごとの見え方と判定", "Views and the oracle"),
}
"""The repository's writings on the model: page, file below `spec`, and its titles."""


def pages(facts: Facts, lang: Lang) -> Iterator[Page]:
    yield index(facts.model, lang)
    yield session(lang)
    yield invariants(facts, lang)
    yield mutants(facts, lang)


def index(results: Results, lang: Lang) -> Page:
    checked = results.configurations
    rows = [
        (
            code(one.configuration),
            plain(", ".join(f"{name} {value}" for name, value in one.constants.items())),
            f"{one.states:,}",
            f"{one.edges:,}",
            str(one.depth),
            lang("なし", "none") if one.broken is None else code(one.broken),
        )
        for one in checked
    ]
    return Page(
        f"{FOLDER}/index",
        document(
            heading(1, lang("モデル", "The model")),
            lang(
                f"コンビニ交付の一連の動作を、起こり得る全ての順序について調べるためのモデルである。性質は{len(INVARIANTS)}件、"
                f"確認する箇所を一つ外し又は緩めた変異は{len(MUTANTS)}件ある。全ての状態を調べ、性質が破れないこと、"
                "及び変異のそれぞれで性質が破れることを確かめている。",
                f"A transition system of the whole chain, small enough to look at every order in which things may "
                f"happen. It has {len(INVARIANTS)} invariants, and {len(MUTANTS)} mutants that each lack or weaken one "
                "guard. All states are visited: no invariant breaks, and with each mutant one does.",
            ),
            bullets(
                [
                    f"[{lang('性質', 'Invariants')}](/{FOLDER}/invariants.md)",
                    f"[{lang('変異と反例', 'Mutants and their counterexamples')}](/{FOLDER}/mutants.md)",
                    f"[{lang('セッションの状態図', 'State diagram of a session')}](/{FOLDER}/session.md)",
                    *(
                        f"[{lang(ja + '（英語）', en)}](/{FOLDER}/{name}.md)"
                        for name, (_, ja, en) in OF_THE_MODEL.items()
                    ),
                ]
            ),
            heading(2, lang("調べた範囲", "What was visited")),
            table(
                (
                    lang("構成", "World"),
                    lang("定数", "Constants"),
                    lang("状態", "States"),
                    lang("遷移", "Steps"),
                    lang("深さ", "Depth"),
                    lang("破れた性質", "Broken"),
                ),
                rows,
                "wide",
            ),
            toctree([f"/{FOLDER}/{name}" for name in ("invariants", "mutants", "session", *OF_THE_MODEL)]),
        ),
    )


def session(lang: Lang) -> Page:
    moves = session_moves()
    names = [plain(lang(*PHASES[phase])) for phase in PHASES]
    arrows = [
        state_diagram.Transition(lang(*PHASES[one.before]), lang(*PHASES[one.after]), one.action.name) for one in moves
    ]
    title = lang("セッションの状態図", "State diagram of a session at a kiosk")
    return Page(
        f"{FOLDER}/session",
        document(
            heading(1, title),
            lang(
                "キオスク端末のセッションの状態。モデルの全ての遷移から描いている。",
                "How far a session at a kiosk has come, drawn from every step of the model.",
            ),
            raw_html(state_diagram.draw(names, arrows, title)),
            table(
                (lang("前", "From"), lang("動作", "Action"), lang("何が起きるか", "What happens"), lang("後", "To")),
                [_move(lang, one) for one in moves],
            ),
        ),
    )


def _move(lang: Lang, one: Move) -> tuple[str, ...]:
    told = tell(one.action, one.configuration)
    before, after = (plain(lang(*PHASES[phase])) for phase in (one.before, one.after))
    return before, code(one.action.name), plain(lang(told.ja, told.en)), after


def invariants(facts: Facts, lang: Lang) -> Page:
    parts: list[str] = []
    for one in INVARIANTS.values():
        parts += [
            target(links.invariant(one.name)),
            heading(2, code(one.name)),
            plain(lang(one.ja, one.en)),
            bullets(
                [
                    f"**{lang('要件', 'Requirements')}** {_requirements(facts, lang, one)}",
                    f"**{lang('破る変異', 'Broken by')}** {' '.join(map(to_mutant, breaking(one.name)))}",
                ]
            ),
        ]
    return Page(
        f"{FOLDER}/invariants",
        document(
            heading(1, lang("性質", "Invariants")),
            lang(
                "どの動作も破ってはならない性質。それぞれを破る変異があるので、空の性質はない。",
                "What no step may break. Each is broken by some mutant, so none of them is empty.",
            ),
            *parts,
        ),
    )


def _requirements(facts: Facts, lang: Lang, one: Invariant) -> str:
    return lang("、", ", ").join(links.to_titled_requirement(facts, lang, entry) for entry in one.requirements)


def breaking(invariant: str) -> list[Mutant]:
    return [mutant for mutant in MUTANTS.values() if invariant in mutant.breaks]


def to_mutant(mutant: Mutant) -> str:
    return link(code(mutant.name), links.mutant(mutant.name))


def mutants(facts: Facts, lang: Lang) -> Page:
    parts: list[str] = []
    for mutant in MUTANTS.values():
        parts += [target(links.mutant(mutant.name)), heading(2, code(mutant.name)), plain(lang(mutant.ja, mutant.en))]
        parts.append(_about(facts, lang, mutant))
        for killed in facts.model.of_mutant(mutant.name):
            parts += counterexample(lang, killed)
    return Page(
        f"{FOLDER}/mutants",
        document(
            heading(1, lang("変異と反例", "Mutants and their counterexamples")),
            lang(
                "確認する箇所（ガード）を一つ外し、又は緩めたモデル。それぞれについて、性質を破る最短の経過を示す。",
                "The model with one guard removed or weakened, and the shortest history that breaks an invariant.",
            ),
            *parts,
        ),
    )


def _about(facts: Facts, lang: Lang, mutant: Mutant) -> str:
    entries = [
        f"**{lang('ガード', 'Guard')}** {code(mutant.guard)}"
        f"{lang('（外す）', ' (removed)') if mutant.removes else lang('（緩める）', ' (weakened)')}"
    ]
    if mutant.incident is not None:
        incident = facts.incidents[mutant.incident]
        entries.append(f"**{lang('事例', 'Incident')}** {links.to_incident(lang, incident)}")
    return bullets(entries)


def counterexample(lang: Lang, killed: Killed) -> Iterator[str]:
    """The shortest history that breaks an invariant, told step by step."""
    configuration = CONFIGURATIONS[MUTANTS[killed.mutant].configuration]
    steps = [tell(_action(text), configuration) for text in killed.actions]
    broken = INVARIANTS[killed.invariant]
    name = links.to_invariant(broken.name)
    yield lang(
        f"{name} が破れる最短の経過（{killed.length}段階）: {plain(broken.ja)}",
        f"The shortest history that breaks {name} ({killed.length} steps): {plain(broken.en)}",
    )
    yield numbered(plain(lang(step.ja, step.en)) for step in steps)


def _action(text: str) -> Action:
    """`accept 1 2` as an action."""
    name, *arguments = text.split()
    return Action(name, tuple(map(int, arguments)))
