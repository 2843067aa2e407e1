"""A published version is rendered whole, recordings take its place, and machines share what was made."""

import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest
from django.db import DatabaseError, transaction

from careline.dialogue.book import Book, Choice, Menu, MenuNode, Service, Verb
from careline.journal.models import Entry
from careline.prompts import auditing, keeping, recordings, rendering
from careline.prompts.keeping import Database
from careline.prompts.models import Recording, Rendered, Work
from careline.prompts.phrases import phrases, prompts
from careline.prompts.refusing import Refused
from careline.prompts.sound import of_alaw
from careline.prompts.speaker import Speaker
from careline.values.language import Text
from careline.values.money import Minor
from tests.prompts.speech import likeness, speech, written
from tests.prompts.voices_of_tests import Whistle

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
RINGBACK = Service(
    "ringback", "music", "toggle", Text("彩铃", "Ringback tone"), Text("好听", "Music"), "RBT", price=Minor(500)
)
WORDS = {
    "voice.account.query.balance": Text("您的余额是{balance}。", "Your balance is {balance}."),
    "account.query.balance": Text("余额{balance}，回复1查看。", "Balance {balance}, reply 1."),
    "any.subscribe.done": Text("已开通{service}，{price}{per}。", "{service} is on, {price}{per}."),
    "notice.low_balance": Text("您的余额低于{below}。", "Below {below}."),
}


def a_book(version: int = 1, *, senior: bool = False, **words: Text) -> Book:
    top = MenuNode(
        "top",
        Text("主菜单", "Main menu"),
        (Choice(service="ringback", verb=Verb.SUBSCRIBE, label=Text("开通彩铃", "For ringback")),),
    )
    menu = Menu("plain", Text("普通", "Plain"), {"top": top}, "top", senior=senior)
    every = MappingProxyType(WORDS | {key.replace("__", "."): text for key, text in words.items()})
    return Book(version, {"ringback": RINGBACK}, {}, every, {}, {}, {}, menus={"plain": menu})


@pytest.fixture
def speaker(tmp_path: Path) -> Speaker:
    return Speaker(tmp_path / "one", Whistle(), Database())


def test_everything_that_a_call_can_say_is_wanted_and_what_only_messages_say_is_not() -> None:
    said = phrases(a_book())
    assert {"您的余额是", "已开通", "彩铃", "主菜单", "开通彩铃", "每月五元", "十二", "元"} <= said["zh"]
    assert {"Your balance is", "is on", "Ringback tone", "five yuan a month", "twelve", "yuan"} <= said["en"]
    assert not [text for text in said["zh"] if "回复" in text or "低于" in text]
    assert "account.query.balance" not in {prompt.key for prompt in prompts(a_book())}


def test_a_version_is_rendered_once_and_the_next_one_only_where_it_differs(speaker: Speaker) -> None:
    first = rendering.render(a_book(), speaker, by="clock", now=NOW)
    assert first.complete
    assert first.rendered == sum(len(texts) for texts in phrases(a_book()).values())
    assert rendering.render(a_book(), speaker, by="clock", now=NOW).rendered == 0
    changed = a_book(2, voice__account__query__balance=Text("余额还有{balance}。", "Your balance is {balance}."))
    assert rendering.render(changed, speaker, by="clock", now=NOW).rendered == 1
    assert [work.about for work in Work.objects.filter(did="publish").order_by("id")] == ["version 1", "version 2"]


def test_what_is_rendered_needs_no_voice_any_more(speaker: Speaker) -> None:
    rendering.render(a_book(), speaker, by="clock", now=NOW)
    assert isinstance(speaker.voice, Whistle)
    speaker.voice.fails = True
    said = speaker.clips("您的余额是1234.56元。", "zh")
    assert len(said) == 10
    assert said[0] == speaker.render("您的余额是", "zh")


def test_a_senior_menu_is_rendered_slowly_too(speaker: Speaker) -> None:
    plain, senior = (len(list(rendering.wanted(a_book(senior=senior)))) for senior in (False, True))
    assert senior == 2 * plain + 0


def test_rendering_stops_at_its_time_and_goes_on_where_it_stopped(speaker: Speaker) -> None:
    part = rendering.render(a_book(), speaker, by="clock", now=NOW, seconds=0)
    assert 1 <= part.rendered < 20
    assert not part.complete
    assert rendering.render(a_book(), speaker, by="clock", now=NOW).complete


