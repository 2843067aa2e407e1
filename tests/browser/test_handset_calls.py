"""The telephone of the handset page, in a real browser: sound, keys, silence, USSD, and what goes wrong."""

import io
import re
import wave
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, expect

from careline.prompts import voices
from tests.browser.conftest import Visit
from tests.browser.visitor import DESK, PHONE, WAYS, Visitor, Way

PACE = 40  # waits and words go by so much faster, since tests have no time to listen
VOICE_TRIES = 20  # of some seconds each: nothing is rendered yet, and the voice is a program of its own for each phrase
SAYS = {
    "en": {
        "listening": "Your turn",
        "ended": "Call ended",
        "only": "only 10086 answers",
        "silent": "no sound for these words",
        "person": "cannot be put through to a person",
        "cut_off": "cannot be reached",
        "stale": "Please reload",
        "no_script": "Calls need JavaScript",
    },
    "zh": {
        "listening": "请按键",
        "ended": "通话结束",
        "only": "只有 10086",
        "silent": "没有声音",
        "person": "人工台接不进来",
        "cut_off": "连不上营业厅",
        "stale": "请刷新",
        "no_script": "要用 JavaScript",
    },
}


@dataclass
class Telephone:
    """The page, used by keyboard."""

    visitor: Visitor

    @property
    def says(self) -> dict[str, str]:
        return SAYS[self.visitor.way.language]

    def part(self, selector: str) -> Locator:
        return self.visitor.page.locator(selector)

    @property
    def heard(self) -> Locator:
        """All that the hall has said."""
        return self.part("#captions .theirs")

    def dial(self) -> None:
        self.visitor.press("Enter", self.part("#call"))
        expect(self.heard).not_to_have_count(0)

    def press(self, keys: str) -> str:
        """Type these into the telephone; what is said then."""
        before = self.heard.count()
        self.visitor.page.keyboard.type(keys)
        expect(self.heard).to_have_count(before + 1)
        return self.heard.last.inner_text()

    def choose(self, label: str) -> str:
        """Press the key that the menu just gave to what is called so."""
        line = next(line for line in self.heard.last.inner_text().splitlines() if re.search(label, line))
        return self.press(re.findall(r"\d", line)[-1])

    def quick(self) -> None:
        self.part("#telephone").evaluate("(page, pace) => page.dataset.pace = pace", PACE)

    def wait_for_me(self) -> None:
        """So that no silence comes between."""
        self.visitor.press("Space", self.part("#patient"))


def come(visit: Visit, way: Way, name: str, *, sound: bool = False) -> Telephone:
    """Take this person's telephone; without sound the words pass as captions, and no voice is needed."""
    visitor = visit(way)
    if not sound:
        visitor.page.route("**/*.wav", lambda route: route.fulfill(status=204))
    visitor.go("/phone/dial")
    visitor.follow(visitor.page.locator(".people button", has_text=name), back=True)
    expect(visitor.page.locator("#phone-title")).to_contain_text(name)
    assert visitor.path == "/phone/dial"
    return Telephone(visitor)


def warm(phone: Telephone) -> None:
    """Call once and let the voice make what a call begins with; a demo has rendered it long before."""
    phone.wait_for_me()
    phone.dial()
    page = phone.visitor.page
    address = page.evaluate("`/phone/call/${call.id}/0.wav`")
    assert any(page.request.get(phone.visitor.site + address).status == 200 for _ in range(VOICE_TRIES))
    page.keyboard.press("Escape")
    expect(phone.part("#call")).to_be_enabled()


