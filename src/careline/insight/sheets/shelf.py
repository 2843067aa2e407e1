"""Every sheet by its name, in the order in which they are listed."""

from collections.abc import Mapping

from careline.insight.sheets import acceptance, load, service, tables
from careline.insight.sheets.sheet import Maker

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
