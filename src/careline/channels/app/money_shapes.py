"""What is sent and answered of payments, points and credit."""

from datetime import date
from typing import Literal

from pydantic import Field

from careline.channels.app.entering import Number
from careline.channels.app.shapes import (
    Given,
    Moment,
    Money,
    Shown,
    Uuid,
)


class TopUpGiven(Given):
    fen: int = Field(ge=100, le=300_000, description="What is credited.", examples=[5000])
    agreed_fen: int = Field(
        ge=0, le=300_000, description="What was shown as the price, discount taken off.", examples=[4950]
    )
    number: Number | None = Field(default=None, description="Somebody else's number; null: one's own.")


class PaymentShown(Shown):
    id: Uuid
    purpose: Literal["top_up", "order", "bill"] = Field(description="What for.", examples=["top_up"])
    subject: str = Field(description="The order's number, the bill's month.", examples=[""])
    value: Money = Field(description="What it is worth.")
    price: Money = Field(description="What the customer pays.")
    how: Literal["provider", "balance", "credit", "arrival"] = Field(description="How.", examples=["provider"])
    state: str = Field(
        description="begun, redirected, authorised, captured, partly_given_back, given_back, failed, cancelled, expired.",
        examples=["redirected"],
    )
    cause: str = Field(description="Of failing.", examples=[""])
    credited: Money = Field(description="What has come to the account.")
    given_back: Money
    own: bool = Field(description="For this line itself.", examples=[True])
    begun_at: Moment
    page: str | None = Field(description="Where to pay now.", examples=["https://pay.example/t/9a1c"])
    can_cancel: bool = Field(description="Whether it may still be cancelled.", examples=[True])


class Payments(Shown):
    items: list[PaymentShown]
    next: str | None = Field(description="The cursor of the next page.", examples=[None])


class Points(Shown):
    points: int = Field(description="How many.", examples=[1280])
    worth: Money = Field(description="Redeemed now: a wish, service points_redeem, verb redeem, value amount.")
    expiring: int = Field(description="How many expire next.", examples=[200])
    expires_on: date | None = Field(description="When those do.", examples=["2026-12-31"])


class Credit(Shown):
    rating: int | None = Field(description="The carrier's.", examples=[75])
    room: Money = Field(description="What may still be bought on credit.")
    owed: Money = Field(description="What was, and is not paid.")
    due_on: date = Field(description="When it is taken from the account.", examples=["2026-12-01"])
    better_from: int | None = Field(description="The rating from which more may be bought.", examples=[80])
