"""Django finds the records of cases here; each room of them is a file of its own."""

from careline.cases.records.case import Case as Case
from careline.cases.records.case import Contact as Contact
from careline.cases.records.case import Custody as Custody
from careline.cases.records.case import Event as Event
from careline.cases.records.help import Department as Department
from careline.cases.records.help import Fault as Fault
from careline.cases.records.help import Task as Task
from careline.cases.records.promise import Pause as Pause
from careline.cases.records.promise import Promise as Promise
from careline.cases.records.work import Draft as Draft
from careline.cases.records.work import Improvement as Improvement
from careline.cases.records.work import Look as Look
from careline.cases.records.work import Offer as Offer
