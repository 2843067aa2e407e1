"""The gates: every right that a member of staff can have, each checked on the server where the deed is done."""

from enum import StrEnum


class Gate(StrEnum):
    READ_CATALOGUE = "read_catalogue"
    EDIT_CATALOGUE = "edit_catalogue"  # draft, edit, submit for review
    REVIEW_CATALOGUE = "review_catalogue"  # approve or send back what somebody else wrote
    PUBLISH_CATALOGUE = "publish_catalogue"  # publish what was approved, roll back
    EXPLAIN = "explain"  # see how a customer's message was understood
    READ_JOURNAL = "read_journal"
    WATCH_DESK = "watch_desk"  # see calls, queue and seats, set seats, look at a caller's number
    SCREEN_CALLERS = "screen_callers"  # keep a number from the desk for a time, together with a second person
    SEE_SUBSCRIBER = "see_subscriber"  # look at a customer's record, for a stated purpose; each look is journaled
    TAKE_CASES = "take_cases"  # accept what customers bring, see cases, solve what can be solved at once
    HANDLE_CASES = "handle_cases"  # own cases: analyse, ask departments, decide, reply, archive
    MANAGE_CASES = "manage_cases"  # hand over, take up what is escalated, bind faults, major complaints
    SUPPORT_CASES = "support_cases"  # answer for a department what was asked about a case
    VERIFY_REFUNDS = "verify_refunds"  # say, by the charging records, what an item should have cost
    APPROVE_REFUNDS = "approve_refunds"  # the second person above the limit
    WAIVE_FEES = "waive_fees"  # a waiver within the limit of one's role
    EXPORT_EVIDENCE = "export_evidence"  # the evidence pack of a case, for the regulator
    REPORT_CASES = "report_cases"  # statistics of cases and refunds, improvements
    SEE_STATISTICS = "see_statistics"  # failure rates, causes, menus, repeat callers; numbers masked
    CALL_BACK = "call_back"  # list who is called back, see whole numbers (journaled), write down what they say
    SET_REMEDIES = "set_remedies"  # say who removes a cause of contact, and how
    RUN_PROBES = "run_probes"  # see dial tests, listen to what they heard, start them, set their timetables and alarms
    KEEP_HOUSE = "keep_house"  # see and sign the daily duties: maintenance, machines, inspections
    HANDLE_ORDERS = "handle_orders"  # see orders, accept, pack, hand over to couriers, take back; addresses with a look
    KEEP_STOCK = "keep_stock"  # count the stock
    MANAGE_STAFF = "manage_staff"  # who works here, in which roles; departments, tokens


class Shut(PermissionError):
    """The person has no right to do this; the message names the gate."""

    def __init__(self, gate: Gate) -> None:
        super().__init__(gate.value)
        self.gate = gate
