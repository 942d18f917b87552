"""The checks of the suite as stories, a page for each module of the suite, and the seeded faults."""

from collections.abc import Iterator
from itertools import groupby

from kofu_site import links
from kofu_site.facts import Facts
from kofu_site.markup import (
    Lang,
    Page,
    block,
    bullets,
    code,
    document,
    heading,
    plain,
    quotation,
    spoken,
    table,
    target,
    toctree,
)
from kofu_site.words import system
from kofu_spec.traceability import CheckLink

FOLDER = "checks"


def pages(facts: Facts, lang: Lang) -> Iterator[Page]:
    modules = {name: list(checks) for name, checks in groupby(facts.links.checks.values(), key=module)}
    yield index(facts, lang, modules)
    for name, checks in modules.items():
        yield page(facts, lang, name, checks)
    yield faults(facts, lang)


def module(check: CheckLink) -> str:
    """The suite's module: `chain.pin` of `chain.pin.three_wrong_pins_lock`."""
    return check.id.rpartition(".")[0]


def index(facts: Facts, lang: Lang, modules: dict[str, list[CheckLink]]) -> Page:
    rows = [
        (
            links.to_check(check.id),
            ", ".join(map(links.to_requirement, check.requirements)),
            ", ".join(links.to_fault(fault.id) for fault in facts.known.killed_by[check.id]),
        )
        for check in facts.links.checks.values()
    ]
    return Page(
        f"{FOLDER}/index",
        document(
            heading(1, lang("検査", "Checks")),
            lang(
                f"適合性試験の検査は{len(facts.links.checks)}件である。それぞれが一つの場面を語り、原文を引き、"
                "適合するシステムの振る舞いを述べる。検査の説明は英語である。",
                f"The suite has {len(facts.links.checks)} checks. Each tells one situation, quotes the source "
                "sentence, and says what a conforming system does.",
            ),
            table(
                (lang("検査", "Check"), lang("要件", "Requirements"), lang("見付ける誤り", "Faults that it finds")),
                rows,
                "wide",
            ),
            toctree([*(f"/{FOLDER}/{name}" for name in modules), "/faults"]),
        ),
    )


def page(facts: Facts, lang: Lang, name: str, checks: list[CheckLink]) -> Page:
    parts: list[str] = []
    for check in checks:
        parts += [target(links.check(check.id)), heading(2, code(check.id)), *story(lang, check)]
        parts.append(_judges(facts, lang, check))
    return Page(f"{FOLDER}/{name}", document(heading(1, f"{lang('検査', 'Checks')} {code(name)}"), *parts))


def story(lang: Lang, check: CheckLink) -> Iterator[str]:
    """The docstring: situation, quoted sentence, what a conforming system does."""
    told = [" ".join(part.split()) for part in check.story.strip().split("\n\n")]
    for paragraph in told:
        if paragraph.startswith(">"):
            yield quotation(Lang.JA, [line.strip() for line in paragraph.removeprefix(">").split(" > ")])
        elif lang is Lang.EN:
            yield plain(paragraph)
        else:
            yield block("language-en", plain(paragraph))


def _judges(facts: Facts, lang: Lang, check: CheckLink) -> str:
    killed = [links.to_fault(fault.id) for fault in facts.known.killed_by[check.id]]
    requirements = [links.to_titled_requirement(facts, lang, one) for one in check.requirements]
    between = lang("、", ", ")
    return bullets(
        [
            f"**{lang('要件', 'Judges')}** {between.join(requirements)}",
            *([f"**{lang('見付ける誤り', 'Finds the fault')}** {between.join(killed)}"] if killed else []),
        ]
    )


def faults(facts: Facts, lang: Lang) -> Page:
    parts: list[str] = []
    for fault in facts.links.faults.values():
        parts += [
            target(links.fault(fault.id)),
            heading(2, code(fault.id)),
            spoken(Lang.EN, plain(fault.sentence)),
            bullets(
                [
                    f"**{lang('仕込む所', 'Seeded in')}** {plain(system(lang, fault.system))}",
                    f"**{lang('破る要件', 'Breaks')}** {links.to_titled_requirement(facts, lang, fault.statement)}",
                    f"**{lang('見付ける検査', 'Found by')}** {links.to_check(fault.killed_by)}",
                    f"**{lang('確かめる', 'See it die')}** {code(f'kofu selftest --fault {fault.id}')}",
                ]
            ),
        ]
    return Page(
        "faults",
        document(
            heading(1, lang("仕込んだ誤り", "Seeded faults")),
            lang(
                f"検査が誤りを見付けることを示すため、参照実装に仕込むことができる誤りが{len(facts.links.faults)}件ある。"
                "説明は英語である。",
                f"{len(facts.links.faults)} faults that the reference can be started with. They show that the checks "
                "see what they are for.",
            ),
            *parts,
        ),
    )
