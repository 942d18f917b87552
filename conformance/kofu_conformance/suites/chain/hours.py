"""Service hours, closing days and the koseki office's own hours, at their boundaries. [1.2, 1.4, 1.5, 1.6]"""

from datetime import date, datetime, time, timedelta, timezone

from hypothesis import strategies as st

from kofu.v1.common_pb2 import CertificateKind
from kofu.v1.reason_pb2 import Reason
from kofu_conformance.engine import check, expect_equal
from kofu_conformance.suites.chain import applications
from kofu_conformance.testers.answer import Answer, M
from kofu_conformance.testers.chain import Chain
from kofu_spec.rules import calendar

JST = timezone(timedelta(hours=9), "JST")
SERVED = "OK"

DAY_BOUNDARIES = [
    time(0, 0),
    time(6, 29, 59, 999000),
    time(6, 30),
    time(22, 59, 59, 999000),
    time(23, 0),
    time(23, 0, 59, 999000),
    time(23, 59, 59, 999000),
]
KOSEKI_BOUNDARIES = [
    time(8, 59, 59, 999000),
    time(9, 0),
    time(12, 0),
    time(16, 59, 59, 999000),
    time(17, 0),
    time(17, 0, 59, 999000),
]
SERVICE_DAYS = [
    date(2022, 2, 28),
    date(2022, 3, 1),
    date(2024, 2, 29),
    date(2025, 12, 28),
    date(2025, 12, 29),
    date(2025, 12, 31),
    date(2026, 1, 1),
    date(2026, 1, 3),
    date(2026, 1, 4),
    date(2026, 10, 7),
    date(2026, 10, 10),
]
KOSEKI_DAYS = [
    date(2026, 1, 5),  # Monday after the New Year closing
    date(2026, 5, 6),  # substitute holiday
    date(2026, 9, 21),  # national holiday
    date(2026, 9, 22),  # sandwiched between two holidays
    date(2026, 9, 24),
    date(2026, 10, 10),  # Saturday
    date(2026, 10, 11),  # Sunday
    date(2026, 10, 7),
    date(2026, 12, 28),
]


def instants(days: list[date], times: list[time]) -> st.SearchStrategy[datetime]:
    """Instants of Japan at which something changes, or nothing may."""
    return st.builds(
        lambda day, at: datetime.combine(day, at, tzinfo=JST), st.sampled_from(days), st.sampled_from(times)
    )


def observed(answer: Answer[M]) -> str:
    """What came of a call; `Unobserved` where the connection broke."""
    return SERVED if answer.refusal is None else answer.refusal.reason


def reason_name(reason: Reason | None) -> str:
    return SERVED if reason is None else Reason.Name(reason)


@check(
    "1.2",
    "1.4",
    "1.5",
    cases=instants(SERVICE_DAYS, DAY_BOUNDARIES),
    quick=40,
    standard=77,
    thorough=77,
    exclusive=True,
    needs=("center.test_control",),
)
def opens_and_closes_on_time(chain: Chain, instant: datetime) -> None:
    """
    A kiosk opens a session at an instant near opening, closing, a closing day or the first day of the service.

    > 12月29日から1月3日までを除く毎日 6:30～23:00

    The hours are half-open: 06:30:00.000 is served, 23:00:00.000 no longer. Outside them, on closing days and
    before 2022-03-01 the center refuses, and says why.
    """
    chain.story.step(f"clock stands at {instant.isoformat()}")
    chain.clock.freeze(instant)
    answer = chain.center().open_session()

    expected = reason_name(calendar.refusal_at(None, instant))
    for requirement in ("1.2", "1.4", "1.5"):
        chain.story.trigger(requirement)
    expect_equal(observed(answer), expected, seen_at="kiosk -> center, OpenSession", code="session_hours")


@check(
    "1.5",
    cases=st.sampled_from([-10.0, -0.001, 0.0, 0.001, 59.999]),
    quick=5,
    standard=5,
    thorough=5,
    exclusive=True,
    needs=("center.test_control",),
)
def application_is_judged_when_received(chain: Chain, seconds_after_closing: float) -> None:
    """
    A session opened in time applies around closing time.

    > 12月29日から1月3日までを除く毎日 6:30～23:00

    The center's instant of receipt of the application decides: before 23:00:00.000 it is served, from then on refused.
    """
    closing = chain.clock.now.astimezone(JST).replace(hour=23, minute=0, second=0, microsecond=0)
    chain.clock.freeze(closing - timedelta(minutes=1))
    citizen = chain.citizen("plain")
    session = chain.center().session_for(citizen)
    chain.story.step("session opened one minute before closing time")

    instant = closing + timedelta(seconds=seconds_after_closing)
    chain.clock.freeze(instant)
    chain.story.step(f"residence certificate applied for {seconds_after_closing:+.3f} s from closing time")
    answer = session.apply(applications.residence())

    expected = reason_name(calendar.refusal_at(CertificateKind.CERTIFICATE_KIND_RESIDENCE_CERTIFICATE, instant))
    chain.story.trigger("1.5")
    expect_equal(observed(answer), expected, seen_at="kiosk -> center, Apply", code="application_hours")


@check(
    "1.6",
    cases=instants(KOSEKI_DAYS, KOSEKI_BOUNDARIES),
    quick=24,
    standard=54,
    thorough=54,
    exclusive=True,
    needs=("center.test_control",),
)
def koseki_only_on_office_days(chain: Chain, instant: datetime) -> None:
    """
    A koseki certificate is applied for around the koseki office's hours, on weekdays, weekends and holidays.

    > 戸籍証明は平日開庁日の9:00～17:00

    Only on office days, from 09:00:00.000 until before 17:00:00.000; substitute and sandwiched holidays are no office
    days. What the center offers is what can be had: koseki is not offered while it can't be had, the others are.
    """
    chain.clock.freeze(instant)
    chain.story.step(f"clock stands at {instant.isoformat()}")
    citizen = chain.citizen("plain")
    session = chain.center().session_for(citizen)
    kind = CertificateKind.CERTIFICATE_KIND_KOSEKI_ALL_MATTERS
    refusal = calendar.refusal_at(kind, instant)

    offered = {offer.kind for offer in session.offers().granted().offers}
    chain.story.step("offers listed")
    expect_equal(kind in offered, refusal is None, seen_at="kiosk -> center, ListOffers", code="koseki_offered")

    answer = session.apply(applications.koseki_all())
    chain.story.trigger("1.6")
    expect_equal(observed(answer), reason_name(refusal), seen_at="kiosk -> center, Apply", code="koseki_hours")
