"""What is sent and answered of wishes."""

from typing import Annotated, Any, Literal

from pydantic import Field

from careline.channels.app.shapes import Given, Moment, Money, Name, Shown, Uuid

_VERBS = Literal[
    "query", "status", "describe", "subscribe", "order", "register", "cancel", "configure", "redeem", "other"
]
Value = Annotated[
    str, Field(max_length=200, pattern=r"^[^\x00]*$", description="As it would be typed.", examples=["2026-10"])
]
Values = Annotated[
    dict[Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")], Value],
    Field(max_length=12, description="Values that the service needs, by name.", examples=[{"month": "2026-10"}]),
]


class WishGiven(Given):
    service: Name
    verb: _VERBS = Field(description="What is to be done with it.", examples=["subscribe"])
    tier: str = Field(
        default="", pattern=r"^[A-Za-z0-9_.-]{0,40}$", description="Of a service that has some.", examples=["5"]
    )
    effect: Literal["", "now", "next_month"] = Field(
        default="", description="When; as the catalogue has it without.", examples=["now"]
    )
    values: Values = {}
    agreed: str = Field(
        default="", pattern=r"^([0-9]{1,9}/(month|year|once|day))?$", examples=["500/month"],
        description="`cost` of the service as it was shown beside the button: a yes to that price and no other."
        " Without it, or after a change of price, it is asked back.",
    )  # fmt: skip


class AnswerGiven(Given):
    """Which of them fits says the question's `kind`."""

    yes: bool | None = Field(
        default=None, description="To a question of kind `confirm`, or `prove` once it is shown; false to any: no."
    )
    values: Values = {}
    numbers: list[Annotated[int, Field(ge=1, le=99)]] = Field(
        default=[],
        max_length=20,
        description="Positions of options, from 1, to `choose` (one) and `pick`.",
        examples=[[1]],
    )


class OptionShown(Shown):
    number: int = Field(description="To answer with.", examples=[1])
    label: str = Field(description="What it is.", examples=["5元包"])


class ValueAsked(Shown):
    name: str = Field(description="To answer with.", examples=["month"])
    label: str = Field(description="What it is.", examples=["月份"])
    kind: str = Field(description="Its grammar.", examples=["month"])
    example: str = Field(description="One that would fit.", examples=["2026-10"])
    secret: bool = Field(description="Whether it must not be shown while it is typed.", examples=[False])


class QuestionShown(Shown):
    kind: Literal["confirm", "fill", "choose", "pick", "prove"] = Field(
        description="What is asked for. `prove`: the service password at /assurance, and then a yes; what was chosen waits.",
        examples=["confirm"],
    )
    service: str = Field(description="What it is about.", examples=["caller_id"])
    verb: str = Field(description="What would be done.", examples=["subscribe"])
    tier: str = Field(description="Of a service that has some.", examples=[""])
    price: Money | None = Field(description="What it would cost.")
    per: str = Field(description="month, year, once.", examples=["month"])
    options: list[OptionShown] = Field(description="Of `choose` and `pick`.")
    values: list[ValueAsked] = Field(description="Of `fill`.")


class WishShown(Shown):
    reference: Uuid | None = Field(description="Of the attempt; none was begun where it is null.")
    state: Literal["done", "asks", "late", "ended", "told"] = Field(
        description="done; a question is open; the carrier is still being asked; ended otherwise (see outcome); or only words.",
        examples=["done"],
    )
    outcome: Literal["done", "refused", "failed", "unknown", "abandoned"] | None = Field(
        description="How the attempt ended, when it has.", examples=["done"]
    )
    cause: str | None = Field(description="Why, for every end but done.", examples=[None])
    words: str = Field(description="What the hall says, in the language of the line.", examples=["已开通来电显示。"])
    question: QuestionShown | None = Field(description="The question that is open now.")
    facts: dict[str, Any] = Field(
        description="What the carrier answered; names as in the catalogue's reference.",
        examples=[{"effective_on": "2026-11-22"}],
    )


class AttemptShown(Shown):
    reference: Uuid
    state: Literal["done", "asks", "late", "ended"] = Field(description="As of a wish.", examples=["done"])
    outcome: Literal["done", "refused", "failed", "unknown", "abandoned"] | None = Field(
        description="How it ended, when it has.", examples=["done"]
    )
    cause: str | None = Field(description="Why, for every end but done.", examples=[None])
    service: str = Field(description="What it is about.", examples=["caller_id"])
    name: str = Field(description="What the service is called.", examples=["来电显示"])
    verb: str = Field(description="What was asked for.", examples=["subscribe"])
    channel: str = Field(description="Where: sms, web, app, calls, …", examples=["app"])
    begun_at: Moment
    ended_at: Moment | None = Field(description="None while it is open.")
