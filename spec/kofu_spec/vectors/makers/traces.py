"""traces.json: what is seen at a role's border, step by step, and whether it is allowed; judged by the model's oracle."""

from dataclasses import fields
from typing import Any

from kofu_spec.model.crossings import CROSSINGS
from kofu_spec.model.observations import QUIET
from kofu_spec.model.oracle import Result
from kofu_spec.model.state import Configuration
from kofu_spec.model.traces import Trace, traces
from kofu_spec.model.views import VIEWS
from kofu_spec.vectors.making import Made, record
from kofu_spec.vectors.reading import Vector

_NUMBER = {"type": "integer", "minimum": 0}
_PAGES = {"type": "array", "items": {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2}}
_TEXT = {"type": "string", "minLength": 1}


def make() -> Made:
    """Every trace with the verdict of each of its steps."""
    constants = {field.name: _NUMBER for field in fields(Configuration) if field.name != "name"}
    step = _step()
    return Made(
        name="traces",
        version="1",
        about_ja=(
            "一つの役割の境界で見えたこと（view）を順に並べ、それぞれが許されるかを示す。inputは試験者又は周囲がしたこと、"
            "outputは役割がしたこと、refusedは受け付けられなかった操作、silenceは定めた時間を過ぎても何もないこと。"
            "市民、端末、サーバ、申請、異動は1から数える。ページは［申請、市民］で表す。constantsは小さな世界の大きさ。"
            "許されないものは必ず最後の一つで、insteadはその時に許されたもの。"
        ),
        about_en=(
            "What is seen at the border of one role (view), in its order, and whether each step is allowed. input is "
            "what the tester or the world does, output what the role does, refused an act that was not taken, silence "
            "that nothing happens past the declared bound. Citizens, kiosks, servers, requests and changes count from "
            "1; a page is [request, citizen]. constants is the size of the small world. What is not allowed is always "
            "the last step; instead is what was allowed then."
        ),
        given=record(
            {
                "view": {"enum": list(VIEWS)},
                "world": _TEXT,
                "constants": record(constants, optional=constants),
                "steps": {"type": "array", "minItems": 1, "items": step},
            }
        ),
        expect=record(
            {
                "results": {"type": "array", "minItems": 1, "items": {"enum": [result.value for result in Result]}},
                "instead": {"type": "array", "items": step},
            }
        ),
        vectors=tuple(_vector(trace) for trace in traces()),
    )


def _step() -> dict[str, Any]:
    facts = {fact: _NUMBER for crossing in CROSSINGS.values() for fact in crossing.facts} | {"pages": _PAGES}
    return record(
        {
            "kind": {"enum": ["input", "output", "refused", "silence"]},
            "name": {"enum": [*CROSSINGS, QUIET.name]},
            "facts": record(facts, optional=facts),
            "ja": _TEXT,
            "en": _TEXT,
        }
    )


def _vector(trace: Trace) -> Vector:
    return Vector(
        id=trace.slug,
        given=trace.given(),
        expect=trace.expect(),
        because_ja=trace.ja,
        because_en=trace.en,
        requirement=trace.requirement,
    )
