"""A circle on the staff's pages, for the tests: what somebody types, step by step. Days are counted back from today."""

from datetime import UTC, date, datetime, timedelta

from django.test import Client

from careline.circle.models import Circle, Member
from careline.insight import clock
from tests.insight.records import fold, record

CRITERIA = ("importance", "urgency", "perception")


def noon(ago: int) -> datetime:
    """Noon in Shanghai, so many days ago."""
    today = datetime.now(UTC).astimezone(clock.zone())
    return (today - timedelta(days=ago)).replace(hour=12, minute=0, second=0, microsecond=0).astimezone(UTC)


def day(ago: int) -> date:
    return noon(ago).astimezone(clock.zone()).date()


def records() -> None:
    """Hand-counted: before, 20 of 200 failed (guidance 16, the carrier 2, customers 2); after, 1 of 180."""
    for ago in range(30, 20, -1):
        record(18, at=noon(ago))
        cause = {22: "carrier_busy", 21: "wrong_parameter"}.get(ago, "guidance")
        record(2, at=noon(ago), outcome="failed", cause=cause, channel="voice")
    for ago in range(19, 10, -1):
        record(20 - (ago == 15), at=noon(ago))
    record(1, at=noon(15), outcome="failed", cause="guidance", channel="voice")
    fold(datetime.now(UTC))


class Writer:
    """Somebody at a circle's pages, who sends each form over the version that they saw last."""

    def __init__(self, client: Client, circle: Circle) -> None:
        self.client, self.circle = client, circle
        self.answer = ""

    def __call__(self, step: str, deed: str, **sent: object) -> int:
        self.circle.refresh_from_db()
        named = {name.replace("__", "-"): one for name, one in sent.items()}
        answer = self.client.post(
            f"/staff/insight/circle/{self.circle.pk}/do/{deed}",
            {"version": self.circle.version, "step": step} | named,
        )
        self.answer = answer.content.decode()
        return answer.status_code

    def page(self, step: str) -> str:
        answer = self.client.get(f"/staff/insight/circle/{self.circle.pk}", {"step": step})
        assert answer.status_code == 200
        return answer.content.decode()


def founded(client: Client, name: str = "Fewer failures") -> Writer:
    answer = client.post(
        "/staff/insight/circle/found", {"name": name, "since": str(day(30)), "until": str(day(21)), "source": "hall"}
    )
    assert answer.status_code == 302, answer.content.decode()
    return Writer(client, Circle.objects.get(pk=int(answer.headers["Location"].rsplit("/", 1)[1])))


def led_to_the_causes(write: Writer) -> None:
    """Team, topic, survey, target and tree, as a team of two fills them in."""
    assert write("team", "join", name="Li", role="figures") == 302
    assert write("team", "collect", words="Opening a service fails") == 302
    circle, topics = write.circle, {one.key: one.pk for one in write.circle.topics.all()}
    assert write("topic", "group", **{f"card__{circle.cards.get().pk}": topics["self_service"]}) == 302
    for member in Member.objects.filter(circle=circle):
        points = {
            f"points__{pk}__{name}": 4 + (key == "self_service") for key, pk in topics.items() for name in CRITERIA
        }
        assert write("topic", "score", member=member.pk, **points) == 302
    assert write("survey", "conclude", kind="survey-5", words="Guidance is the crux") == 302
    assert write("target", "aim", solved="90", goal="0.86", goal_on=day(10)) == 302
    assert write("analysis", "conclude", kind="analysis", words="All eleven are followed") == 302
