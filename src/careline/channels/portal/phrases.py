"""What the customers' pages say in their own frame, in both languages."""

from collections.abc import Mapping

from django.utils import translation

PHRASES: Mapping[str, tuple[str, str]] = {
    "language": ("English", "中文"),
    "skip": ("跳到正文", "Skip to the content"),
    "home": ("投诉与建议", "Complaints and suggestions"),
    # the number
    "complain": ("有问题，告诉我们", "Tell us what is wrong"),
    "complain_lead": (
        "先确认这个号码是您的。我们给它发一条带验证码的短信，不用密码，也不用注册。",
        "First show that the number is yours: we send it a text with a code. No password, no registration.",
    ),
    "number": ("您的手机号码", "Your phone number"),
    "send_code": ("发送验证码", "Send the code"),
    "no_number": ("这不像一个手机号码，请再看一遍。", "That does not look like a phone number. Please check it."),
    "too_many_codes": (
        "要的验证码太多了，请 {minutes} 分钟后再试。也可以直接拨 10086，或者发短信“投诉”到 10086。",
        "Too many codes were asked for. Try again in {minutes} min, or call 10086, or text “complaint” to 10086.",
    ),
    "other_ways": (
        "没有手机在身边？拨 10086，或者到营业厅，都由同一个编号办理。",
        "No phone at hand? Call 10086 or come to a hall: it is the same case with the same number.",
    ),
    # the code
    "code": ("验证码", "Code"),
    "code_title": ("输入短信里的验证码", "Type in the code from the text"),
    "code_lead": (
        "如果 {number} 是我们的号码，验证码这会儿就到了，5 分钟内有效。",
        "If {number} is a number of ours, the code arrives right now. It is valid for 5 minutes.",
    ),
    "code_go": ("继续", "Go on"),
    "code_wrong": ("验证码不对，或者过期了。", "The code is wrong, or its time is over."),
    "code_over": ("这个验证码不能再试了，请重新要一个。", "This code cannot be tried any more. Ask for a new one."),
    "another": ("换一个号码，或者再发一次", "Another number, or send it again"),
    "code_letter": (
        "验证码{code}，5分钟内有效，只用来确认号码是您的。我们的人不会向您要它。",
        "Your code is {code}, valid for 5 minutes. It shows that the number is yours. Nobody of us ever asks for it.",
    ),
    # telling
    "which": ("是哪方面的问题？", "What is it about?"),
    "which_lead": (
        "选最像的一项，我们好找对人。拿不准就选最后一项。",
        "Choose what fits best. If you are not sure, take the last one.",
    ),
    "something_else": ("说不清，我直接写", "I am not sure, let me just write"),
    "something_about": ("我们来归类。", "We sort it for you."),
    "suggestion": ("我有一个建议", "I have a suggestion"),
    "suggestion_about": ("说说怎样能做得更好。", "Tell us what could be better."),
    "enquiry": ("我只想问一下", "I only have a question"),
    "enquiry_about": ("我们查了再答复您。", "We look it up and answer."),
    "tell": ("说说是怎么回事", "Tell us what happened"),
    "words": ("经过和您希望的结果", "What happened, and what you would like us to do"),
    "words_hint": (
        "想到什么写什么。请不要写密码和身份证号，写了我们也会遮住。",
        "Just as it comes to mind. Please no passwords or ID numbers; we hide them if there are any.",
    ),
    "notice": ("是因为这条短信吗？", "Is it because of this message?"),
    "no_notice": ("不是，和短信无关", "No, not because of a message"),
    "optional": ("可以不填", "optional"),
    "send": ("提交", "Send"),
    "back": ("返回", "Back"),
    "no_words": ("请写几句话，我们才知道怎么帮您。", "Please write a few words, so that we know how to help."),
    "needed": ("这一项请填一下。", "Please fill this in."),
    "too_often": (
        "刚才已经收到了好几条。请过一会儿再来。",
        "We have several from you already. Please come back in a while.",
    ),
    "mine": ("您之前的", "What you told us before"),
    "as_number": ("号码", "Number"),
    "leave": ("退出", "Leave"),
    "choose": ("请选择", "Please choose"),
    # the case
    "docket": ("编号", "Number"),
    "received": ("收到了，编号 {docket}。", "We have it. The number is {docket}."),
    "received_joined": (
        "这件事您之前说过，我们记到了编号 {docket} 里，不用从头再来。",
        "You told us of this before: we added it to number {docket}. Nothing starts over.",
    ),
    "received_lead": (
        "已经发短信告诉您了。这一页的链接别转给别人。",
        "A text with it is on its way to you. Keep the link to this page to yourself.",
    ),
    "now": ("现在", "Now"),
    "who": ("由谁办", "With"),
    "until": ("到什么时候", "Until when"),
    "promise": ("48 小时答复", "Answer within 48 hours"),
    "promise_left": ("还剩 {span}", "{span} left"),
    "promise_late": ("晚了 {span}，对不起", "We are {span} late, and sorry for it"),
    "promise_kept": ("已经答复", "Answered"),
    "promise_kept_late": ("答复晚了，对不起", "Answered too late; we are sorry"),
    "days": ("{n} 天", "{n} days"),
    "day": ("{n} 天", "{n} day"),
    "hours": ("{n} 小时", "{n} hours"),
    "hour": ("{n} 小时", "{n} hour"),
    "minutes": ("{n} 分钟", "{n} minutes"),
    "minute": ("{n} 分钟", "{n} minute"),
    "story": ("到现在为止", "What happened so far"),
    "you": ("您", "you"),
    "us": ("我们", "we"),
    "result": ("处理结果", "The result"),
    "ask": ("这样解决，您满意吗？", "Are you satisfied with this?"),
    "yes": ("满意", "Yes, I am satisfied"),
    "no": ("不满意，请再处理", "No, please look at it again"),
    "why": ("还想说的话", "Anything you want to add"),
    "add": ("补充一点", "Add something"),
    "add_go": ("补充", "Add"),
    "added": ("记下了。", "It is noted."),
    "urge": ("请快一点", "Please hurry"),
    "urge_about": ("我们会转告正在办的人，并提前处理。", "It is passed on to whoever works on it, and moves up."),
    "urged": ("已经加急。", "It is urgent now."),
    "urged_already": ("一小时内已经催过，我们记着呢。", "You asked within this hour already; it is urgent."),
    "thanks": ("谢谢您告诉我们。", "Thank you for telling us."),
    "again": ("好的，我们重新处理。", "We look at it again."),
    "rate": ("整个过程，您打几分？", "How was it, all in all?"),
    "rate_scale": ("1 很不好，5 很好", "1 very bad, 5 very good"),
    "rate_go": ("提交评分", "Rate"),
    "rated": ("您打了 {n} 分，谢谢。", "You gave {n} of 5. Thank you."),
    "reopen": ("问题又来了", "It came back"),
    "reopen_about": (
        "还是同一个编号，还是原来的人负责。",
        "It stays the same number, with the same person responsible.",
    ),
    "reopen_go": ("重新处理", "Take it up again"),
    "call": ("想和人说？拨 10086，报编号就行。", "Rather talk? Call 10086 and say the number."),
    "refused": (
        "现在不能这样做：情况刚刚变了，请看下面。",
        "That cannot be done now: things have changed meanwhile, see below.",
    ),
    # what opens nothing
    "closed_title": ("这个链接打不开", "This link opens nothing"),
    "closed": (
        "它可能过期了，或者没有复制完整。请用短信里的链接，或者用您的号码进来。",
        "It may be over, or was not copied as a whole. Use the link in our text, or come in with your number.",
    ),
    "slow_title": ("请稍等", "Please wait"),
    "slow": ("试得太多了，请 15 分钟后再来。", "That was tried too often. Come back in 15 minutes."),
    "with_number": ("用号码进来", "Come in with your number"),
}


def phrases(language: str) -> dict[str, str]:
    """All phrases in one language ("zh" or "en")."""
    return {name: pair[language == "en"] for name, pair in PHRASES.items()}


def page_language() -> str:
    """The language of the page that is being made: "zh" or "en"."""
    return "en" if (translation.get_language() or "").startswith("en") else "zh"
