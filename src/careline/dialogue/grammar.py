"""The grammars of parameters: what a customer wrote becomes a canonical value, or it is said what is wrong with it.

Canonical forms: month `2009-03`; amount in fen, digits only; msisdn a `Msisdn`; short_number digits; password and
id_number a `Secret`; tier the id of one of the service's tiers; count digits without leading zeros; docket ten digits;
service as written, trimmed; words as written, without secrets and numbers of lines.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from careline.dialogue.book import Parameter, Service
from careline.dialogue.masking import without_secrets
from careline.dialogue.utterance import normalise
from careline.values.money import NotAnAmount, parse_amount
from careline.values.msisdn import Msisdn, NotANumber
from careline.values.period import Month, NotAMonth, parse_month
from careline.values.secret import Secret

_LENGTH_MAX = 200
WORDS_MAX = 500  # characters of free words, as many as a message may have (dialogue.engine)
# GB 11643-1999, 6.2: weights of the 17 digits, and the check character for the sum modulo 11.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_DIGITS = re.compile(r"[0-9]+")
_IN_WORDS = re.compile(r"((?:20|19)?[0-9]{2})[年\-/.]([0-9]{1,2})月?(?:份)?")
_MOBILE_OR_LINE = re.compile(r"\+?[0-9][0-9 \-]{4,19}")
_ANYTHING = re.compile(r"[^\W_]")  # a letter, character or digit
_GAPS = re.compile(r"[ \-]")
_AT_HOME = re.compile(r"1[0-9]{10}|[2-9][0-9]{8,10}")  # a mobile number; area code without its 0, and 7 or 8 digits


class Wrong(ValueError):
    """A value that does not fit its parameter; `kind` names what is wrong, the tail of `error.bad.<kind>`."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def parse(parameter: Parameter, written: str, today: date, service: Service | None = None) -> str:
    """The canonical value of one parameter; raises Wrong. `today` is the carrier's local day."""
    written = written.strip()
    if not written or len(written) > (WORDS_MAX if parameter.kind == "words" else _LENGTH_MAX):
        raise Wrong(parameter.kind)
    return _GRAMMARS.get(parameter.kind, _service)(written, today, service)


def _month(written: str, today: date, _service: Service | None) -> str:
    bare = normalise(written)
    if bare in _NAMED_MONTHS:
        return str(Month.of(today).plus(_NAMED_MONTHS[bare]))
    in_words = _IN_WORDS.fullmatch(bare)
    if in_words:
        bare = in_words[1] + in_words[2].zfill(2)
    try:
        month = parse_month(bare, today)
    except (NotAMonth, ValueError) as error:
        raise Wrong("month") from error
    if month > Month.of(today):
        raise Wrong("month_future")
    return str(month)


_NAMED_MONTHS: Mapping[str, int] = {
    "本月": 0,
    "当月": 0,
    "这个月": 0,
    "上月": -1,
    "上个月": -1,
    "THIS MONTH": 0,
    "LAST MONTH": -1,
}


def _amount(written: str, _today: date, _service: Service | None) -> str:
    try:
        fen = parse_amount(normalise(written))
    except NotAnAmount as error:
        raise Wrong("amount") from error
    if fen <= 0:
        raise Wrong("amount")
    return str(int(fen))


def _msisdn(written: str, _today: date, _service: Service | None) -> str:
    if not _MOBILE_OR_LINE.fullmatch(written):
        raise Wrong("msisdn")
    try:
        number = Msisdn.parse(written)
    except NotANumber as error:
        raise Wrong("msisdn") from error
    if number.digits.startswith("86") and not _AT_HOME.fullmatch(number.national()):
        raise Wrong("msisdn")  # a digit too few would send calls nowhere
    return number


def _short_number(written: str, _today: date, _service: Service | None) -> str:
    return _digits(written, 3, 8, "short_number")


def _password(written: str, _today: date, _service: Service | None) -> str:
    return Secret(_digits(written, 6, 6, "password"))


def _id_number(written: str, today: date, _service: Service | None) -> str:
    """GB 11643: 17 digits with a date of birth and a check character; the older form has 15 digits and none."""
    number = normalise(written)
    if not re.fullmatch(r"[0-9]{17}[0-9X]|[0-9]{15}", number):
        raise Wrong("id_number")
    born = number[6:14] if len(number) == 18 else "19" + number[6:12]
    try:
        birthday = date(int(born[:4]), int(born[4:6]), int(born[6:]))
    except ValueError as error:
        raise Wrong("id_number") from error
    if not date(1850, 1, 1) <= birthday <= today + timedelta(days=1):
        raise Wrong("id_number")
    if len(number) == 18 and number[17] != check_character(number[:17]):
        raise Wrong("id_check")
    return Secret(number)


def check_character(digits: str) -> str:
    """The eighteenth character of an ID number (GB 11643-1999) of its first 17 digits."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11]


def _tier(written: str, _today: date, service: Service | None) -> str:
    tier = find_tier(service, written) if service else None
    if tier is None:
        raise Wrong("tier")
    return tier


def find_tier(service: Service, written: str) -> str | None:
    """The id of the tier that is meant by 20, 20元 or BZ."""
    bare = normalise(written).removesuffix("套餐").removesuffix("元")
    for tier in service.tiers.values():
        if bare == normalise(tier.id) or normalise(written) in (normalise(tier.name.zh), normalise(tier.name.en)):
            return tier.id
    return None


def _count(written: str, _today: date, _service: Service | None) -> str:
    return str(int(_digits(written, 1, 4, "count")))


def _docket(written: str, _today: date, _service: Service | None) -> str:
    """Whether such a case exists is not seen here: a wrong one and a stranger's are answered alike."""
    return _digits(_GAPS.sub("", written), 10, 10, "docket")


def _service(written: str, _today: date, _service: Service | None) -> str:
    return written


def _words(written: str, _today: date, _service: Service | None) -> str:
    """What a customer says in free words is kept, so it must be fit to be kept."""
    if not _ANYTHING.search(written):
        raise Wrong("words")
    return without_secrets(written)


def _digits(written: str, shortest: int, longest: int, kind: str) -> str:
    bare = normalise(written)
    if not _DIGITS.fullmatch(bare) or not shortest <= len(bare) <= longest:
        raise Wrong(kind)
    return bare


_GRAMMARS: Mapping[str, Callable[[str, date, Service | None], str]] = {
    "month": _month,
    "amount": _amount,
    "msisdn": _msisdn,
    "short_number": _short_number,
    "password": _password,
    "id_number": _id_number,
    "tier": _tier,
    "count": _count,
    "docket": _docket,
    "words": _words,
    "service": _service,
}
