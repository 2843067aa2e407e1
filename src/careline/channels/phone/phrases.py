"""What the handset page says in its own frame, in both languages."""

from collections.abc import Mapping

from django.utils import translation

PHRASES: Mapping[str, tuple[str, str]] = {
    "title": ("演示手机", "Demo handset"),
    "lead": (
        "选一位镇上的居民，替他发短信、打电话。每一条、每一键都走真正的业务办理流程。",
        "Pick someone from the town, and text or call as them. Everything is served for real, by the sandbox carrier.",
    ),
    "people": ("镇上的人", "People of the town"),
    "write": ("短信内容", "Your message"),
    "send": ("发送", "Send"),
    "to": ("发往", "To"),
    "hall": ("10086 短信营业厅", "10086 service hall"),
    "suggestions": ("10086900 意见建议", "10086900 suggestions"),
    "messages": ("往来短信", "Messages"),
    "empty": ("还没有短信。试试下面的例子，或自己写一条。", "No messages yet. Try one of these, or write your own."),
    "try": ("试试", "Try"),
    "me": ("我", "Me"),
    "parts": ("条短信", "SMS"),
    "awaited": ("正在办理，办完马上告诉您……", "Being dealt with; the answer comes as soon as it is known …"),
    "look": ("看看有没有答复", "Look for the answer"),
    "why": ("怎么理解的？", "How was this understood?"),
    "story": ("这条短信的经过", "What happened to this message"),
    "pick_story": (
        "点短信下面的“怎么理解的？”，这里会逐步说明：写法怎么统一、查了哪些代码表、哪条规则定的、运营商怎么办的、答复到了没有。",
        "Choose “How was this understood?” below a message to see each step: its one form, the code tables, "
        "the rule that decided, what the carrier did, and whether the answer arrived.",
    ),
    "said": ("收到的内容", "Received"),
    "steps": ("理解步骤", "Steps of understanding"),
    "attempt": ("办理", "The attempt"),
    "none": ("没有开始办理什么。", "It began no attempt."),
    "table": ("代码表", "Code table"),
    "wish": ("要办的", "Wish"),
    "outcome": ("结果", "Outcome"),
    "cause": ("原因", "Cause"),
    "carrier": ("运营商答复", "Carrier’s words"),
    "answers": ("答复与送达", "Answer and delivery"),
    "unanswered": ("还没有答复。", "No answer yet."),
    "language": ("English", "中文"),
    "busy": (
        "上一条还在办理，请稍候再发。",
        "Your last message is still being dealt with. Please send this one in a moment.",
    ),
    "blank": ("请先写点内容。", "Write something first."),
    "too_long": (
        "太长了，最多 1000 个字。请写短一些。",
        "That is too long: 1000 characters at most. Please shorten it.",
    ),
    "failed": ("没有送到营业厅，请再发一次。", "It did not reach the hall. Please send it again."),
    "staff": ("员工入口", "Staff sign-in"),
    "skip": ("跳到短信", "Skip to the messages"),
    "doors": ("手机功能", "Uses of the phone"),
    "by_sms": ("短信", "Texts"),
    "by_call": ("电话", "Calls"),
    # --- the telephone
    "skip_call": ("跳到拨号键盘", "Skip to the keypad"),
    "call_title": ("打电话", "Calls"),
    "no_script": (
        "打电话要用 JavaScript，您的浏览器关掉了它。短信照样能用。",
        "Calls need JavaScript, which is off in your browser. Texts work without it.",
    ),
    "voiceless": (
        "这台机器还没有装语音，电话里没有声音，话都写在屏幕上。安装：",
        "This machine has no voice yet: calls are silent, and all words are on the screen. To install one:",
    ),
    "captions": ("通话文字", "What is said"),
    "quiet": (
        "按绿色键拨打 10086。电话里说的话，都会写在这里。",
        "Press the green key to call 10086. All that is said will be written here.",
    ),
    "dialled": ("号码和按键", "Number and keys"),
    "erase": ("删除一位", "Delete a digit"),
    "numbers": ("可以拨", "Numbers to try"),
    "keypad": ("拨号键盘", "Keypad"),
    "dial": ("拨打", "Call"),
    "hang_up": ("挂断", "Hang up"),
    "volume": ("音量", "Volume"),
    "mute": ("静音", "Mute"),
    "patient": ("慢慢来：不按键也一直等我", "Take my time: wait however long I need"),
    "by_keyboard": (
        "焦点在电话里时，可以直接用键盘：0–9 * # 按键，退格删除，Esc 挂断。",
        "With the focus in the phone, your keyboard works: 0–9 * # are keys, Backspace deletes, Esc hangs up.",
    ),
    "place": ("在菜单里的位置", "Where we are in the menu"),
    "no_place": ("还没有进入菜单。", "Not in the menu yet."),
    "key_story": ("最后一次按键的经过", "What happened to the last key"),
    "pick_key_story": (
        "通话中每按一次键，这里会说明：收到了什么，怎么理解的，办成了没有。",
        "After each key of a call this says what was received, how it was understood, and what came of it.",
    ),
    "ussd_title": ("USSD 会话", "USSD session"),
    "reply": ("回复", "Reply"),
    "cancel": ("取消", "Cancel"),
    "close": ("关闭", "Close"),
    # --- said by its script
    "ringing": ("正在接通……", "Ringing …"),
    "talking": ("正在播报……", "Speaking …"),
    "listening": ("请按键", "Your turn: press a key"),
    "asking": ("请稍候……", "One moment …"),
    "ended": ("通话结束", "Call ended"),
    "pressed": ("按键", "Pressed"),
    "no_number": (
        "演示网络里只有 10086 能打通，拨 *10086# 打开 USSD 菜单。",
        "In the demo network only 10086 answers; dial *10086# for the USSD menu.",
    ),
    "no_sound": ("这句话没有声音，请看文字。", "There is no sound for these words; please read them."),
    "no_person": (
        "这是浏览器里的电话，人工台接不进来。这里放一小段等待音，然后回到菜单。用软电话拨打才能转到人工。",
        "This is a telephone in a browser: it cannot be put through to a person. You hear a little of the melody, "
        "then the menu again. With a softphone you would reach the desk.",
    ),
    "cut_off": (
        "连不上营业厅，电话断了。请再拨一次。",
        "The hall cannot be reached, and the call is lost. Please dial again.",
    ),
    "stale": ("页面太旧了，请刷新以后再拨。", "This page is too old. Please reload it and dial again."),
    "no_ussd": ("USSD 没有回应，请再试一次。", "USSD does not answer. Please try again."),
}

