"""What the requests of a batch were given: an answer or an error each, by its place in the batch."""

from collections.abc import Iterator, Sequence

from careline.carrier.port import Answer, CarrierError

Given = tuple[int, Answer | CarrierError]


def alike(indexes: Sequence[int], answer: Answer | CarrierError) -> Iterator[Given]:
    """The same for all of these."""
    return ((index, answer) for index in indexes)


def said(error: Exception) -> str:
    """A database error in words that tell nothing of what was asked."""
    return f"{type(error).__name__} from the sandbox's database"
