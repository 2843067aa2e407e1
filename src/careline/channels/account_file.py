"""Accounts in TOML files: each entry read into its dataclass, and each mistake named with account and key.

Secrets need not stand in the file: `secret_env = "NAME"` reads one from the environment, `secret_file = "PATH"` from a
file; `password` likewise.
"""

import difflib
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

NAME_LENGTH_MAX = 48  # rows of the outbox name an account in 64 characters, and a bind adds its number

Kind = TypeVar("Kind", bound="DataclassInstance")


class AccountError(ValueError):
    """The file cannot be used; the text names the account and the key, and says what is wrong."""


def document(path: Path, tables: Collection[str]) -> dict[str, Any]:
    """What the file holds; it may have only these arrays of tables. Raises AccountError."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise AccountError(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AccountError(f"{path} is not TOML: {error}") from error
    for key in found:
        if key not in tables:
            known = " and ".join(f"[[{name}]]" for name in tables)
            raise AccountError(f"{path}: unknown table [{key}]; there are {known}")
    return found


def account(
    kind: type[Kind], entry: object, environment: Mapping[str, str], path: Path, tables: Collection[str]
) -> Kind:
    """One entry as an account of that kind. Raises AccountError."""
    if not isinstance(entry, dict):
        known = " and ".join(f"[[{name}]]" for name in tables)
        raise AccountError(f"{path}: write {known} with double brackets")
    name = entry.get("name")
    if not isinstance(name, str) or not 0 < len(name) <= NAME_LENGTH_MAX:
        raise AccountError(f"{path}: an account needs a name of 1 to {NAME_LENGTH_MAX} characters")
    where = f"{path}, account {name}"
    given = _secrets(dict(entry), environment, where)
    known_fields = {one.name: one for one in fields(kind)}
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for key, value in given.items():
        if key not in known_fields:
            near = difflib.get_close_matches(key, known_fields, 1)
            raise AccountError(f"{where}: unknown key {key}" + (f"; do you mean {near[0]}?" if near else ""))
        values[key] = _checked(value, hints[key], f"{where}: {key}")
    if missing := [one.name for one in known_fields.values() if _required(one) and one.name not in values]:
        raise AccountError(f"{where}: {', '.join(missing)} missing")
    return kind(**values)


def once_each(names: Collection[str], path: Path) -> None:
    """Raises AccountError when two accounts share a name, or when there is none at all."""
    if twice := {name for name in names if list(names).count(name) > 1}:
        raise AccountError(f"{path}: two accounts are called {', '.join(sorted(twice))}")
    if not names:
        raise AccountError(f"{path} names no account")


def _required(one: "Field[Any]") -> bool:
    return one.default is MISSING and one.default_factory is MISSING


def _secrets(given: dict[str, Any], environment: Mapping[str, str], where: str) -> dict[str, Any]:
    for key in ("secret", "password"):
        if (name := given.pop(f"{key}_env", None)) is not None:
            if name not in environment:
                raise AccountError(f"{where}: the environment has no {name} ({key}_env)")
            given[key] = environment[name]
        if (file := given.pop(f"{key}_file", None)) is not None:
            try:
                given[key] = Path(file).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise AccountError(f"{where}: {file} cannot be read ({key}_file): {error.strerror}") from error
    return given


def _checked(value: Any, hint: Any, where: str) -> Any:
    """The value, if it is what the key wants."""
    options = [one for one in get_args(hint) if one is not type(None)]
    if get_origin(hint) is Literal:
        if value not in options:
            raise AccountError(f"{where} must be one of {', '.join(map(str, options))}")
        return value
    if get_origin(hint) is tuple:
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise AccountError(f"{where} must be a list of texts")
        return tuple(value)
    wanted = options[0] if options else hint
    if get_origin(wanted) is Literal:
        return _checked(value, wanted, where)
    if wanted is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        raise AccountError(f"{where} must be {_WORDS.get(wanted, wanted)}")
    return value


_WORDS = {str: "a text", int: "a whole number", bool: "true or false", float: "a number"}
