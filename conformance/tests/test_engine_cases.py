"""Drawing, storing and reading cases."""

import sys
from pathlib import Path

import pytest
from hypothesis import strategies as st

from kofu_conformance.engine import Check, Level, Registry, check
from kofu_conformance.engine.cases import CaseFault, arguments, draw, encode, seed_of


def made(cases: object, annotation: object, quick: int = 20) -> Check:
    registry = Registry()

    def tells(chain: object, case: object) -> None:
        """
        A situation.

        > 引用文
        """

    tells.__annotations__["case"] = annotation
    check("1.1", cases=cases, quick=quick, registry=registry)(tells)  # type: ignore[arg-type]
    return next(iter(registry))


def test_cases_are_distinct_and_as_many_as_the_level_asks() -> None:
    cases = draw(made(st.lists(st.booleans(), max_size=8), list[bool], quick=50), 1, Level.QUICK)
    assert len(cases) == len(set(cases)) == 50


def test_fewer_cases_than_asked_are_all_that_there_are() -> None:
    assert set(draw(made(st.sampled_from("abc"), str, quick=20), 1, Level.QUICK)) == {'"a"', '"b"', '"c"'}


def test_drawing_does_not_depend_on_which_modules_are_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = made(st.tuples(st.integers(), st.text()), tuple[int, str], quick=200)
    before = draw(one, 1, Level.QUICK)
    (tmp_path / "kofu_test_of_constants.py").write_text("A = [123456789123, 99887766554433]\nB = ['甲府', 'special']\n")
    monkeypatch.syspath_prepend(tmp_path)
    __import__("kofu_test_of_constants")
    try:
        assert draw(one, 1, Level.QUICK) == before
    finally:
        del sys.modules["kofu_test_of_constants"]


def test_names_come_back_from_json_code_point_by_code_point() -> None:
    name = "葛\U000e0100城 﨑\U00020b9f"
    one = made(st.just(name), str)
    assert arguments(one, encode(one, name)) == (name,)


@pytest.mark.parametrize(("case", "annotation"), [(object(), str), (3.5, int), ({1, 2}, list[str])])
def test_a_case_that_is_not_of_its_annotation_is_a_fault_of_the_suite(case: object, annotation: object) -> None:
    with pytest.raises(CaseFault, match="can't be stored as JSON"):
        encode(made(st.just(case), annotation), case)


def test_a_stored_case_that_no_longer_fits_says_so() -> None:
    with pytest.raises(CaseFault, match="no longer fits"):
        arguments(made(st.integers(), int), '"seven"')


def test_each_check_has_a_seed_of_its_own() -> None:
    assert len({seed_of(1, "a"), seed_of(1, "b"), seed_of(2, "a")}) == 3
    assert seed_of(1, "a") == 4711607286779601954


@pytest.mark.parametrize(
    ("arguments_of_check", "docstring", "fault"),
    [
        ((), "S.\n\n> 引用", "no requirement named"),
        (("three",), "S.\n\n> 引用", "is no requirement id"),
        (("1.1",), "", "no docstring"),
        (("1.1",), "A situation without a source.", "quotes no source sentence"),
    ],
)
def test_a_check_written_wrongly_is_refused_with_a_clear_line(
    arguments_of_check: tuple[str, ...], docstring: str, fault: str
) -> None:
    def wrong(chain: object) -> None: ...

    wrong.__doc__ = docstring
    with pytest.raises(TypeError, match=fault):
        check(*arguments_of_check, registry=Registry())(wrong)


def test_the_signature_has_to_fit_the_cases() -> None:
    def two(chain: object, case: int) -> None:
        """S.

        > 引用
        """

    def unannotated(chain, case) -> None:  # type: ignore[no-untyped-def]
        """S.

        > 引用
        """

    with pytest.raises(TypeError, match="takes 2"):
        check("1.1", registry=Registry())(two)
    with pytest.raises(TypeError, match="has no annotation"):
        check("1.1", cases=st.integers(), registry=Registry())(unannotated)
    with pytest.raises(TypeError, match="more than one case"):
        check("1.1", quick=3, registry=Registry())(lambda chain: None)
