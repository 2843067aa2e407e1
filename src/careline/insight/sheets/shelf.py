"""Every sheet by its name, in the order in which they are listed, and which filters each of them can go by."""

from collections.abc import Mapping

from careline.insight.question import Filters
from careline.insight.recorded import OWN
from careline.insight.sheets import acceptance, load, service, tables
from careline.insight.sheets.sheet import Maker
from careline.values.language import Text

SHEETS: Mapping[str, Maker] = {
    "acceptance": acceptance.by_business,
    "acceptance-nodes": acceptance.by_node,
    "hot-topics": tables.hot_topics,
    "error-prompts": tables.prompts,
    "notices": tables.voice_notices,
    "callbacks": tables.callbacks,
    "load": load.by_day,
    "refunds": service.refunds,
    "complaints": service.complaints,
    "satisfaction": service.satisfaction,
    "contact-causes": service.causes,
    "channels": service.channels,
    "outside": service.outside,
}

_NAMES = {
    "sources": Text("来源", "source"),
    "channels": Text("渠道", "channel"),
    "regions": Text("地区", "region"),
    "brands": Text("品牌", "brand"),
    "services": Text("业务", "service"),
    "versions": Text("目录版本", "version of the catalogue"),
    "hours": Text("忙闲时", "busy and idle hours"),
}
_ALL = frozenset(_NAMES)
_KNOWN: Mapping[str, frozenset[str]] = {
    "acceptance": _ALL,
    "contact-causes": _ALL,
    "hot-topics": _ALL - {"channels"},  # what is hot is asked for on all channels
    "acceptance-nodes": frozenset({"sources", "channels", "versions", "hours"}),
    "load": frozenset({"sources", "hours"}),
    "channels": frozenset({"sources", "channels", "hours"}),
    "outside": _ALL - {"services"},
    "error-prompts": frozenset({"hours"}),
    "notices": frozenset({"hours"}),
    "complaints": frozenset({"channels", "hours"}),
    "callbacks": frozenset({"sources"}),
    "levels": frozenset({"sources", "channels", "hours"}),
    "menu": frozenset({"sources", "channels", "versions", "hours"}),
}


def not_by(name: str, filters: Filters) -> list[Text]:
    """The filters that were asked for and that this report (a sheet, `levels` or `menu`) cannot go by: to be said, never ignored."""
    known = _KNOWN.get(name, frozenset())
    asked = [one for one in _NAMES if one != "sources" and getattr(filters, one)]
    asked += ["sources"] if OWN not in filters.sources else []
    return [_NAMES[one] for one in asked if one not in known]
