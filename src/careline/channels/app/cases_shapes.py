"""What is sent and answered of cases."""

from typing import Annotated, Literal

from pydantic import Field

from careline.channels.app.shapes import (
    Docket,
    Given,
    Moment,
    Rating,
    Shown,
    Words,
)

MaySay = Annotated[
    str, Field(max_length=2000, pattern=r"^[^\x00]*$", description="What the customer adds.", examples=["谢谢"])
]
Answers = Annotated[
    dict[
        Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")],
        Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")],
    ],
    Field(max_length=12, description="Answers to the questions of the category.", examples=[{"month": "2026-10"}]),
]


class CaseGiven(Given):
    kind: Literal["complaint", "enquiry", "suggestion"] = Field(description="What it is.", examples=["complaint"])
    category: str = Field(
        default="", pattern=r"^[a-z0-9_]{0,40}$", description="Of a complaint, when it is known.", examples=["billing"]
    )
    words: Words
    answers: Answers = {}


class WordsGiven(Given):
    words: Words


class SatisfiedGiven(Given):
    satisfied: bool = Field(description="Whether the result satisfies.", examples=[True])
    rating: Rating | None = None
    words: MaySay = ""


class RatingGiven(Given):
    rating: Rating
    words: MaySay = ""


class QuestionOf(Shown):
    id: str = Field(description="To answer by.", examples=["month"])
    label: str = Field(description="What is asked.", examples=["哪个月"])
    kind: str = Field(description="What it takes.", examples=["text"])
    required: bool = Field(description="Whether it must be answered.", examples=[True])
    options: list[str] = Field(description="What may be chosen; answered by the text.", examples=[[]])


class CategoryShown(Shown):
    id: str = Field(description="To name it by.", examples=["billing"])
    name: str = Field(description="What it is called.", examples=["话费"])
    about: str = Field(description="What belongs there.", examples=["多扣、重复扣费"])
    questions: list[QuestionOf]


class Categories(Shown):
    items: list[CategoryShown]


class StepShown(Shown):
    name: Literal["received", "with_whom", "progress", "result", "satisfied"] = Field(
        description="A station.", examples=["received"]
    )
    state: Literal["done", "now", "late", "ahead"] = Field(description="Where it stands.", examples=["done"])


class CaseShown(Shown):
    docket: Docket
    kind: str = Field(description="complaint, enquiry, suggestion.", examples=["complaint"])
    label: str = Field(description="What it is called.", examples=["投诉"])
    category: str = Field(description="Empty while it is to be sorted.", examples=["billing"])
    state: str = Field(description="For programs.", examples=["analysing"])
    open: bool = Field(description="It has not ended.", examples=[True])
    step: str = Field(description="Where it stands, for people.", examples=["正在核实"])
    owes: str = Field(description="Who is to do the next step.", examples=["客服专员"])
    until: str = Field(description="By when, for people.", examples=["11月24日18:00前"])
    steps: list[StepShown]
    opened_at: Moment
    round: int = Field(description="Counts each 'not satisfied'.", examples=[1])
    asks: bool = Field(description="The customer is asked whether the result satisfies.", examples=[False])
    satisfied: bool | None = Field(description="The customer's answer.", examples=[None])
    rating: int | None = Field(description="The customer's.", examples=[None])
    version: int = Field(description="For If-Match.", examples=[3])


class Told(Shown):
    at: Moment
    did: str = Field(description="For programs.", examples=["accepted"])
    label: str = Field(description="What happened.", examples=["已受理"])
    by: str = Field(description="customer or us.", examples=["us"])
    words: str = Field(description="What was said.", examples=["话费多扣了5元"])
    channel: str = Field(description="Where the customer said it.", examples=["app"])


class CaseDetail(CaseShown):
    words: str = Field(description="What the customer told, masked.", examples=["话费多扣了5元"])
    reply: str = Field(description="The result.", examples=[""])
    timeline: list[Told] = Field(description="What happened, the first first.")


class Cases(Shown):
    items: list[CaseShown]
    next: str | None = Field(description="The cursor of the next page.", examples=[None])


class Accepted(Shown):
    docket: Docket
    joined: bool = Field(description="It is with a case that was open.", examples=[False])
