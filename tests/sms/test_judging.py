"""What the end of a submission means for its letter."""

from datetime import timedelta

from careline.channels.sms.sending import End, Route, Underway, fit, judge
from careline.links.link import Outbound, PartResult, Result, Sent
from careline.outbox.posting import Letter
from careline.protocols.smstext import count_parts, encode_parts
from careline.values.msisdn import Msisdn
from careline.values.reference import new_reference

from .street import NOON

CUSTOMER = Msisdn("8613900000001")


def letter(text: str = "您好", link: str = "smsc", msisdn: Msisdn = CUSTOMER) -> Letter:
    return Letter(new_reference()[0], msisdn, "sms", link, "10086", text)


def underway(text: str = "您好", tries: int = 1) -> Underway:
    one = letter(text)
    return Underway(
        Letter(one.id, one.msisdn, "sms", "smsc", "10086", text, tries=tries, created_at=NOON),
        Route("smsc", (), hopeless=frozenset({0x0B})),
        "smsc.1",
    )


def ended(one: Underway, *ends: tuple[Sent, int, str]) -> Result:
    outbound = Outbound(one.letter.id, "10086", CUSTOMER.digits, one.letter.text)
    outbound.parts = encode_parts(one.letter.text, alphabet="ucs2")
    results = [
        PartResult(n, sent, f"id{n}" if sent is Sent.ACCEPTED else "", status, error)
        for n, (sent, status, error) in enumerate(ends, 1)
    ]
    return Result(outbound, "smsc.1", results)


def test_the_ends_of_a_submission() -> None:
    def verdict(sent: Sent, status: int = 0, error: str = "", tries: int = 1, hours: float = 0):  # type: ignore[no-untyped-def]
        one = underway(tries=tries)
        return judge(one, ended(one, (sent, status, error)), NOON + timedelta(hours=hours))

    assert verdict(Sent.ACCEPTED).end is End.SENT
    refused = verdict(Sent.REFUSED, 8, "status 0x8")
    assert (refused.end, refused.tried, refused.doubtful) == (End.AGAIN, True, False)
    silent = verdict(Sent.UNANSWERED, 0, "no answer")
    assert (silent.end, silent.tried, silent.doubtful) == (End.AGAIN, True, True)
    down = verdict(Sent.NOT_SENT, 0, "link down")
    assert (down.end, down.tried, down.wait) == (End.AGAIN, False, timedelta(0))
    assert verdict(Sent.NOT_SENT, 0, "text cannot be encoded").end is End.GIVEN_UP
    assert verdict(Sent.REFUSED, 0x0B, "status 0xb").end is End.GIVEN_UP
    assert verdict(Sent.REFUSED, 8, "status 0x8", tries=7).end is End.GIVEN_UP
    assert verdict(Sent.REFUSED, 8, "status 0x8", hours=25).end is End.GIVEN_UP


def test_each_failure_waits_longer_than_the_one_before() -> None:
    waits = []
    for tries in range(1, 7):
        one = underway(tries=tries)
        waits.append(judge(one, ended(one, (Sent.REFUSED, 8, "status 0x8")), NOON).wait)
    assert waits == sorted(waits)
    assert waits[0] < waits[-1]


def test_a_letter_that_is_partly_accepted_wants_its_rest() -> None:
    one = underway("长" * 100)
    verdict = judge(one, ended(one, (Sent.ACCEPTED, 0, ""), (Sent.UNANSWERED, 0, "no answer")), NOON)
    assert verdict.end is End.REST
    assert [part.place.number for part in one.missing() if part.place] == [2]


def test_an_answer_longer_than_the_book_allows_is_cut_with_an_ellipsis() -> None:
    text = "长" * 500
    cut = fit(text, 5, "ucs2")
    assert count_parts(cut, alphabet="ucs2") == 5
    assert cut.endswith("…")
    assert cut[:-1] == text[: len(cut) - 1]
    assert len(cut) == 5 * 67
    assert fit("短", 5, "ucs2") == "短"
