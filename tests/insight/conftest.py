"""Tests of reports want a catalogue that is published."""

from tests.staff.conftest import published

__all__ = ["published"]
