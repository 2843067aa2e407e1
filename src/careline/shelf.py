"""A shelf: a folder where one file is one thing (a command, a behaviour, a channel), found by looking, not by a list."""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cached_property
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class ShelfError(Exception):
    """A file on the shelf does not hold what the shelf is for; the text names the file and says what is missing."""


class Shelf(Generic[Thing]):
    """The things of type `kind` in a package: one per module, as the module's attribute `attribute`.

    `package` is a dotted name; modules whose names begin with an underscore are not on the shelf. A thing's name is
    its module's name with dashes for underscores. Modules are imported only when their thing is asked for.
    """

    def __init__(self, package: str, kind: type[Thing], *, attribute: str) -> None:
        self.package = package
        self.kind = kind
        self.attribute = attribute
        self._loaded: dict[str, Thing] = {}

    @cached_property
    def names(self) -> list[str]:
        """The names of all things, sorted; imports none of them."""
        found = pkgutil.iter_modules(importlib.import_module(self.package).__path__)
        return sorted(module.name.replace("_", "-") for module in found if not module.name.startswith("_"))

    def __getitem__(self, name: str) -> Thing:
        """The thing of that name. Raises KeyError when there is none, ShelfError when its file holds something else."""
        if name not in self._loaded:
            if name not in self.names:
                raise KeyError(name)
            module = f"{self.package}.{name.replace('-', '_')}"
            thing = getattr(importlib.import_module(module), self.attribute, None)
            if not isinstance(thing, self.kind):
                raise ShelfError(
                    f"{module} must have `{self.attribute}`, a {self.kind.__name__}; it has {type(thing).__name__}."
                )
            self._loaded[name] = thing
        return self._loaded[name]

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __iter__(self) -> Iterator[Thing]:
        return (self[name] for name in self.names)

    def __len__(self) -> int:
        return len(self.names)
