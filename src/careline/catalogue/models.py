"""The catalogue's tables, each in a file of its own with its verbs; Django looks for them here."""

from careline.catalogue.item import Item
from careline.catalogue.pointer import Pointer
from careline.catalogue.version import State, Version

__all__ = ["Item", "Pointer", "State", "Version"]
