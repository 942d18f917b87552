"""What a certificate costs, and what is kept. [1.3, 3.3.6, P.2]"""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kofu.v1.center_pb2 import ApplyRequest, ReportOutcomeRequest
from kofu.v1.common_pb2 import CertificateKind
from kofu.v1.reason_pb2 import Reason
from kofu_spec.contract.rules import field_rules
from kofu_spec.rules.fees import MOST_COPIES, Price, Tariff, confirmed, due_yen, may_print, settled

KINDS = [CertificateKind.Name(kind) for kind in CertificateKind.values() if kind]
YEN = st.integers(0, 10_000)
KIND = st.sampled_from([CertificateKind.Value(name) for name in KINDS])
TARIFFS = st.builds(Tariff, st.just("992011"), st.dictionaries(KIND, YEN))
PRICES = st.builds(Price, KIND, st.integers(1, MOST_COPIES), YEN)

RESIDENCE = CertificateKind.CERTIFICATE_KIND_RESIDENCE_CERTIFICATE
TARIFF = Tariff("992011", {RESIDENCE: 300})


@given(tariff=TARIFFS, kind=KIND, copies=st.integers(-2, 13))
def test_a_price_is_the_tariffs_and_a_kind_without_one_is_not_offered(
    tariff: Tariff, kind: "CertificateKind", copies: int
) -> None:
    price = confirmed(tariff, kind, copies)
    if not 1 <= copies <= 10:
        assert price == Reason.REASON_INVALID_REQUEST
    elif kind not in tariff.yen_a_copy:
        assert price == Reason.REASON_KIND_NOT_OFFERED
    else:
        assert isinstance(price, Price)
        assert sum([tariff.yen_a_copy[kind]] * copies) == price.total_yen
        assert type(price.total_yen) is int


@given(price=PRICES, paid=st.integers(0, 200_000), printed=st.integers(0, MOST_COPIES))
def test_no_yen_is_lost_and_nobody_pays_for_what_did_not_print(price: Price, paid: int, printed: int) -> None:
    if printed > price.copies or (printed and paid < price.total_yen):
        with pytest.raises(ValueError, match=r"copies_printed: must lie|nothing may be printed yet"):
            settled(price, paid, printed)
        return
    settlement = settled(price, paid, printed)
    assert settlement.kept_yen + settlement.returned_yen == paid
    assert 0 <= settlement.kept_yen <= min(paid, price.total_yen)
    assert settlement.returned_yen >= 0
    if printed == 0:
        assert settlement.returned_yen == paid
    if printed == price.copies:
        assert settlement.kept_yen == price.total_yen
    elif paid >= price.total_yen:
        assert settled(price, paid, printed + 1).kept_yen - settlement.kept_yen == price.yen_a_copy


@given(prices=st.lists(PRICES, max_size=6), one=PRICES)
def test_a_session_costs_the_sum_of_what_was_confirmed(prices: list[Price], one: Price) -> None:
    assert due_yen([*prices, one]) == due_yen(prices) + one.total_yen
    assert due_yen(reversed(prices)) == due_yen(prices)
    assert due_yen([]) == 0


@given(tariff=TARIFFS.filter(lambda tariff: bool(tariff.yen_a_copy)), raised=st.integers(1, 500), data=st.data())
def test_a_price_confirmed_holds_when_the_tariff_changes(tariff: Tariff, raised: int, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(tariff.yen_a_copy)))
    before = confirmed(tariff, kind, 2)
    assert isinstance(before, Price)
    later = replace(tariff, yen_a_copy={kind: tariff.yen_a_copy[kind] + raised})
    after = confirmed(later, kind, 2)
    assert isinstance(after, Price)
    assert settled(before, after.total_yen, 2).returned_yen == 2 * raised
    assert may_print(before, before.total_yen) is None
    assert may_print(after, before.total_yen) == Reason.REASON_PAYMENT_INCOMPLETE


@given(price=PRICES, paid=st.integers(0, 200_000))
def test_printing_begins_when_the_whole_price_is_there_and_for_nothing_where_it_is_free(
    price: Price, paid: int
) -> None:
    assert (may_print(price, paid) is None) == (paid >= price.total_yen)
    assert may_print(replace(price, yen_a_copy=0), 0) is None


@pytest.mark.parametrize(
    ("copies", "paid", "printed", "kept", "returned"),
    [(3, 1000, 3, 900, 100), (3, 1000, 1, 300, 700), (3, 900, 0, 0, 900), (1, 300, 1, 300, 0), (1, 100, 0, 0, 100)],
)
def test_three_copies_and_a_jam(copies: int, paid: int, printed: int, kept: int, returned: int) -> None:
    price = confirmed(TARIFF, RESIDENCE, copies)
    assert isinstance(price, Price)
    settlement = settled(price, paid, printed)
    assert (settlement.kept_yen, settlement.returned_yen) == (kept, returned)


@pytest.mark.parametrize("yen", [-1, 300.0, True, "300"])
def test_a_fee_that_is_no_whole_number_of_yen_is_refused(yen: object) -> None:
    with pytest.raises(ValueError, match="yen_a_copy: CERTIFICATE_KIND_RESIDENCE_CERTIFICATE must be a whole number"):
        Tariff("992011", {RESIDENCE: yen})  # type: ignore[dict-item]


def test_the_most_copies_are_those_of_the_interface() -> None:
    assert field_rules(ApplyRequest.DESCRIPTOR.fields_by_name["copies"]).int32.lte == MOST_COPIES
    assert field_rules(ReportOutcomeRequest.DESCRIPTOR.fields_by_name["copies_printed"]).int32.lte == MOST_COPIES
