"""An issuing server of several cities: what is one city's is out of every other's reach. [3.1.2]"""

import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from reference.tests import city_side
from reference.tests.city_side import AREA, NOW, RESIDENCE, RESIDENCE_WHOLE, IssuingSide, new_id, one
from reference.tests.places import Cluster, PostgresPlaces

from kofu.v1.feed_pb2 import FeedHello, FeedRequest
from kofu.v1.feed_pb2_grpc import RecordFeedServiceStub
from kofu_reference.issuing.system import Issuing
from kofu_reference.runtime import Refusal
from kofu_reference.runtime.config import AreaConfig, ConfigurationInvalid
from kofu_reference.runtime.refusal import from_rpc_error
from kofu_spec.city import Citizen, City, make_city

NEIGHBOUR = "992020"


def names_in(city: City) -> set[str]:
    """A name that both cities have tells nothing of whose records these are."""
    return {citizen.name for citizen in city.citizens}


OTHER: City = make_city(seed=2, municipality_code=NEIGHBOUR)
HERE = next(one for one in city_side.with_everything() if one.name not in names_in(OTHER))
THERE: Citizen = next(one for one in OTHER.family("plain") if one.name not in names_in(city_side.CITY))
ALARM = "REASON_ALARM_RAISED"


@pytest.fixture(scope="module")
def side(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IssuingSide]:
    """The city, and a neighbour one of whose people holds the card of somebody here."""
    areas = (AreaConfig(municipality_code=NEIGHBOUR),)
    with city_side.issuing_side(tmp_path_factory.mktemp("areas"), areas=areas) as side:
        city_side.fill(side.system.areas[NEIGHBOUR].register, _with_the_card_of(HERE))
        yield side


def _with_the_card_of(holder: Citizen) -> City:
    record = city_side.resident_of(THERE)
    del record.control.holders[:]
    record.control.holders.append(city_side.holder(city_side.serial_of(holder)))
    linked = replace(THERE, resident=record)
    return replace(OTHER, citizens=tuple(linked if each.key == THERE.key else each for each in OTHER.citizens))


def names(side: IssuingSide, citizen: Citizen, municipality_code: str) -> list[str]:
    document = side.document(citizen, RESIDENCE_WHOLE, municipality_code=municipality_code)
    return [person.name for person in document.residence_certificate.persons]


def test_one_card_is_two_people_in_two_cities(side: IssuingSide) -> None:
    assert THERE.resident is not None
    household = [each.name for each in OTHER.household(THERE.resident.control.household_key)]
    assert HERE.name in names(side, HERE, AREA)
    assert THERE.name in names(side, HERE, NEIGHBOUR)
    assert set(names(side, HERE, NEIGHBOUR)) <= set(household)


def test_a_card_that_only_one_city_knows_finds_nobody_in_the_other(side: IssuingSide) -> None:
    theirs = OTHER.family("plain")[1]
    assert side.refusal(theirs, RESIDENCE, municipality_code=AREA) == "REASON_APPLICANT_NOT_FOUND"
    assert side.refusal(one("twins"), RESIDENCE, municipality_code=NEIGHBOUR) == "REASON_APPLICANT_NOT_FOUND"


def test_each_city_has_files_renderers_and_a_thread_of_its_own(side: IssuingSide) -> None:
    names(side, HERE, NEIGHBOUR)
    here, there = side.system.areas[AREA], side.system.areas[NEIGHBOUR]
    assert set(here.renderer.pids()).isdisjoint(there.renderer.pids())
    assert here.thread is not there.thread
    for code, name in ((AREA, HERE.name), (NEIGHBOUR, THERE.name)):
        other = NEIGHBOUR if code == AREA else AREA
        assert city_side.files_with(side.folder / code, [name.encode()]) != []
        assert city_side.files_with(side.folder / other, [name.encode()]) == []
        assert (side.folder / code).stat().st_mode & 0o077 == 0


