"""Django finds the records of offers here; each room of them is a file of its own."""

from careline.offers.records.gift import Budget as Budget
from careline.offers.records.gift import Entry as Entry
from careline.offers.records.gift import Grant as Grant
from careline.offers.records.leaving import Leaving as Leaving
from careline.offers.records.leaving import Reminder as Reminder
from careline.offers.records.leaving import Step as Step
from careline.offers.records.leaving import Tried as Tried
from careline.offers.records.shop import CompetitorNote as CompetitorNote
from careline.offers.records.shop import Kept as Kept
from careline.offers.records.shop import LeafletMove as LeafletMove
from careline.offers.records.showing import Pause as Pause
from careline.offers.records.showing import Showing as Showing