def test_how_calls_begin_is_rendered_before_everything_else(speaker: Speaker) -> None:
    book = a_book()
    begins = rendering.beginnings(book)
    assert {"主菜单", "开通彩铃", "一", "Main menu", "For ringback", "one"} <= {one.text for one in begins}
    assert list(rendering.wanted(book)[: len(begins)]) == begins
    report = rendering.render(book, speaker, by="demo", now=NOW, only=begins)
    assert (report.rendered, report.complete) == (len(begins), True)
    assert not Work.objects.filter(did="publish").exists(), "the version is not whole by that"
    assert not any(speaker.has(text, "zh") for text in ("您的余额是", "彩铃"))


def test_a_broken_voice_is_given_up_after_a_few_texts(speaker: Speaker) -> None:
    assert isinstance(speaker.voice, Whistle)
    speaker.voice.fails = True
    report = rendering.render(a_book(), speaker, by="clock", now=NOW)
    assert (report.rendered, report.failed) == (0, rendering.FAILURES_MAX)
    assert not Work.objects.filter(did="publish").exists()


def test_another_machine_says_the_same_without_a_voice_of_its_own(speaker: Speaker, tmp_path: Path) -> None:
    rendering.render(a_book(), speaker, by="clock", now=NOW)
    elsewhere = Whistle()
    elsewhere.fails = True
    other = Speaker(tmp_path / "two", elsewhere, Database())
    other.refresh()
    mine, theirs = (one.clips("已开通彩铃，5.00元/月。", "zh") for one in (speaker, other))
    assert [clip.id for clip in mine] == [clip.id for clip in theirs]
    assert [clip.path.read_bytes() for clip in mine] == [clip.path.read_bytes() for clip in theirs]
    assert all(str(clip.path).startswith(str(tmp_path / "two")) for clip in theirs)


def test_a_recording_takes_the_place_of_exactly_its_text_at_once(speaker: Speaker) -> None:
    rendering.render(a_book(), speaker, by="clock", now=NOW)
    before = speaker.clips("您的余额是12元。", "zh")
    taken = recordings.take(written(speech()), "余额.wav", text="您的余额是", language="zh", by="lin", now=NOW)
    assert speaker.refresh()
    after = speaker.clips("您的余额是12元。", "zh")
    assert after[0].id == taken.clip != before[0].id
    assert after[1:] == before[1:]
    assert speaker.clips("您的余额是12元。", "zh", slow=True)[0].id == taken.clip
    assert speaker.clips("Your balance is CNY 12.00.", "en")[0].id != taken.clip
    heard = of_alaw(after[0].path.read_bytes())
    assert likeness(heard.samples, speech().at_rate(8000).samples) > 0.93


def test_every_version_of_a_recording_is_kept_and_can_be_played_again(speaker: Speaker) -> None:
    original = written(speech(seed=1))
    first = recordings.take(original, "one.wav", text="主菜单", language="zh", by="lin", now=NOW)
    second = recordings.take(
        written(speech(seed=2), "FLAC"), "two.flac", text="主菜单", language="zh", by="he", now=NOW
    )
    assert [(one.number, one.by, one.container) for one in recordings.of("主菜单", "zh")] == [
        (2, "he", "FLAC"),
        (1, "lin", "WAV"),
    ]
    assert bytes(Recording.objects.get(pk=first.pk).original) == original
    speaker.refresh()
    assert speaker.clips("主菜单", "zh")[0].id == second.clip
    recordings.choose(first, by="lin", now=NOW + timedelta(minutes=1))
    speaker.refresh()
    assert speaker.clips("主菜单", "zh")[0].id == first.clip
    assert recordings.drop("主菜单", "zh", by="lin", now=NOW)
    speaker.refresh()
    assert speaker.clips("主菜单", "zh")[0].id not in (first.clip, second.clip)
    assert [entry.did for entry in Entry.objects.filter(what="prompt").order_by("id")] == [
        "record",
        "record",
        "choose_recording",
        "choose_recording",
    ]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Recording.objects.all().delete()


def test_an_upload_that_is_refused_changes_nothing() -> None:
    with pytest.raises(Refused):
        recordings.take(b"", "a.wav", text="主菜单", language="zh", by="lin", now=NOW)
    with pytest.raises(Refused):
        recordings.take(written(speech()), "a.wav", text="长" * 801, language="zh", by="lin", now=NOW)
    assert not Recording.objects.exists()
    assert not Work.objects.exists()