# What the telephone's script puts on the page.
SAID_BY_SCRIPT = (
    "ringing", "talking", "listening", "asking", "ended", "pressed", "no_number", "no_sound", "no_person", "cut_off", "stale",
    "no_ussd", "no_place", "cancel", "close",
)  # fmt: skip

# The keys as they lie, with the letters of ITU-T E.161.
KEYS = (
    ("1", ""), ("2", "ABC"), ("3", "DEF"),
    ("4", "GHI"), ("5", "JKL"), ("6", "MNO"),
    ("7", "PQRS"), ("8", "TUV"), ("9", "WXYZ"),
    ("*", ""), ("0", "+"), ("#", ""),
)  # fmt: skip

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "zh": ("CXYE", "0000", "开通来电显示", "BLHJZY", "CXYR", "流量还剩多少", "帮助"),
    "en": ("CXYE", "0000", "开通来电显示", "BLHJZY", "CXYR", "how much data is left", "help"),
}


def phrases(language: str) -> dict[str, str]:
    """All phrases in one language ("zh" or "en")."""
    return {name: pair[language == "en"] for name, pair in PHRASES.items()}


def page_language() -> str:
    """The language of the page that is being made: "zh" or "en"."""
    return "en" if (translation.get_language() or "").startswith("en") else "zh"
