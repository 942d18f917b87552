"""A flow as a drawing, and the same in words for who can't see it."""

from collections.abc import Iterator

from kofu_site import links
from kofu_site.facts import Facts
from kofu_site.flows import Act, Call, Flow, Sent, Step
from kofu_site.markup import Lang, code, link, numbered, plain, raw_html
from kofu_site.sequence_diagram import Arrow, draw
from kofu_site.words import system


def drawn(facts: Facts, lang: Lang, flow: Flow) -> Iterator[str]:
    arrows = [arrow for step in flow.steps for arrow in _arrows(facts, lang, step)]
    names = [system(lang, one) for one in flow.participants]
    title = lang(flow.title_ja, flow.title_en)
    yield raw_html(draw(names, arrows, lang(f"{title}の図", f"Diagram: {title}")))
    summary = lang("図の内容を文で読む", "The diagram in words")
    yield raw_html(f"<details><summary>{summary}</summary>")
    told = [sentence for step in flow.steps for sentence in _told(lang, step)]
    yield numbered(told)
    yield raw_html("</details>")


def _arrows(facts: Facts, lang: Lang, step: Step) -> Iterator[Arrow]:
    sender, receiver = system(lang, step.sender), system(lang, step.receiver)
    match step:
        case Act():
            yield Arrow(sender, receiver, lang(step.ja, step.en))
        case Sent():
            facts.image.message(f"kofu.v1.{step.message}")  # KeyError where it is gone
            yield Arrow(sender, receiver, step.message)
        case Call():
            method = facts.image.pool.FindMethodByName(f"kofu.{step.method}")
            yield Arrow(sender, receiver, method.name)
            for inner in step.within:
                yield from _arrows(facts, lang, inner)
            yield Arrow(receiver, sender, method.output_type.name, answer=True)


def _told(lang: Lang, step: Step) -> Iterator[str]:
    ends = f"{plain(system(lang, step.sender))} → {plain(system(lang, step.receiver))}"
    match step:
        case Act() if step.sender == step.receiver:
            yield f"{plain(system(lang, step.sender))}: {plain(lang(step.ja, step.en))}"
        case Act():
            yield f"{ends}: {plain(lang(step.ja, step.en))}"
        case Sent():
            yield f"{ends}: {link(code(step.message), links.declared(f'kofu.v1.{step.message}'))}"
        case Call():
            name = step.method.rpartition(".")[2]
            yield f"{ends}: {link(code(name), links.declared(f'kofu.{step.method}'))}"
            for inner in step.within:
                yield from _told(lang, inner)