@pytest.mark.requirement("IVR-13")
def test_a_library_of_mixed_formats_is_found_out_and_after_uploading_there_is_one(
    speaker: Speaker, tmp_path: Path
) -> None:
    library = tmp_path / "library"
    library.mkdir()
    uploads = {"您的余额是": ("a.wav", written(speech())), "主菜单": ("b.mp3", written(speech(rate=44_100), "MP3"))}
    for name, data in uploads.values():
        (library / name).write_bytes(data)
    mixed = auditing.folder_formats(library)
    assert not mixed.uniform
    assert mixed.offending == ["b.mp3 (MP3 MPEG_LAYER_III 44100 Hz 1ch)"]
    rendering.render(a_book(), speaker, by="clock", now=NOW)
    for text, (name, data) in uploads.items():
        recordings.take(data, name, text=text, language="zh", by="lin", now=NOW)
    with pytest.raises(Refused):
        recordings.take(b"PK\x03\x04" + bytes(99), "c.wav", text="彩铃", language="zh", by="lin", now=NOW)
    speaker.refresh()
    speaker.clips("主菜单，您的余额是12元。", "zh")
    made = auditing.audit(a_book(), speaker, by="lin", now=NOW)
    assert made.formats.counts.keys() == {auditing.HOUSE}
    assert made.formats.uniform
    assert made.fine
    assert made.unrecorded_formats == {"WAV PCM_16 16000 Hz": 1, "MP3 MPEG_LAYER_III 44100 Hz": 1}
    assert Work.objects.get(did="audit").detail["fine"] is True


@pytest.mark.requirement("IVR-13")
def test_a_file_that_somebody_laid_beside_the_clips_is_found(speaker: Speaker) -> None:
    rendering.render(a_book(), speaker, by="clock", now=NOW)
    (speaker.folder.root / "hold.wav").write_bytes(written(speech()))
    disguised = speaker.folder.path("ab" * 32)
    disguised.parent.mkdir(exist_ok=True)
    disguised.write_bytes(written(speech()))
    made = auditing.audit(a_book(), speaker, by="lin", now=NOW)
    assert not made.fine
    assert len(made.formats.offending) == 2
    assert any(one.startswith("hold.wav") for one in made.formats.offending)


def test_the_audit_names_what_is_missing_what_is_damaged_and_what_nobody_says_any_more(speaker: Speaker) -> None:
    rendering.render(a_book(), speaker, by="clock", now=NOW)
    recordings.take(written(speech()), "a.wav", text="您的余额是", language="zh", by="lin", now=NOW)
    damaged = speaker.render("主菜单", "zh").path
    damaged.write_bytes(damaged.read_bytes()[:100])
    changed = a_book(2, voice__account__query__balance=Text("还剩{balance}。", "Your balance is {balance}."))
    made = auditing.audit(changed, speaker, by="lin", now=NOW)
    assert made.missing == ["zh: 还剩"]
    assert made.stale == ["zh: 您的余额是"]
    assert made.broken == [damaged.stem]


def test_words_said_in_passing_are_forgotten_and_those_of_the_catalogue_are_not(speaker: Speaker) -> None:
    rendering.render(a_book(), speaker, by="clock", now=NOW)
    kept = Rendered.objects.filter(passing=False).count()
    said = speaker.clips("张三丰", "zh")[0]
    assert Rendered.objects.get(clip=said.id).passing
    assert keeping.forget_passing(datetime.now(UTC) - timedelta(days=30), speaker.folder) == 0
    assert keeping.forget_passing(datetime.now(UTC) + timedelta(days=1), speaker.folder) == 1
    assert not said.path.exists()
    assert Rendered.objects.filter(passing=False).count() == kept


def test_the_sweep_leaves_the_processor_to_everybody_else() -> None:
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert rendering.politely(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id())) >= min(19, own + 1)
    assert os.getpriority(os.PRIO_PROCESS, 0) == own


def test_the_sweep_asks_for_nothing_once_the_version_is_whole(speaker: Speaker) -> None:
    sweep = rendering.Sweep()
    while sweep.run(a_book(), speaker, NOW):  # two seconds at a time, however slow the machine is
        pass
    assert isinstance(speaker.voice, Whistle)
    assert len(speaker.voice.spoken) > 100
    made = len(speaker.voice.spoken)
    assert sweep.run(a_book(), speaker, NOW) == 0
    assert sweep.run(a_book(2), speaker, NOW) == 0
    assert len(speaker.voice.spoken) == made
