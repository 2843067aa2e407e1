"""The accounts at couriers: the TOML file that CARELINE_COURIERS names, one [[courier]] each.

[[courier]]
name = "feiyan"                     # in addresses and parcels
adapter = "signed-json"             # a file of courier/adapters
zh = "飞燕快递"
en = "Swallow Express"
url = "https://api.example/parcels" # where parcels are booked and asked for
secret_env = "FEIYAN_SECRET"        # signs both directions
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from careline.orders.courier.port import Courier
from careline.shelf import Shelf
from careline.values.language import Text

_KEYS = frozenset({"name", "adapter", "zh", "en", "url", "secret", "secret_env"})


class AccountsError(ValueError):
    """The file cannot be used; the text names the account and the key."""


@dataclass(frozen=True, slots=True)
class Account:
    name: str
    adapter: str
    label: Text
    url: str = ""
    secret: str = field(default="", repr=False)


DEMO = Account("sandbox", "sandbox", Text("飞燕快递", "Swallow Express"), secret="demo-courier")


def couriers(environment: Mapping[str, str] = os.environ) -> Mapping[str, Courier]:
    """Every courier by its name; the sandbox where no file is named. Raises AccountsError.

    The sandbox's secret stands in this file: outside the demo nobody is believed who signs with it.
    """
    path = environment.get("CARELINE_COURIERS", "")
    sandbox = DEMO if environment.get("CARELINE_DEMO") == "1" else replace(DEMO, secret="")
    found = read(Path(path), environment) if path else [sandbox]
    shelf = Shelf("careline.orders.courier.adapters")
    return {one.name: shelf.module(one.adapter).make(one) for one in found}


def read(path: Path, environment: Mapping[str, str]) -> list[Account]:
    """The accounts of a file. Raises AccountsError."""
    try:
        held = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise AccountsError(f"{path} cannot be read as TOML in UTF-8: {error}") from error
    kinds = Shelf("careline.orders.courier.adapters").names
    found: dict[str, Account] = {}
    for place, entry in enumerate(held.get("courier", []), start=1):
        name = str(entry.get("name", ""))
        where = f"{path}, courier {name or place}"
        if not name.isidentifier() or len(name) > 40 or name in found:
            raise AccountsError(f"{where}: name is one word of its own, of letters, digits and underscores")
        if unknown := set(entry) - _KEYS:
            raise AccountsError(f"{where}: unknown key {', '.join(sorted(unknown))}")
        if entry.get("adapter") not in kinds:
            raise AccountsError(f"{where}: adapter is one of {', '.join(kinds)}")
        secret = str(entry.get("secret", "")) or environment.get(str(entry.get("secret_env", "")), "")
        if entry["adapter"] != "sandbox" and not (secret and entry.get("url")):
            raise AccountsError(f"{where}: it needs url, and secret or secret_env")
        label = Text(str(entry.get("zh", name)), str(entry.get("en", name)))
        found[name] = Account(name, entry["adapter"], label, str(entry.get("url", "")), secret)
    if not found:
        raise AccountsError(f"{path}: there is no [[courier]]")
    return list(found.values())
