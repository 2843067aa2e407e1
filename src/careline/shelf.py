"""A shelf: a folder where one file is one thing (a command, a behaviour, a daemon), found by looking, not by a list."""

import importlib
import pkgutil
from functools import cached_property
from types import ModuleType
from typing import TypeVar

Thing = TypeVar("Thing")


class ShelfError(Exception):
    """A file on the shelf does not hold what the shelf is for; the text names the file and says what is missing."""


class Shelf:
    """The modules of a package, one thing each; those whose names begin with an underscore are not on the shelf.

    A thing's name is its module's name with dashes for underscores. A module is imported when it is asked for.
    """

    def __init__(self, package: str) -> None:
        self.package = package

    @cached_property
    def names(self) -> list[str]:
        """The names of all things, sorted; imports none of them."""
        found = pkgutil.iter_modules(importlib.import_module(self.package).__path__)
        return sorted(module.name.replace("_", "-") for module in found if not module.name.startswith("_"))

    def module(self, name: str) -> ModuleType:
        """The module of that name. Raises KeyError when there is none."""
        if name not in self.names:
            raise KeyError(name)
        return importlib.import_module(f"{self.package}.{name.replace('-', '_')}")

    def modules(self) -> dict[str, ModuleType]:
        """All modules by name."""
        return {name: self.module(name) for name in self.names}

    def thing(self, name: str, attribute: str, kind: type[Thing]) -> Thing:
        """What the module calls `attribute`. Raises KeyError without such a module, ShelfError when it is no `kind`."""
        module = self.module(name)
        thing = getattr(module, attribute, None)
        if not isinstance(thing, kind):
            raise ShelfError(f"{module.__name__} needs `{attribute}`, a {kind.__name__}; found {type(thing).__name__}.")
        return thing
