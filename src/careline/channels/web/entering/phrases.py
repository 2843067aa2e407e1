"""What the pages of the way in say, in both languages."""

from collections.abc import Mapping

PHRASES: Mapping[str, tuple[str, str]] = {
    "sign_in": ("登录网上营业厅", "Sign in to the web hall"),
    "sign_in_lead": (
        "余额、账单、业务办理，都在这里。用本机号码登录，不用注册。",
        "Balance, bills and services in one place. Sign in with your number; there is nothing to register.",
    ),
    "number": ("手机号码", "Your phone number"),
    "send_code": ("发送短信验证码", "Text me a code"),
    "by_password": ("用服务密码登录", "Sign in with the service password"),
    "by_code": ("用短信验证码登录", "Sign in with a texted code"),
    "other_ways": (
        "手机不在身边？请用服务密码登录，或者拨 {hotline} 由人工办理。",
        "No phone at hand? Use your service password, or call {hotline} and a person helps.",
    ),
    "over": (
        "您有半小时没有操作，为了安全我们先退出了。重新登录后会回到刚才的页面，什么都没有办错。",
        "Half an hour passed without a click, so we signed you out to be safe. Sign in and you are back on your page."
        " Nothing was done meanwhile.",
    ),
    "signed_out": (
        "已经退出，这台设备上没有留下您的信息。",
        "You are signed out; nothing of yours stays on this device.",
    ),
    "no_number": ("这不像一个手机号码，请再看一遍。", "That does not look like a phone number. Please check it."),
    "too_many_codes": (
        "要的验证码太多了，请 {minutes} 分钟后再试，或者拨 {hotline}。",
        "Too many codes were asked for. Try again in {minutes} min, or call {hotline}.",
    ),
    "code_title": ("输入短信验证码", "Type in the code"),
    "code_lead": (
        "如果 {number} 是我们的号码，验证码这会儿就到了，5 分钟内有效。",
        "If {number} is a number of ours, the code arrives right now. It is valid for 5 minutes.",
    ),
    "code": ("六位验证码", "Code of six digits"),
    "go_in": ("登录", "Sign in"),
    "code_wrong": ("验证码不对，或者过期了。", "The code is wrong, or its time is over."),
    "code_over": ("这个验证码不能再试了，请重新要一个。", "This code cannot be tried any more. Ask for a new one."),
    "another": ("换一个号码，或者重新发送", "Another number, or send it again"),
    "nobody_asks": (
        "我们的人从来不会向您要验证码。",
        "Nobody of us ever asks you for this code.",
    ),
    "password_title": ("用服务密码登录", "Sign in with the service password"),
    "password": ("服务密码（六位数字）", "Service password (six digits)"),
    "password_form": ("服务密码是六位数字。", "The service password has six digits."),
    "password_no": (
        "号码或者服务密码不对，或者密码因为试错太多暂时锁住了。可以改用短信验证码登录。",
        "Number or service password is wrong, or the password is locked for a while after too many wrong tries."
        " You can sign in with a texted code instead.",
    ),
    "password_slow": (
        "试得太多了，请 15 分钟后再来，或者用短信验证码登录。",
        "That was tried too often. Come back in 15 minutes, or sign in with a texted code.",
    ),
    "password_away": (
        "服务密码现在核对不了，是我们这边的问题，不算试错。请过几分钟再来，或者用短信验证码。",
        "The password cannot be checked right now. That is our fault and counts as no try."
        " Come back in a few minutes, or use a texted code.",
    ),
    "prove_title": ("请输入服务密码", "Your service password, please"),
    "prove_lead": (
        "接下来要看或者要办的，需要确认是机主本人。一次登录只问一遍。",
        "What comes next needs to know that it is the owner. You are asked once in a visit.",
    ),
    "prove_go": ("确认", "Go on"),
    "prove_wrong": ("服务密码不对，还可以试 {n} 次。", "That is not your service password. Tries left: {n}."),
    "prove_wrong_some": ("服务密码不对。", "That is not your service password."),
    "prove_locked": (
        "试错太多，密码锁到 {until}。急办请拨 {hotline}。",
        "Too many wrong tries: the password is locked until {until}. If it is urgent, call {hotline}.",
    ),
    "prove_none": (
        "您还没有服务密码。发短信“SQMM”到 {hotline}，或者在“业务”里申请一个。",
        "You have no service password yet. Text SQMM to {hotline}, or apply for one under Services.",
    ),
    "forgotten": (
        "忘了密码？在“业务”里用身份证号码重置，或者拨 {hotline}。",
        "Forgotten it? Reset it under Services with your ID number, or call {hotline}.",
    ),
}
