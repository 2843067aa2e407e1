"""What the pages of a circle are put together from: panels with what there is, and forms for what comes to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.functional import Promise

Label = str | Promise


@dataclass(frozen=True, slots=True)
class Input:
    """A field of a form; `kind`: text, area, date, number, select, file, hidden."""

    name: str
    label: Label
    kind: str = "text"
    value: str = ""
    limit: int = 200
    choices: Sequence[tuple[str, Label]] = ()
    hint: Label = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """One deed. `key` tells forms of one page apart; a folded one is opened by its title."""

    deed: str
    title: Label
    inputs: Sequence[Input]
    button: Label
    key: str = ""
    folded: bool = False
    grave: bool = False
    wrong: Label = ""
    open: bool = False

    @property
    def name(self) -> str:
        return self.key or self.deed

    @property
    def bare(self) -> bool:
        """A button only."""
        return all(one.kind == "hidden" for one in self.inputs)

    @property
    def files(self) -> bool:
        return any(one.kind == "file" for one in self.inputs)

    def typed(self, sent: Mapping[str, str], wrong: Label) -> "Form":
        """With what was typed, and why it was not taken."""
        inputs = [
            replace(one, value=sent.get(one.name, one.value)) if one.kind != "file" else one for one in self.inputs
        ]
        return replace(self, inputs=inputs, wrong=wrong, open=True)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is there, with words beside it, links and what may be done with it."""

    words: str
    soft: str = ""
    pill: str = ""
    pill_cls: str = "plain"
    links: Sequence[tuple[str, Label]] = ()
    forms: Sequence[Form] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    key: str
    title: Label
    items: Sequence[Item] = ()
    forms: Sequence[Form] = ()
    about: Label = ""
    empty: Label = ""
    more: Sequence[tuple[str, Label]] = ()  # links below

    def with_typed(self, form: str, sent: Mapping[str, str], wrong: Label) -> "Panel":
        """With what was typed in the form of this name."""

        def kept(one: Form) -> Form:
            return one.typed(sent, wrong) if one.name == form else one

        items = [replace(item, forms=[kept(one) for one in item.forms]) for item in self.items]
        return replace(self, items=items, forms=[kept(one) for one in self.forms])


def hidden(name: str, value: object) -> Input:
    return Input(name, "", "hidden", str(value))
