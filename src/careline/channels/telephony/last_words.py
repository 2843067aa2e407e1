"""What is said when there is no dialogue to say anything: our fault, or a session that is over."""

from careline.hall.reception import Reception
from careline.values.language import Text

OVER = Text("这次通话已经结束，请重新拨打。再见。", "This session has ended. Please dial again. Goodbye.")
FAULT = Text(
    "我们的系统出了故障，刚才的操作没有办理。请稍后再拨。",
    "Our system has a fault. What you just asked for was not done. Please call again later.",
)


def over(reception: Reception, language: str) -> str:
    return _read(reception, "call.over", OVER, language)


def fault(reception: Reception, language: str) -> str:
    return _read(reception, "call.fault_goodbye", FAULT, language)


def _read(reception: Reception, key: str, otherwise: Text, language: str) -> str:
    """The book's own words where it has any; without a book (or a database to read it from) ours."""
    try:
        words = reception.book().words
    except Exception:  # whatever is wrong, the caller must hear something
        return otherwise.read(language)
    return words.get(f"voice.{key}", otherwise).read(language)
