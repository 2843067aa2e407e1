"""Where the callbacks of subscriptions may lead: CARELINE_TMF_CALLBACK_NETWORKS names the private networks."""

from careline.links import callbacks
from careline.links.callbacks import Forbidden as Forbidden
from careline.links.callbacks import Target
from careline.links.callbacks import post as post

NETWORKS = "CARELINE_TMF_CALLBACK_NETWORKS"


def target_of(url: str) -> Target:
    """Where a callback leads; raises Forbidden."""
    return callbacks.target_of(url, NETWORKS)
