"""The chain's facade before a miniature issuing server: answers, clock, holds, restart, reflection, transcript."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conformance.tests import miniature

from kofu.v1.document_pb2 import Document
from kofu_conformance.engine import Deviation, Story, Unobserved
from kofu_conformance.suites.chain import concurrency, documents, refusals
from kofu_conformance.testers.chain import Chain, open_chain
from kofu_conformance.testers.wish import Kind, Wish, can_have


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Chain, miniature.Control]]:
    with miniature.serving(tmp_path_factory.mktemp("run")) as (profile, _, control), open_chain(profile, 1) as chain:
        yield chain, control


def _begin(chain: Chain) -> Story:
    story = Story()
    chain.begin_case(story)
    return story


def test_a_granted_call_gives_the_message_and_is_recorded_without_a_name(
    served: tuple[Chain, miniature.Control],
) -> None:
    chain, _ = served
    story = _begin(chain)
    wish = Wish(Kind.SEAL_REGISTRATION)
    citizen = chain.citizen("plain", can_have(chain.city, wish, chain.clock.now))
    client = chain.issuing()
    answer = client.issue(citizen, wish.application(chain.city, citizen))
    assert answer.granted().document.request_id == client.request_id
    (event,) = [event for event in story.transcript if event.get("method") == "IssuingService/Issue"]
    assert (event["from"], event["to"], event["result"]) == ("center", "issuing", "OK")
    assert event["request_id"] == client.request_id
    assert citizen.name not in str(story.transcript)


def test_a_refusal_is_known_by_its_reason(served: tuple[Chain, miniature.Control]) -> None:
    chain, _ = served
    _begin(chain)
    citizen = chain.citizen("no-seal", lambda one: one.resident is not None)
    answer = chain.issuing().issue(citizen, Wish(Kind.SEAL_REGISTRATION).application(chain.city, citizen))
    assert answer.refused("REASON_NO_SEAL_REGISTRATION").status == "FAILED_PRECONDITION"
    with pytest.raises(Deviation, match="refused_for_another_reason"):
        answer.refused("REASON_UNDER_AGE")
    with pytest.raises(Deviation, match="refused_what_is_due"):
        answer.granted()


def test_an_error_without_a_reason_is_unobserved_but_never_the_refusal_asked_for(
    served: tuple[Chain, miniature.Control],
) -> None:
    chain, _ = served
    _begin(chain)
    # A certificate of nobody makes the miniature fail with a plain error.
    citizen = chain.citizen("plain")
    holder = miniature.issuing_pb2.IssueRequest().holder
    holder.issuer_key_id, holder.certificate_serial = b"k" * 20, "1"
    answer = chain.issuing().issue(holder, Wish(Kind.SEAL_REGISTRATION).application(chain.city, citizen))
    with pytest.raises(Unobserved):
        _ = answer.message
    with pytest.raises(Deviation, match="broken_instead_of_refused"):
        answer.refused("REASON_APPLICANT_NOT_FOUND")


def test_every_case_begins_at_base_with_nothing_held(served: tuple[Chain, miniature.Control]) -> None:
    chain, control = served
    _begin(chain)
    control.holds.clear()
    chain.clock.freeze(miniature.BASE + timedelta(days=1))
    chain.hold("issuing.render", 0.25, 3)
    assert control.instant == miniature.BASE + timedelta(days=1)
    _begin(chain)
    assert control.instant == miniature.BASE
    assert control.holds == [("issuing.render", 0.25, 3), ("issuing.render", 0.0, 0)]
    _begin(chain)
    assert len(control.holds) == 2


def test_a_restart_waits_for_the_new_process_and_sets_its_clock(served: tuple[Chain, miniature.Control]) -> None:
    chain, control = served
    _begin(chain)
    control.boot_id, control.instant = "first", None
    chain.restart("issuing")
    assert control.boot_id == "second"
    assert control.instant == datetime(2026, 10, 7, 1, 0, tzinfo=UTC)


def test_a_restarted_issuing_server_is_waited_for_until_its_records_are_current(tmp_path: Path) -> None:
    with miniature.serving(tmp_path) as (profile, issuing, _), open_chain(profile, 1) as chain:
        story = _begin(chain)
        issuing.not_current = 3
        chain.restart("issuing")
        results = [event["result"] for event in story.transcript if event.get("method") == "IssuingService/Issue"]
        assert results[:-1] == ["REASON_RECORDS_NOT_CURRENT"] * 3
        assert results[-1] != "REASON_RECORDS_NOT_CURRENT"


def test_reflection_shows_methods_with_their_messages(served: tuple[Chain, miniature.Control]) -> None:
    chain, _ = served
    methods = {one.method.short: one for service in chain.reflect("issuing") for one in service.methods}
    assert "request_id" in methods["IssuingService/Issue"].request.fields_by_name
    assert methods["ServerReflection/ServerReflectionInfo"].client_streams


def test_a_system_or_role_that_the_profile_lacks_is_unobserved(served: tuple[Chain, miniature.Control]) -> None:
    chain, _ = served
    with pytest.raises(Unobserved, match="no system kiosk"):
        chain.kiosk()
    with pytest.raises(Unobserved, match=r"tls\.peers\.relay"):
        chain.wire.channel("issuing", "relay")


def test_request_ids_differ_between_runs_of_one_seed(tmp_path: Path) -> None:
    with miniature.serving(tmp_path) as (profile, _, _), open_chain(profile, 1) as one, open_chain(profile, 1) as other:
        ids = [chain.new_request_id() for chain in (one, other) for _ in range(20)]
    assert len(set(ids)) == len(ids)


RUSH = (concurrency.Rush("issuing", (Kind.RESIDENCE_CERTIFICATE, Kind.TAX_ASSESSMENT), 4, drawn_out=False),)


def test_a_rush_of_right_documents_passes(served: tuple[Chain, miniature.Control]) -> None:
    chain, _ = served
    story = _begin(chain)
    concurrency.same_millisecond(chain, RUSH)
    assert story.triggers["P.3"] == 1


def _the_one_before(first: list[Document]) -> Callable[[Document], None]:
    """Kawasaki: what is made now is overwritten by what was made before."""

    def mistake(made: Document) -> None:
        if first:
            request_id = made.request_id
            made.CopyFrom(first[0])
            made.request_id = request_id
        else:
            first.append(Document())
            first[0].CopyFrom(made)

    return mistake


def test_a_rush_with_a_mixed_up_document_is_found(tmp_path: Path) -> None:
    mistake = _the_one_before([])
    with miniature.serving(tmp_path, mistake) as (profile, _, _), open_chain(profile, 1) as chain:
        _begin(chain)
        with pytest.raises(Deviation, match=r"document_of_another_kind|wrong_items"):
            concurrency.same_millisecond(chain, RUSH)


def test_the_day_in_japan_is_checked_where_it_is_still_yesterday_in_greenwich(tmp_path: Path) -> None:
    morning = datetime(2026, 12, 28, 6, 30, tzinfo=UTC) - timedelta(hours=9)

    def utc_day(made: Document) -> None:
        made.issued_on.day -= 1

    with miniature.serving(tmp_path, utc_day) as (profile, _, _), open_chain(profile, 1) as chain:
        _begin(chain)
        with pytest.raises(Deviation, match="wrong_date_of_issue"):
            documents.the_date_of_issue_is_the_day_in_japan(chain, morning)


def test_a_served_seventh_kind_is_an_unknown_field_of_the_application() -> None:
    unknown = miniature.Application.FromString(refusals._empty_message_in(107))
    assert unknown.WhichOneof("certificate") is None
    assert len(unknown.SerializeToString()) == 3
