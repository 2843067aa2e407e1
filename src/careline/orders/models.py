"""Django's list of what this room keeps."""

from careline.orders.records.card import Card as Card
from careline.orders.records.carried import SandboxParcel as SandboxParcel
from careline.orders.records.order import Event as Event
from careline.orders.records.order import Line as Line
from careline.orders.records.order import Order as Order
from careline.orders.records.parcel import Parcel as Parcel
from careline.orders.records.parcel import Report as Report
from careline.orders.records.stock import Move as Move
from careline.orders.records.stock import Stock as Stock
