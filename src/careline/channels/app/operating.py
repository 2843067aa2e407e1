"""How operations are put on the interface: one decorator with everything that is promised about each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.http import HttpRequest
from ninja import Router
from ninja.decorators import decorate_view
from ninja.parser import Parser

from careline.channels.app.door import ANYBODY, Duty, gate
from careline.channels.app.visit import visit_of

Handler = TypeVar("Handler", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Listed:
    """What the document says of an operation beside its shapes."""

    duty: Duty
    headers: Mapping[int, tuple[str, ...]]  # status -> names of headers of its own
    media: str = ""  # of an answer that is no JSON


LISTED: dict[str, Listed] = {}


class Strict(Parser):
    """Bodies were read at the door."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        return dict(visit_of(request).body)


def operation(
    router: Router,
    method: str,
    path: str,
    *,
    summary: str,
    answers: Mapping[int, Any],
    scope: str = "",
    problems: tuple[str, ...] = (),
    headers: Mapping[int, tuple[str, ...]] | None = None,
    once: bool | None = None,
    body: bool = False,
    media: str = "",
) -> Callable[[Handler], Handler]:
    """Put the handler there; its name is the operation's id, its docstring the description.

    Every POST of a subscriber counts once by its Idempotency-Key unless `once` says otherwise.
    """

    def put(handler: Handler) -> Handler:
        head, *rest = handler.__name__.rstrip("_").split("_")
        name = head + "".join(part.title() for part in rest)
        counted = once if once is not None else method == "POST" and scope not in ("app", ANYBODY)
        duty = Duty(scope, counted, body, problems)
        assert name not in LISTED, name
        LISTED[name] = Listed(duty, headers or {}, media)
        added = router.api_operation(
            [method],
            path,
            response=dict(answers),
            operation_id=name,
            summary=summary,
            description=" ".join((handler.__doc__ or "").split()),
        )
        added(decorate_view(gate(duty))(handler))
        return handler

    return put