@pytest.mark.peer
def test_a_caller_hears_the_words_and_stops_them_with_a_key(visit: Visit) -> None:
    if missing := voices.missing():
        pytest.skip(missing)
    phone = come(visit, DESK["zh"], "陈桂兰", sound=True)
    page = phone.visitor.page
    warm(phone)
    phone.dial()
    speaking = phone.part("[data-speaking] .said")
    expect(speaking).to_be_visible()
    address = page.evaluate("`/phone/call/${call.id}/0.wav`")
    with wave.open(io.BytesIO(page.request.get(phone.visitor.site + address).body())) as file:
        assert (file.getnchannels(), file.getframerate()) == (1, 8000)
        seconds = file.getnframes() / file.getframerate()
    assert page.evaluate("sound.context.state") == "running"
    assert page.evaluate("call.playing.length") == pytest.approx(seconds, rel=0.01)
    syllables = len(re.findall(r"[\u4e00-\u9fff\d]", phone.heard.first.inner_text()))
    assert 2.5 < syllables / seconds < 6.5, "as long as a person would take to say these words"
    page.evaluate("window.first = call.playing")
    with page.expect_request("**/phone/call") as keyed:
        page.keyboard.press("1")
    assert page.evaluate("first.over && first.percent() < 100")
    heard = re.search(r'name="heard"\s+(\d+)', keyed.value.post_data or "")
    assert heard
    assert int(heard[1]) < 90
    expect(phone.heard.last).to_contain_text("72.30")
    page.keyboard.press("Escape")
    expect(phone.part("#state")).to_have_text(phone.says["ended"])
    assert not page.evaluate("call")


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_an_order_by_keys_is_confirmed_and_told(visit: Visit, way: Way) -> None:
    name = dict(zip(WAYS, ("何平", "Emma Clarke", "唐一鸣", "黄秀英"), strict=True))[way]
    phone = come(visit, way, name)
    phone.quick()
    phone.wait_for_me()
    phone.visitor.in_order()
    phone.dial()
    for label in ("办理业务|caller ID, tones", "通话功能", "来电显示|Caller ID"):
        if re.search(label, phone.heard.last.inner_text()):  # the brands' menus differ in depth
            phone.choose(label)
    phone.visitor.in_order()
    asked = phone.choose("开通|switch it on")
    assert re.search(r"5[.]00", asked), asked
    expect(phone.part("#state")).to_contain_text(phone.says["listening"])  # who is too quick is asked again
    done = phone.press("1")
    assert re.search("已办好|办过了|already|is on", done), done
    expect(phone.part("#key-story .outcome")).to_have_class(re.compile("done" if name == "何平" else "done|refused"))
    expect(phone.part("#key-story")).to_contain_text(re.compile("来电显示|Caller ID"))
    expect(phone.part("#path li")).not_to_have_count(0)
    assert not re.search(r"[a-z]+_[a-z]+", phone.part("#key-story .steps").inner_text()), "an id is shown"
    phone.visitor.tab_to(phone.part("#hang-up"), back=True)
    with phone.visitor.page.expect_request("**/phone/call") as told:
        phone.visitor.page.keyboard.press("Enter")
    assert "hung_up" in (told.value.post_data or "")
    expect(phone.part("#dialled")).to_have_text("10086")
    phone.visitor.in_order()


def test_silence_is_answered_and_ends_the_call(visit: Visit) -> None:
    phone = come(visit, DESK["en"], "高敏")
    phone.quick()
    phone.dial()
    expect(phone.part("#captions .frame")).to_contain_text(phone.says["silent"])
    expect(phone.part("#state")).to_have_text(phone.says["ended"])
    assert phone.heard.count() > 2, "asked again before it ended"
    expect(phone.part("#call")).to_be_enabled()


def test_nobody_comes_to_the_browser_and_that_is_said(visit: Visit) -> None:
    phone = come(visit, PHONE["zh"], "徐文博")
    phone.quick()
    phone.wait_for_me()
    phone.dial()
    phone.press("0")
    expect(
        phone.part(
            "#captions .frame",
        ).last
    ).to_contain_text(phone.says["person"])
    expect(phone.heard.last).to_contain_text("主菜单")
    expect(phone.part("#state")).not_to_have_text(phone.says["ended"])


def test_digits_ahead_are_taken_and_what_is_secret_is_dots(visit: Visit) -> None:
    phone = come(visit, DESK["zh"], "宋雅")
    phone.wait_for_me()
    phone.dial()
    phone.choose("积分和密码")
    phone.choose("服务密码")
    while "井号" not in phone.heard.last.inner_text():
        phone.press("1")
    typed = "246"
    phone.visitor.page.keyboard.type(typed)
    expect(phone.part("#dialled")).to_have_text("•••")
    phone.press("802#")
    assert "246802" not in phone.part("body").inner_text()
    expect(phone.part("#captions .mine").last).to_contain_text("•••••••")
    phone.press("0") if "人工" in phone.heard.last.inner_text() else None


