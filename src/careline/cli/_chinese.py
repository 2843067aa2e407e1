"""The Chinese that does not stand beside its English: help paragraphs, names of arguments, click's own words.

English is written in the code, Chinese in `locale`. What `text(zh, en)` says needs no entry there.
"""

import copy
import gettext
import inspect
import re
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import click

from careline.cli._language import chinese
from careline.cli._wide import WideContext

Command = TypeVar("Command", bound=click.Command)
FILE = Path(__file__).parent / "locale" / "zh_Hans" / "LC_MESSAGES" / "careline.mo"


def say(words: str) -> str:
    """A sentence of click in the language of this process."""
    return _words().gettext(words) if chinese() else words


def say_many(one: str, many: str, count: int) -> str:
    """The same where the number of things decides the sentence."""
    return _words().ngettext(one, many, count) if chinese() else one if count == 1 else many


def take_over_click() -> None:
    """Click asks the system's language for its words, and there is no Chinese click: from now on it asks us.

    Its own way would be LANGUAGE in the environment, which every program that we start would inherit.
    """
    for name, module in list(sys.modules.items()):
        if name.startswith("click."):
            for asked, told in (("_", say), ("ngettext", say_many)):
                if getattr(module, asked, None) in (gettext.gettext, gettext.ngettext):
                    setattr(module, asked, told)


def dressed(command: Command) -> Command:
    """The command with all below it as this process is to show it: a copy with Chinese help, or the command itself."""
    if not chinese():
        return command
    told = copy.copy(command)
    told.context_class = WideContext
    told.help = _words().gettext(paragraphs(command.help)) if command.help else None
    told.options_metavar = _named("usage", command.options_metavar or "")
    told.params = [_dressed(param) for param in command.params]
    if isinstance(told, click.Group):
        told.subcommand_metavar = _named("usage", told.subcommand_metavar or "")
        told.commands = {name: dressed(one) for name, one in told.commands.items()}
    return told


def paragraphs(help_text: str) -> str:
    """A help text as it is looked up: the lines of each paragraph joined, an empty line between two."""
    return "\n\n".join(" ".join(one.split()) for one in re.split(r"\n\s*\n", inspect.cleandoc(help_text)))


def argument_name(argument: click.Argument) -> str:
    """What an argument is called in the line of usage, without brackets and dots."""
    return (argument.metavar or argument.name or "").strip("[].").upper()


def _dressed(param: click.Parameter) -> click.Parameter:
    told = copy.copy(param)
    if isinstance(told, click.Argument):
        if not isinstance(told.type, click.Choice) and told.name:
            name = _named("argument", argument_name(told))
            told.metavar = (name if told.required else f"[{name}]") + ("..." if told.nargs != 1 else "")
    elif told.metavar is not None:
        told.metavar = _named("argument", told.metavar)
    told.type = _named_type(told.type)
    return told


def _named_type(kind: "click.ParamType[Any]") -> "click.ParamType[Any]":
    """A copy with a Chinese name: the types of click are shared by all commands."""
    told = copy.copy(kind)
    if isinstance(told, click.Tuple):  # named after its parts
        told.types = [_named_type(one) for one in told.types]
    else:
        told.name = _named("type", told.name)
    return told


def _named(context: str, name: str) -> str:
    return _words().pgettext(context, name)


@lru_cache(1)
def _words() -> gettext.NullTranslations:
    with FILE.open("rb") as file:
        return gettext.GNUTranslations(file)
