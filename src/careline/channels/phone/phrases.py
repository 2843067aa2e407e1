"""What the handset page says in its own frame, in both languages."""

from collections.abc import Mapping

PHRASES: Mapping[str, tuple[str, str]] = {
    "title": ("演示手机", "Demo handset"),
    "lead": (
        "选一位镇上的居民，替他发短信。每条短信都走真正的业务办理流程。",
        "Pick someone from the town and text as them. Every message is served for real, by the sandbox carrier.",
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
}

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "zh": ("CXYE", "0000", "开通来电显示", "BLHJZY", "CXYR", "流量还剩多少", "帮助"),
    "en": ("CXYE", "0000", "开通来电显示", "BLHJZY", "CXYR", "how much data is left", "help"),
}


def phrases(language: str) -> dict[str, str]:
    """All phrases in one language ("zh" or "en")."""
    return {name: pair[language == "en"] for name, pair in PHRASES.items()}
