"""The taxonomy of why an attempt did not end in Done; every such end has one cause, every cause one class."""

from enum import StrEnum


class CauseClass(StrEnum):
    SYSTEM = "system"  # ours or the carrier's: counts as a failure of self-service
    OPERATION = "operation"  # the customer's handling: counts as a failure of self-service
    BUSINESS = "business"  # a rule said no: counted apart (Refused)


class Cause(StrEnum):
    # system
    GUIDANCE = "guidance"  # our words led the customer astray
    WRONG_PROMPT = "wrong_prompt"
    CARRIER_FAULT = "carrier_fault"  # the carrier could not be reached, or answered nonsense; nothing happened
    CARRIER_SILENT = "carrier_silent"  # asked, no answer within the time limit
    CARRIER_BUSY = "carrier_busy"  # the carrier or we were overloaded; nothing happened
    CHANNEL_FAULT = "channel_fault"  # the answer could not be delivered
    HALL_FAULT = "hall_fault"  # an error of our own
    # operation
    UNKNOWN_WORDS = "unknown_words"  # after the service was chosen, what was said could not be used
    MISSING_PARAMETER = "missing_parameter"
    WRONG_PARAMETER = "wrong_parameter"
    WRONG_PASSWORD = "wrong_password"
    TOO_MANY_TRIES = "too_many_tries"
    DECLINED = "declined"  # the customer answered no
    NO_ANSWER = "no_answer"  # our question was never answered
    LEFT = "left"  # the customer turned to something else, or hung up
    # business
    ALREADY_ON = "already_on"
    NOT_ON = "not_on"
    NOT_ENOUGH_MONEY = "not_enough_money"
    NOT_ENOUGH_POINTS = "not_enough_points"
    NOT_ELIGIBLE = "not_eligible"  # brand, region or plan
    EXCLUDED = "excluded"  # goes not together with something in use
    CLOSED = "closed"  # no longer offered to new customers
    SUSPENDED = "suspended"
    FROZEN = "frozen"  # month-end period
    ROAMING = "roaming"  # abroad
    NOT_STARTED = "not_started"  # before the service's first day
    NOTHING_TO_CONFIRM = "nothing_to_confirm"
    NOT_FOUND = "not_found"  # what was asked about does not exist (a number, a month, a short number)

    @property
    def kind(self) -> CauseClass:
        return _CLASS[self]


_OPERATION = {
    Cause.UNKNOWN_WORDS,
    Cause.MISSING_PARAMETER,
    Cause.WRONG_PARAMETER,
    Cause.WRONG_PASSWORD,
    Cause.TOO_MANY_TRIES,
    Cause.DECLINED,
    Cause.NO_ANSWER,
    Cause.LEFT,
}
_SYSTEM = {
    Cause.GUIDANCE,
    Cause.WRONG_PROMPT,
    Cause.CARRIER_FAULT,
    Cause.CARRIER_SILENT,
    Cause.CARRIER_BUSY,
    Cause.CHANNEL_FAULT,
    Cause.HALL_FAULT,
}
_CLASS = {
    cause: CauseClass.OPERATION
    if cause in _OPERATION
    else CauseClass.SYSTEM
    if cause in _SYSTEM
    else CauseClass.BUSINESS
    for cause in Cause
}
