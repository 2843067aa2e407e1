"""Recommending: at most one, written down, never in a dispute or after a failure, never too often; and judged by what it came to."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from careline.carrier.adapters.sandbox import stumbling
from careline.carrier.adapters.sandbox.carrier import Sandbox
from careline.cases import opening
from careline.catalogue.packs import packs_folder
from careline.hall import window
from careline.identity import preferences
from careline.ledger.models import Attempt
from careline.offers import answering, judging, recommending, turning
from careline.offers.facts import Facts
from careline.offers.figures import Figures, figures
from careline.offers.models import Kept, Pause, Showing
from careline.offers.offer import DISPUTES
from careline.offers.policy import Recommending
from careline.offers.recommending import Suggestion, suggest, why_not
from careline.refunds.models import Refund
from careline.values.assurance import Assurance
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference
from tests.at_once import at_once
from tests.halls import Hall
from tests.offers.conftest import NOON, line

pytestmark = pytest.mark.django_db
PAID = Facts("easyown", "shuoyuan", tenure_months=30, charged=(("2026-10", {"data": 3_800}),))


def offered(number: Msisdn, moment: str = "home", at: datetime = NOON, **more: object) -> Suggestion | None:
    return suggest(number, moment, facts=PAID, now=at, **more)  # type: ignore[arg-type]


def complain(number: Msisdn, at: datetime, category: str = "campaign") -> str:
    new = opening.NewCase(f"test:{new_reference()[0]}", number, "complaint", category, "不对", "web")
    return str(opening.accept(new, by="subscriber", now=at).case.docket)


def hall_at(now: datetime) -> Hall:
    hall = Hall()
    hall.clock.now = now
    return hall


def take(number: Msisdn, at: datetime = NOON) -> Showing:
    found = offered(number, at=at)
    assert found is not None
    served = answering.accept(hall_at(at).reception, number, found.showing, at, assurance=Assurance.LINE)
    assert served.outcome == "done", served
    return Showing.objects.get(pk=found.showing)


def test_one_suggestion_with_its_price_reason_and_record() -> None:
    number = line()
    found = offered(number, channel="desk", by="wang")
    assert found is not None
    assert (found.offer.id, found.agreed, found.saves) == ("data_pack_20", "2000/month", 1_800)
    assert found.reason.en == (
        "You paid CNY 38.00 extra for data in Oct 2026. This package costs CNY 20.00 a month: "
        "with the same use you would have paid CNY 18.00 less."
    )
    row = Showing.objects.get()
    assert (row.channel, row.by, row.moment, row.paid, row.price) == ("desk", "wang", "home", 3_800, 2_000)


def test_pages_that_open_at_once_show_one_thing() -> None:
    number = line()
    shown = [offered(number) for _ in range(3)]
    assert len({one.showing for one in shown if one}) == 1
    assert Showing.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_and_so_they_do_on_connections_of_their_own(db: None) -> None:
    number = line()
    shown = at_once([lambda: offered(number) for _ in range(5)])
    assert len({one.showing for one in shown}) == 1, shown
    assert Showing.objects.count() == 1


@pytest.mark.requirement("CHAT-09")
def test_in_a_dispute_nothing_is_recommended_whoever_asks() -> None:
    number = line()
    assert offered(number) is not None
    for moment in DISPUTES:
        assert offered(number, moment) is None
    complain(number, NOON)
    for moment in ("home", "desk", "counter", "leaving", "app"):
        assert why_not(number, moment, NOON) == "open_case"
        assert offered(number, moment) is None or moment == "home"
    assert Showing.objects.exclude(moment="home").count() == 0


def test_while_a_refund_is_open_nothing_is_recommended() -> None:
    number = line()
    Refund.objects.create(
        msisdn=number.digits, item="202610-1", month="2026-10", key="t", channel="web", requested_by="x",
        charged=100, requested_at=NOON, due_at=NOON,
    )  # fmt: skip
    assert why_not(number, "home", NOON) == "open_refund"
    assert offered(number) is None


def test_after_an_attempt_that_failed_nothing_is_recommended_for_a_day() -> None:
    number = line(basic=5_000)
    hall = hall_at(NOON)
    stumbling.stumble("down", kind="switch_on")
    window.pick(hall.reception, number, "k1", NOON, service="caller_id", verb="subscribe", agreed="500/month")
    stumbling.recover()
    assert why_not(number, "home", NOON + timedelta(hours=1)) == "failed"
    assert offered(number, at=NOON + timedelta(hours=23)) is None
    assert offered(number, at=NOON + timedelta(hours=25)) is not None


def test_who_said_never_is_left_alone_until_they_say_otherwise() -> None:
    number = line()
    preferences.choose(number, "offers", False, by="subscriber", now=NOON)
    assert (why_not(number, "desk", NOON), offered(number)) == ("never", None)
    preferences.choose(number, "offers", True, by="subscriber", now=NOON)
    assert offered(number) is not None


def test_nobody_is_shown_more_than_the_caps() -> None:
    number = line()
    seen = [offered(number, at=NOON + timedelta(hours=hours)) for hours in range(0, 24 * 20, 6)]
    showings = Showing.objects.order_by("shown_at")
    assert showings.count() == 3, "of one offer in 30 days"
    times = [row.shown_at for row in showings]
    for at in times:
        assert sum(at <= other < at + timedelta(days=1) for other in times) <= Recommending().shown_a_day
    assert seen[0] is not None


def test_a_paused_offer_is_not_shown_and_resuming_needs_a_reason() -> None:
    judging.pause("data_pack_20", "price is wrong", by="gao", now=NOON)
    assert offered(line()) is None
    with pytest.raises(judging.NotPaused, match="paused"):
        judging.pause("data_pack_20", "again", by="gao", now=NOON)
    with pytest.raises(judging.NotPaused, match="no_reason"):
        judging.resume("data_pack_20", " ", by="gao", now=NOON)
    judging.resume("data_pack_20", "price is right now", by="gao", now=NOON)
    assert offered(line()) is not None


def test_a_price_that_changed_since_it_was_shown_is_asked_again_and_learnt_later() -> None:
    number = line(basic=9_000)
    found = offered(number)
    assert found is not None
    Showing.objects.update(price=1_900)
    hall = hall_at(NOON)
    asked = answering.accept(hall.reception, number, found.showing, NOON)
    assert (asked.outcome, asked.asks) == (None, "confirm")
    assert Showing.objects.get().answer == ""
    assert answering.learn(NOON) == 0
    assert asked.reference is not None
    window.pick(hall.reception, number, "yes-1", NOON, answers=asked.reference, yes=True)
    assert answering.learn(NOON) == 1
    assert Showing.objects.get().answer == "accepted"


def test_what_came_of_an_offer_is_counted_from_the_records() -> None:
    kept, cancelled, complained = line(basic=9_000), line(basic=9_000), line(basic=9_000)
    for number in (kept, cancelled, complained):
        take(number)
    hall = hall_at(NOON + timedelta(days=3))
    served = window.pick(hall.reception, cancelled, "off", hall.clock(), service="pkg_data", verb="cancel")
    if served.asks:
        assert served.reference is not None
        served = window.pick(hall.reception, cancelled, "off-yes", hall.clock(), answers=served.reference, yes=True)
    assert served.outcome == "done", served
    complain(complained, NOON + timedelta(days=4))
    complain(kept, NOON + timedelta(days=31))
    later = line()
    found = offered(later)
    assert found is not None
    answering.decline(later, found.showing, "later", by="subscriber", now=NOON)
    made = figures(NOON - timedelta(days=1), NOON + timedelta(days=1))["data_pack_20"]
    assert made == Figures("data_pack_20", 4, 3, 1, 0, 0, 1, 1)
    assert made.taken_percent == 75


def test_an_offer_that_makes_complaints_is_paused_by_rule_and_stays_so_until_a_person_decides() -> None:
    for _ in range(5):
        number = line(basic=9_000)
        take(number)
        complain(number, NOON + timedelta(days=1))
    at = NOON + timedelta(days=2)
    assert judging.judge(at) == 1
    assert judging.judge(at) == 0
    pause = Pause.objects.get()
    assert (pause.offer, pause.by, "5 of 5" in pause.reason) == ("data_pack_20", "rule", True)
    judging.resume("data_pack_20", "words were changed", by="gao", now=at)
    assert judging.judge(at) == 0, "the old complaints do not count twice"


@pytest.mark.parametrize(
    ("accepted", "complained", "paused"),
    [(19, 2, False), (20, 1, False), (20, 2, True), (1000, 5, True), (4, 4, False), (0, 0, False)],
)
def test_when_an_offer_is_paused_is_a_pure_rule(accepted: int, complained: int, paused: bool) -> None:
    assert judging.too_many(Figures("x", 2000, accepted, 0, 0, 0, 0, complained), Recommending()) is paused


@pytest.mark.requirement("MKT-01")
def test_a_talk_about_an_offer_is_logged_with_start_and_end_and_its_length_is_watched() -> None:
    short, long = line(), line()
    for number, minutes in ((short, 3), (long, 4)):
        found = offered(number, "desk", channel="desk", by="wang")
        assert found is not None
        answering.talked(found.showing, by="wang", now=NOON + timedelta(minutes=minutes), answer="later")
        with pytest.raises(answering.NotAnswered, match="answered"):
            answering.talked(found.showing, by="wang", now=NOON + timedelta(minutes=9))
    rows = {row.msisdn: row for row in Showing.objects.all()}
    assert (rows[short.digits].overlong, rows[long.digits].overlong) == (False, True)
    assert rows[short.digits].ended_at == NOON + timedelta(minutes=3)
    assert figures(NOON, NOON + timedelta(days=1))["data_pack_20"].overlong == 1


@pytest.mark.requirement("RET-04")
def test_a_case_that_ended_with_the_service_kept_is_recorded_once() -> None:
    docket = complain(line(), NOON)
    for _ in range(2):
        turning.keep(docket, "kept", service="mobile_secretary", words="教会了怎么用", by="wang", now=NOON)
    assert Kept.objects.count() == 1
    assert turning.counted(NOON, NOON + timedelta(days=1)) == {"kept": 1, "bought": 0, "thanked": 0}
    with pytest.raises(turning.NotKept):
        turning.keep("9999999999", "kept", by="wang", now=NOON)
    with pytest.raises(turning.NotKept):
        turning.keep(docket, "forced", by="wang", now=NOON)


def test_without_a_catalogue_nothing_is_recommended() -> None:
    from careline.catalogue import library

    library.forget()
    assert offered(line()) is None
    assert Sandbox().kept() == []
    assert recommending.described(Showing(offer="data_pack_20", price=0)) is None


@pytest.mark.requirement("MKT-01")
def test_how_long_a_talk_may_take_is_set_by_the_packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for one in packs_folder().iterdir():
        (tmp_path / one.name).mkdir() if one.name == "common" else (tmp_path / one.name).symlink_to(one)
    for one in (packs_folder() / "common").iterdir():
        if one.name != "offers.toml":
            (tmp_path / "common" / one.name).symlink_to(one)
    written = (packs_folder() / "common" / "offers.toml").read_text(encoding="utf-8")
    assert "minutes_max = 3" in written
    (tmp_path / "common" / "offers.toml").write_text(
        written.replace("minutes_max = 3", "minutes_max = 5"), encoding="utf-8"
    )
    monkeypatch.setenv("CARELINE_PACKS", str(tmp_path))

    late = {}
    for minutes in (5, 6):
        number = line()
        found = offered(number, "desk", channel="desk", by="wang")
        assert found is not None
        answering.talked(found.showing, by="wang", now=NOON + timedelta(minutes=minutes), answer="later")
        late[minutes] = Showing.objects.get(msisdn=number.digits).overlong
    assert late == {5: False, 6: True}


@pytest.mark.requirement("CRP-04")
def test_the_brand_of_a_customer_decides_which_codes_are_served_and_what_is_offered() -> None:
    hall = Hall()
    hall.clock.now = NOON
    for table, brand, known in (("T6a", "gotone", ("refused", "not_eligible")), ("T6b", "mzone", ("done", ""))):
        number = hall.fresh(table, brand)
        hall.say(number, "JSCTK")
        (one,) = Attempt.objects.filter(msisdn=number.digits)
        assert (one.service, one.outcome, one.cause) == ("tariff_ctk", *known), brand
    offers = {}
    for brand in ("gotone", "mzone"):
        facts = replace(PAID, brand=brand, charged=(), said=frozenset({"music"}))
        found = suggest(line(brand=brand), "services", facts=facts, now=NOON)
        offers[brand] = found.offer.id if found else None
    assert offers["mzone"] == "music_ringback"
    assert offers["gotone"] != "music_ringback"
