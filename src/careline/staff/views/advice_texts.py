"""Whether texts are understood, whether errors are told and heard, whether the sound is of one format."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from careline import charts
from careline.advice import audio as sound
from careline.advice import comprehension, gathering, jargon, orders, telling
from careline.advice.comprehension import Share
from careline.advice.coverage import Heard
from careline.advice.signals import Signal
from careline.catalogue import library, refusals, samples
from careline.hall.error_names import error_name
from careline.identity.gates import Gate
from careline.prompts import phrases
from careline.staff.access import actor, now, through
from careline.staff.advice_labels import CLASSES
from careline.staff.views.advice import back, clips, frame
from careline.staff.views.insight_frame import Asked, Cell, Section, asked
from careline.values.language import LANGUAGES
from careline.values.msisdn import Msisdn

LANGUAGE_NAMES = {"zh": "中文", "en": "English"}
ASKED_MOST = 6  # texts that are proposed to be asked about
# What every caller may hear: the keys that always work, and the errors that are met first.
ASK_FIRST = (
    "voice.talk.keys",
    "voice.error.wrong_key",
    "voice.error.silence",
    "voice.talk.anything_else",
    "voice.error.carrier_fault",
)


@through(Gate.SEE_STATISTICS)
def texts(request: HttpRequest) -> HttpResponse:
    """Comprehension by callback, signs in calls, jargon; and the form for what somebody understood."""
    one = asked(request)
    told = comprehension.overall(one.period, one.filters.sources)
    by_text = comprehension.by_text(one.book, one.period)
    words = jargon.jargon(one.book)
    menu, signs = _trouble(one)
    sections = [_overall(one, told), _by_text(one, by_text), _signals(one, menu, signs), _jargon(one, words)]
    known = {found.key: found.text for found in phrases.prompts(one.book)}
    wanted = [*(row.key for row in words), *(f"menu/{menu}/{row.node}/title" for row in signs), *ASK_FIRST]
    proposed = [(key, samples.filled(known[key]).read(one.language)) for key in dict.fromkeys(wanted) if key in known][
        :ASKED_MOST
    ]
    listed = comprehension.listed(one.period.until, one.filters.sources)
    return frame(
        request, "advice-texts", one, sections, "staff/advice_texts.html", told=told,
        listed=[(row.pk, row.place, Msisdn(row.msisdn).masked()) for row in listed], proposed=proposed,
        keys=sorted({key for key in known if key.startswith("voice.")} | {key for key, _words in proposed}),
        lang_names=LANGUAGE_NAMES.items(), draftable=[row for row in words if row.can_be_drafted],
    )  # fmt: skip


@require_POST
@through(Gate.SEE_STATISTICS)
def heard(request: HttpRequest) -> HttpResponse:
    """Write down whether somebody who was called back understood one text."""
    sent = request.POST
    callback, understood = sent.get("callback", ""), {"yes": True, "no": False}.get(sent.get("understood", ""))
    try:
        book = library.current()
        if understood is None or not (callback.isascii() and callback.isdigit() and len(callback) < 18):
            raise comprehension.NotAsked
        language = sent.get("text_language", "zh")
        comprehension.tell(
            int(callback), sent.get("text", "")[:200], language if language in LANGUAGES else "zh", understood=understood,
            book=book, by=actor(request), now=now(),
        )  # fmt: skip
    except (comprehension.NotAsked, refusals.NothingPublished):
        messages.error(request, _("Choose who was asked, which text, and whether it was understood."))
    else:
        messages.success(request, _("Written down."))
    return back(request)


def _overall(one: Asked, told: Share) -> Section:
    low, high = told.interval or (0.0, 0.0)
    rows = [
        (_("all who were asked"), f"{told.understood:,} / {told.asked:,}", telling.percent(told.share), _interval(told))
    ]
    heads = ("", _("understood"), _("share"), _("95 % interval"))
    about = _("Of those called back, who understands what is said on calls; the criterion is 95 %.")
    if told.asked and told.met and low < float(comprehension.GOAL):
        about += " " + _("With %(n)s answers the share may be as low as %(low)s.") % {
            "n": told.asked,
            "low": telling.percent(low),
        }
    del high
    return Section("understood", _("Texts understood"), about, None, heads, rows if told.asked else [], open=True,
                   note=_criterion(told), good=told.met)  # fmt: skip


def _by_text(one: Asked, found: list[comprehension.Asked]) -> Section:
    rows = []
    for row in found:
        words = row.text.read(row.language) if row.text else row.key
        link = reverse("staff:prompt", args=[row.key]) if row.text else ""
        rows.append(
            (Cell(words, link), LANGUAGE_NAMES[row.language], str(row.version), f"{row.told.understood:,} / {row.told.asked:,}",
             telling.percent(row.told.share), _interval(row.told), _criterion(row.told))
        )  # fmt: skip
    heads = (_("text"), _("language"), _("version"), _("understood"), _("share"), _("95 % interval"), _("verdict"))
    about = _("Single texts that were read out to those called back; of each version of a wording by itself.")
    return Section("texts", _("Text by text"), about, None, heads, rows, open=True)


def _trouble(one: Asked) -> tuple[str, list[Signal]]:
    """The menu of most calls, and its nodes that give trouble."""
    menu = one.book.menus.get("standard") or next(iter(one.book.menus.values()), None)
    if menu is None:
        return "", []
    heard_by = clips()
    advice = orders.advise(one.book, menu, one.period, now=now(), filters=one.filters, clips=heard_by)
    return menu.id, gathering.trouble(one.book, advice, one.period, one.filters, heard_by, now())


def _signals(one: Asked, menu: str, found: list[Signal]) -> Section:
    rows = [
        (Cell(row.title.read(one.language), reverse("staff:node", args=[one.book.version, menu, row.node])),
         f"{row.visits:,}", f"{row.repeats:,}", f"{row.backs:,}", f"{row.missed:,}", telling.percent(row.share))
        for row in found
    ]  # fmt: skip
    title = _("Signs in calls")
    chart = None
    if found:
        shown = found[:8]
        chart = charts.bars(
            title, [row.title.read(one.language) for row in shown],
            {_("repeated (9)"): [row.repeats for row in shown], _("turned back (*)"): [row.backs for row in shown],
             _("wrong keys"): [row.missed for row in shown]},
            lying=True, first=_("node"), language=one.language,
        )  # fmt: skip
    heads = (_("node"), _("visits"), _("repeated (9)"), _("turned back (*)"), _("ended after wrong keys"), _("share"))
    about = _(
        "Nodes that callers ask for again, leave at once, or answer by keys that are not there. Repeats are those of the newest messages."
    )
    return Section("signals", title, about, chart, heads, rows)


def _jargon(one: Asked, found: list[jargon.Jargon]) -> Section:
    rows = [
        (Cell(row.key, reverse("staff:prompt", args=[row.key])), ", ".join(row.words),
         ", ".join(word.read(one.language) for word in row.plain), row.text.read(one.language), row.suggested.read(one.language))
        for row in found
    ]  # fmt: skip
    heads = (_("text"), _("jargon"), _("plain words"), _("as it is"), _("as it would be"))
    note = _("No spoken text has a word of the glossary of jargon.") if not rows else ""
    about = _(
        "Words of the trade in what calls say, with the glossary's plain words. A suggestion is read by a person before it is published."
    )
    return Section("jargon", _("Jargon"), about, None, heads, rows, open=True, note=note, good=True if note else None)


@through(Gate.SEE_STATISTICS)
def errors(request: HttpRequest) -> HttpResponse:
    """Each kind of error with its words in both languages, and the dial test that heard them."""
    one = asked(request)
    if not one.book.version:
        return frame(request, "advice-errors", one, [])
    found = gathering.errors(one.book, one.period, one.filters, now())
    rows = []
    for row in found.rows:
        prompt = row.prompt
        link = reverse("staff:prompt", args=[f"voice.{prompt.key}"]) if not prompt.missing else ""
        rows.append(
            (Cell(error_name(prompt.kind).read(one.language), link if f"voice.{prompt.key}" in one.book.words else ""),
             str(CLASSES.get(prompt.cause_class, "")),
             *samples.filled(prompt.text), _day(row.heard.get("zh")), _day(row.heard.get("en")),
             _standing(row, one.language), f"{row.happened:,}")
        )  # fmt: skip
    heads = (
        _("error"), _("class"), _("words, Chinese"), _("words, English"), _("last heard, Chinese"), _("last heard, English"),
        _("verdict"), _("times met by customers"),
    )  # fmt: skip
    counts = {
        _("heard in Chinese"): found.heard_in("zh"), _("heard in English"): found.heard_in("en"),
        _("covered"): found.covered, _("with words"): sum(not row.prompt.missing for row in found.rows),
    }  # fmt: skip
    title = _("Error prompts heard in dial tests")
    chart = charts.bars(
        title, list(counts), {_("kinds of error"): list(counts.values())}, lying=True, language=one.language, first=""
    )
    about = _("%(n)s of %(of)s kinds of error were heard right in the newest dial test of the last thirty days: %(share)s.") % {
        "n": found.covered, "of": len(found.rows), "share": telling.percent(found.share),
    }  # fmt: skip
    note = (
        _("Each kind of error has words of its own.")
        if found.sound
        else _("Words are missing or shared: a root cause.")
    )
    return frame(
        request, "advice-errors", one,
        [
            Section("coverage", title, about, chart, note=note, good=found.sound),
            Section("errors", _("Error prompt coverage"), "", None, heads, rows, open=True),
        ],
    )  # fmt: skip


@through(Gate.SEE_STATISTICS)
def audio(request: HttpRequest) -> HttpResponse:
    """The newest audit against the one standard format."""
    one = asked(request)
    found = sound.newest()
    title = _("Formats of what calls play")
    if found is None:
        sections = [Section("formats", title, "", note=telling.NO_AUDIT.read(one.language), good=False)]
    else:
        rows = [
            (name, f"{count:,}", _("the standard") if name == found.standard else _("not the standard"))
            for name, count in sorted(found.formats.items(), key=lambda pair: -pair[1])
        ]
        about = _("The one standard format is %(standard)s. Audited on %(at)s by %(by)s.") % {
            "standard": found.standard, "at": _moment(found.at), "by": found.by,
        }  # fmt: skip
        note = _("Uniform.") if found.uniform else _("Not uniform: a root cause.")
        gaps = [
            (_("not rendered or recorded yet"), f"{found.missing:,}"), (_("damaged files"), f"{found.broken:,}"),
            (_("recordings of texts that nobody says any more"), f"{found.stale:,}"),
        ]  # fmt: skip
        whole = not found.missing and not found.broken
        sections = [
            Section("formats", title, about, None, (_("format"), _("clips"), _("verdict")), rows, open=True, note=note, good=found.uniform),
            Section("whole", _("Completeness"), "", None, ("", _("clips")), gaps, open=True,
                    note=_("Complete.") if whole else _("Not complete."), good=whole),
        ]  # fmt: skip
    return frame(
        request,
        "advice-audio",
        one,
        sections,
        mend=reverse("staff:prompts-work"),
        mend_words=_("Audit and mend in the prompt studio"),
    )


def _standing(row: Heard, language: str) -> str:
    if row.prompt.missing:
        return _("no words")
    if row.prompt.shared_with:
        return _("shared with %(others)s") % {
            "others": ", ".join(error_name(kind).read(language) for kind in row.prompt.shared_with)
        }
    if row.failing is not None:
        return _("not heard on %(at)s: %(why)s") % {"at": _day(row.failing), "why": row.why_failing}
    return _("heard") if row.heard else _("not heard yet")


def _criterion(told: Share) -> str:
    return "" if told.met is None else _("Met.") if told.met else _("Not met.")


def _interval(told: Share) -> str:
    low, high = told.interval or (0.0, 0.0)
    return f"{telling.percent(low)} – {telling.percent(high)}" if told.asked else "n/a"


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "–"


def _day(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d}" if at else "–"
