"""Dates of issue where an era ends and another begins. [P.9]"""

from datetime import datetime, time

from hypothesis import strategies as st

from kofu_conformance.engine import check
from kofu_conformance.oracles import documents as oracle
from kofu_conformance.suites.chain import applications
from kofu_conformance.suites.chain.neighbour import neighbour
from kofu_conformance.testers.chain import Chain
from kofu_spec.rules.calendar import JST

DAYS = ((2019, 4, 30), (2019, 5, 1), (2019, 5, 7), (2019, 12, 28), (2020, 1, 4))
"""The last day of 平成, the first of 令和, the day of the case in Osaka, and the first turn of a year within it."""

TIMES = st.sampled_from([time(6, 30), time(9, 0), time(22, 59, 59)])


@check("P.9", "2.8", cases=TIMES, quick=1, standard=3, thorough=6, needs=("areas",))
def the_first_days_of_an_era(chain: Chain, at: time) -> None:
    """
    A city whose service began before the era ended: certificates are asked for on the last day of the old era and on
    the first days of the new one.

    > 請求により証明書情報を送信し、証明書交付センターを経て、コンビニ等店舗より発行される。

    Each is dated by the era of its day: 平成31年 up to 30 April 2019, 令和元年 from 1 May 2019.
    """
    with neighbour(chain) as other:
        for number, day in enumerate(DAYS):
            moment = datetime.combine(datetime(*day), at, JST)  # noqa: DTZ001 - the zone follows
            _, citizen = other.pairs[number % len(other.pairs)]
            chain.story.step(f"received at {moment.isoformat()}")
            application = applications.residence()
            due = oracle.due(other.city, citizen, application, moment)
            client = chain.issuing()
            answer = client.issue(
                citizen, application, received_at=moment, municipality_code=other.area.municipality_code
            )
            oracle.judge(answer.granted("a document within the hours").document, due, client.request_id, answer.call)
            chain.story.trigger("P.9")
            chain.story.trigger("2.8")
