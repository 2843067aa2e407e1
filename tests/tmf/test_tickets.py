"""Trouble tickets: cases as other systems see them."""

from tests.tmf.conftest import TICKET, TICKETS, Partner


def test_a_ticket_is_a_case_with_a_docket(partner: Partner) -> None:
    made = partner.post(TICKETS, TICKET)
    assert made.status_code == 201, made.content
    told = made.json()
    assert made["Location"] == told["href"]
