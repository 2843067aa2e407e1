"""The clips of all machines, in Postgres: what a speaker asks for what its own folder lacks."""

import logging
import threading
from collections.abc import Iterable
from datetime import datetime

from django.db import DatabaseError, close_old_connections

from careline.postgres import sql
from careline.prompts.clips import Folder
from careline.prompts.models import InUse, Recording, Rendered
from careline.prompts.speaker import Known

PASSING_MAX = 20_000  # clips of words that belong to no text; the oldest are forgotten beyond it

log = logging.getLogger(__name__)


class Database:
    """The keeper for processes that have Django. A database that does not answer is a log line: speech goes on."""

    def __init__(self) -> None:
        self._seen: tuple[object, ...] | None = None
        self._lock = threading.Lock()

    def known(self, voice: str) -> Iterable[Known] | None:
        with self._lock:
            # Has anything been rendered, recorded, or taken out of use since we looked?
            mark = sql.run(
                """
                select (select count(*) from prompts_rendered where voice = %s and not passing),
                       (select count(*) from prompts_in_use), (select max(at) from prompts_in_use)
                """,
                (voice,),
            )[0]
            if mark == self._seen:
                return None
            self._seen = mark
            rendered = Rendered.objects.filter(voice=voice, passing=False).values_list(
                "clip", "language", "slow", "text", "milliseconds"
            )
            recorded = InUse.objects.values_list("recording__clip", "language", "text", "recording__milliseconds")
            return [
                *(Known(clip, language, slow, text, False, length) for clip, language, slow, text, length in rendered),
                *(Known(clip, language, False, text, True, length) for clip, language, text, length in recorded),
            ]

    def fetch(self, clip: str) -> bytes | None:
        try:
            found = Rendered.objects.filter(clip=clip).values_list("alaw", flat=True).first()
            if found is None:
                found = Recording.objects.filter(clip=clip).values_list("alaw", flat=True).first()
        except DatabaseError as error:
            log.warning("cannot fetch a clip: %s", error)
            close_old_connections()
            return None
        return bytes(found) if found is not None else None

    def keep(self, clip: Known, voice: str, alaw: bytes, *, passing: bool) -> None:
        """Keep it once, whoever makes it first; words that turn out to belong to a published text stay."""
        try:
            sql.execute(
                """
                insert into prompts_rendered (clip, language, voice, slow, text, alaw, milliseconds, passing, made_at)
                values (%s, %s, %s, %s, %s, %s, %s, %s, now())
                on conflict (clip) do update set passing = prompts_rendered.passing and excluded.passing
                """,
                (clip.id, clip.language, voice, clip.slow, clip.text, alaw, clip.milliseconds, passing),
            )
        except DatabaseError as error:
            log.warning("cannot keep a clip: %s", error)
            close_old_connections()


def forget_passing(before: datetime, folder: Folder, most: int = PASSING_MAX) -> int:
    """Forget words said in passing before then, and the oldest beyond `most`; they are synthesised anew if need be."""
    gone = sql.run(
        """
        delete from prompts_rendered where passing and (made_at < %s or id in
            (select id from prompts_rendered where passing order by made_at desc offset %s))
        returning clip
        """,
        (before, most),
    )
    for (clip,) in gone:
        folder.drop(str(clip))
    return len(gone)
