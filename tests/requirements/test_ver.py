"""Who is who: passwords, strangers, traces."""

import pytest

from careline.demo.town import FRESH_ID_NUMBER
from careline.ledger.models import Attempt, OpenAttempt
from careline.values.cause import Cause
from careline.values.msisdn import Msisdn
from careline.values.outcome import Outcome
from careline.values.secret import Secret
from tests.halls import Hall, answer_of


@pytest.mark.requirement("VER-02")
def test_a_password_is_set_changed_reset_and_locked_after_too_many_wrong_tries(hall: Hall) -> None:
    customer = hall.fresh("T5")
    own = FRESH_ID_NUMBER.reveal()
    initial = own[-6:].replace("X", "0")  # as the answer says
    assert hall.say(customer, f"SQMM#{own}").outcome is Outcome.DONE
    assert hall.say(customer, f"BGMM#{initial}#246801").outcome is Outcome.DONE
    assert hall.say(customer, f"CZMM#{own}").outcome is Outcome.DONE
    assert hall.say(customer, "BGMM#246801#135790").cause is Cause.WRONG_PASSWORD
    causes = [hall.say(customer, "BGMM#246801#135790").cause for _ in range(4)]
    assert causes[-1] is Cause.TOO_MANY_TRIES
    locked = hall.say(customer, f"BGMM#{initial}#135790")
    assert locked.cause is Cause.TOO_MANY_TRIES, "not even the right one while it is locked"
    assert "营业厅" in answer_of(locked)
    hall.clock.pass_(hours=25)
    assert hall.say(customer, f"BGMM#{initial}#135790").outcome is Outcome.DONE


@pytest.mark.requirement("VER-02")
def test_a_wrong_identity_document_sets_no_password_and_is_counted(hall: Hall) -> None:
    customer = hall.fresh("T5", password=Secret("135790"))
    first = hall.say(customer, "CZMM#990101199001010019")  # a right number, yet somebody else's
    assert (first.outcome, first.cause) == (Outcome.FAILED, Cause.WRONG_PASSWORD)
    assert "还可以再试4次" in answer_of(first)
    assert hall.say(customer, "BGMM#135790#246801").outcome is Outcome.DONE


@pytest.mark.requirement("VER-05")
@pytest.mark.parametrize("said", ["CXYE", "KTLDXS", "0000", "帮助", "BGMM#135790#246801", "4011"])
def test_who_is_nobody_of_ours_is_told_nothing_and_nothing_is_begun(hall: Hall, said: str) -> None:
    stranger = Msisdn("8618800000001")
    served = hall.say(stranger, said)
    assert served.understood is None
    assert "不是我们的用户" in answer_of(served)
    assert not Attempt.objects.filter(msisdn=stranger.digits).exists()
    assert not OpenAttempt.objects.filter(msisdn=stranger.digits).exists()