@pytest.mark.parametrize("way", [DESK["en"], PHONE["zh"]], ids=str)
def test_a_short_code_opens_a_ussd_session(visit: Visit, way: Way) -> None:
    phone = come(visit, way, "罗莎")
    page, text = phone.visitor.page, phone.part("#ussd-text")
    phone.visitor.tab_to(phone.part("[data-key='1']"))
    page.keyboard.type("*123#")
    page.keyboard.press("Backspace")
    page.keyboard.type("#")
    expect(phone.part("#dialled")).to_have_text("*123#")
    phone.visitor.press("Enter", phone.part("#call"))
    expect(phone.part("#trouble")).to_contain_text(phone.says["only"])
    for _ in range(5):
        page.keyboard.press("Shift+Tab")
    phone.visitor.press("Enter", phone.part("#numbers button").nth(1), back=True)
    phone.visitor.press("Enter", phone.part("#call"))
    expect(text).to_contain_text("1.")
    phone.visitor.in_order()
    first = text.inner_text()
    page.keyboard.insert_text("1")
    page.keyboard.press("Enter")
    expect(text).not_to_have_text(first)
    expect(phone.part("#ussd-reply")).to_be_focused()
    with page.expect_request("**/phone/ussd") as told:
        page.keyboard.press("Escape")
    assert "hung_up" in (told.value.post_data or "")
    expect(phone.part("#ussd")).to_be_hidden()


def test_who_leaves_the_page_has_hung_up(visit: Visit) -> None:
    phone = come(visit, DESK["zh"], "马阳")
    phone.wait_for_me()
    phone.dial()
    # What a page sends as it goes away is seen by nobody but the browser: it is noted down as it is sent.
    phone.visitor.page.evaluate(
        """() => { const send = navigator.sendBeacon.bind(navigator);
          navigator.sendBeacon = (url, form) => {
            sessionStorage.sent = `${url} ${form.get("event")} ${send(url, form)}`; }; }"""
    )
    phone.visitor.follow(phone.part(".uses a").first, back=True)
    assert phone.visitor.page.evaluate("sessionStorage.sent") == "/phone/call hung_up true"


def test_a_hall_that_does_not_answer_is_told_in_words(visit: Visit) -> None:
    phone = come(visit, DESK["en"], "刘建国")
    phone.quick()
    page, frame = phone.visitor.page, phone.part("#captions .frame").last
    phone.visitor.expected = {403, 503}
    page.route("**/phone/call", lambda route: route.fulfill(status=503, body="busy"))
    phone.visitor.press("Enter", phone.part("#call"))
    expect(frame).to_contain_text(phone.says["cut_off"])
    expect(phone.part("#state")).to_have_text(phone.says["ended"])
    page.unroute("**/phone/call")
    page.context.clear_cookies(name="csrftoken")
    expect(phone.part("#call")).to_be_enabled()
    phone.visitor.press("Enter", phone.part("#call"))
    expect(frame).to_contain_text(phone.says["stale"])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_scripts_the_page_says_that_calls_need_them(browser: Browser, site: str, language: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-GB" if language == "en" else "zh-CN")
    page = context.new_page()
    page.goto(f"{site}/phone/dial")
    expect(page.locator("noscript p")).to_contain_text(SAYS[language]["no_script"])
    page.click(".uses a >> nth=0")
    page.fill("#text", "CXYE")
    page.click("button.send")
    expect(page.locator("#conversation .theirs").last).to_be_visible()
    context.close()


@pytest.mark.parametrize("way", [DESK["en"], PHONE["zh"]], ids=str)
def test_the_focus_goes_through_the_whole_telephone(visit: Visit, way: Way) -> None:
    phone = come(visit, way, "孙丽")
    stops = phone.visitor.stops()
    assert [stop.split()[1] for stop in stops if re.fullmatch(r"BUTTON [0-9*#]\S*", stop)][-12:]
    assert sum(stop.startswith("INPUT") for stop in stops) == 3
    phone.visitor.fits(320, 360, 390, 640, 768, 1024)