def test_an_alarm_of_one_city_stops_that_city_alone(side: IssuingSide) -> None:
    request_id = new_id()

    def another(document: Any) -> None:
        document.request_id = new_id()

    with side.meanwhile(another):
        assert side.refusal(HERE, RESIDENCE, request_id=request_id) == ALARM
    assert side.refusal(HERE, RESIDENCE) == ALARM
    assert THERE.name in names(side, HERE, NEIGHBOUR)
    with pytest.raises(Refusal, match="REASON_ROLE_NOT_ALLOWED"):
        side.reconcile(request_id, NEIGHBOUR)
    side.reconcile(request_id)
    assert HERE.name in names(side, HERE, AREA)


def test_a_citys_relay_feeds_its_own_city_alone(side: IssuingSide) -> None:
    async def opened(code: str) -> str:
        async with side.running.channel("relay") as line:
            stream: Any = RecordFeedServiceStub(line).Feed()  # type: ignore[call-arg]
            hello = FeedHello(municipality_code=code, feed_id=str(uuid.UUID(city_side.FEED_ID)))
            await stream.write(FeedRequest(hello=hello))
            try:
                return str((await stream.read()).WhichOneof("message"))
            except Exception as error:
                return from_rpc_error(error).name  # type: ignore[arg-type]

    assert side.run(opened(AREA)) == "resume"
    assert side.run(opened(NEIGHBOUR)) == "REASON_ROLE_NOT_ALLOWED"
    assert side.run(opened("992038")) == "REASON_MUNICIPALITY_NOT_SERVED"


def test_a_city_without_a_relay_has_no_koseki(side: IssuingSide) -> None:
    reason = side.refusal(HERE, city_side.ALL_MATTERS, municipality_code=NEIGHBOUR)
    assert reason == "REASON_UPSTREAM_UNAVAILABLE"


def test_a_city_that_began_later_is_not_served_before(tmp_path: Path) -> None:
    areas = (AreaConfig(municipality_code=NEIGHBOUR, starts_on=NOW.date().replace(year=2027)),)
    with city_side.issuing_side(tmp_path, areas=areas) as side:
        city_side.fill(side.system.areas[NEIGHBOUR].register, OTHER)
        assert side.refusal(THERE, RESIDENCE, municipality_code=NEIGHBOUR) == "REASON_SERVICE_NOT_STARTED"
        assert side.document(one("plain"), RESIDENCE).pdf


def test_each_city_has_a_database_of_its_own_where_its_records_stand_in_postgresql(
    tmp_path: Path, cluster: Cluster
) -> None:
    """Both servers of the site read in each of them what was fed; neither server takes one for another city's."""
    places = PostgresPlaces(cluster)
    here, there = places.fresh(), places.fresh()
    areas = (AreaConfig(municipality_code=NEIGHBOUR, database_url=there),)
    with city_side.issuing_side(tmp_path, database_url=here, areas=areas, servers=2) as side:
        city_side.fill(side.system.areas[NEIGHBOUR].register, OTHER)
        second = city_side.Running(side.keys, Issuing, side.config(server=2))
        assert isinstance(second.system, Issuing)
        side.run(second.start())
        try:
            for register, citizen in ((second.system.register, HERE), (second.system.areas[NEIGHBOUR].register, THERE)):
                standing = register.standing_of(city_side.holder(city_side.serial_of(citizen)))
                assert standing is not None
                assert standing.resident.name == citizen.name
        finally:
            side.run(second.stop())
        assert HERE.name in names(side, HERE, AREA)
        assert THERE.name in names(side, THERE, NEIGHBOUR)
        with pytest.raises(ConfigurationInvalid, match="the records of issuing 992020 stand there"):
            Issuing(side.config(database_url=there, areas=()), side.system.clock, side.system.holds)
    for place, own, other in ((here, HERE, THERE), (there, THERE, HERE)):
        with closing(places.open(place)) as database:
            records = b"".join(record for (record,) in database.execute("SELECT record FROM resident"))
        assert own.name.encode() in records
        assert other.name.encode() not in records
    assert city_side.files_with(tmp_path / "data", [HERE.name.encode(), THERE.name.encode()]) == []
