"""Pages as a customer without a mouse meets them: what they say, and which forms they hold."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

_SILENT: Final = frozenset({"script", "style", "template", "svg", "title"})
_BLOCKS: Final = frozenset(
    {"p", "div", "section", "li", "h1", "h2", "h3", "dt", "dd", "tr", "form", "button", "label", "br"}
)


@dataclass(slots=True)
class Form:
    """One form: where it leads, its fields as they stand, and its buttons that carry a value."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    needed: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class Page(HTMLParser):
    """A page that was read: `said` is the text of its main part, `forms` are all forms in order."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self._all: list[str] = []
        self._main: list[str] = []
        self._in_main = self._silent = 0
        self._form: Form | None = None
        self._select = ""
        self.feed(html)
        self.close()

    @property
    def said(self) -> str:
        lines = (" ".join(line.split()) for line in "".join(self._main or self._all).split("\n"))
        return "\n".join(line for line in lines if line)

    def form_to(self, action: str, **values: str) -> Form | None:
        """The first form that leads there and holds these values."""
        return next(
            (
                form
                for form in self.forms
                if form.action.split("?")[0].endswith(action)
                and all(form.fields.get(name, "") == value for name, value in values.items())
            ),
            None,
        )

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._in_main += tag == "main"
        self._silent += tag in _SILENT
        if tag in _BLOCKS:
            self._write("\n")
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None:
            self._field(self._form, tag, given)

    def handle_endtag(self, tag: str) -> None:
        self._in_main -= tag == "main"
        self._silent -= tag in _SILENT and self._silent > 0
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = ""
        if tag in _BLOCKS:
            self._write("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._write(data)

    def _write(self, text: str) -> None:
        self._all.append(text)
        if self._in_main:
            self._main.append(text)

    def _field(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in given or self._select not in form.fields):
            form.fields[self._select] = value
        elif tag == "button" and name:
            form.buttons.append((name, value))
        elif tag in ("input", "textarea") and name:
            if given.get("type") in ("checkbox", "radio"):
                form.buttons.append((name, value))
                return
            form.fields[name] = value
            if "required" in given:
                form.needed.add(name)
