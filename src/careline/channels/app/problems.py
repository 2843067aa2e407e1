"""What can go wrong, each kind with a status and a title in two languages, told as RFC 9457 problem details."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils import translation

from careline.values.cause import Cause, CauseClass
from careline.values.language import Text

MEDIA = "application/problem+json"
REFERENCE = "/api/v1/reference"  # the page on which each type is explained

# code -> (status, title). Codes are for programs and never change their meaning within a version.
KINDS: Mapping[str, tuple[int, Text]] = {
    # the request
    "bad_json": (400, Text("请求体不是 JSON 对象", "The body is no JSON object")),
    "too_large": (413, Text("请求体太大", "The body is too large")),
    "bad_media": (415, Text("请求体的类型不对", "The body is of another media type")),
    "not_acceptable": (406, Text("答复只有 JSON", "Answers are JSON only")),
    "invalid": (422, Text("有内容不合要求", "Something in the request does not fit")),
    "key_missing": (400, Text("缺少 Idempotency-Key", "Idempotency-Key is missing")),
    "key_bad": (400, Text("Idempotency-Key 写得不对", "Idempotency-Key is not well formed")),
    "key_reused": (422, Text("这个 Idempotency-Key 用过，内容不同", "This Idempotency-Key was used for another request")),
    "key_in_flight": (409, Text("同一请求正在办理", "The same request is being served right now")),
    "no_such_address": (404, Text("没有这个地址", "There is no such address")),
    "method_not_allowed": (405, Text("这个地址不支持该方法", "This address does not take that method")),
    "too_many": (429, Text("请求太频繁", "Too many requests")),
    # who asks
    "no_token": (401, Text("缺少访问令牌", "The access token is missing")),
    "bad_token": (401, Text("访问令牌无效或已过期", "The access token is unknown or its time is over")),
    "no_app": (401, Text("缺少应用令牌", "The token of the app is missing")),
    "bad_app": (401, Text("应用令牌无效", "The token of the app is unknown, over or revoked")),
    "scope_missing": (403, Text("令牌没有这项权限", "The token lacks the scope")),
    "prove_first": (403, Text("请先验证服务密码", "The service password must be shown first")),
    "password_refused": (403, Text("服务密码不对或已锁定", "The service password is wrong, or locked")),
    "wrong_code": (401, Text("验证码不对或已过期", "The code is wrong or its time is over")),
    "sign_in_failed": (401, Text("号码或密码不对", "Number or password is wrong")),
    "too_many_codes": (429, Text("验证码要得太多", "Too many codes were asked for")),
    "refresh_bad": (401, Text("刷新令牌无效或已过期", "The refresh token is unknown or its time is over")),
    "refresh_reused": (401, Text("刷新令牌用过，该设备已退出", "The refresh token was used before; the device is signed out")),
    # what is asked for
    "not_found": (404, Text("没有找到", "Not found")),
    "not_possible": (409, Text("现在不能这样办", "This is not possible now")),
    "nothing_open": (409, Text("没有等待回答的问题", "No question is open")),
    "version_needed": (428, Text("缺少 If-Match", "If-Match is missing")),
    "version_moved": (412, Text("内容已经变了，请先重读", "It has changed meanwhile; read it again")),
    "too_often": (429, Text("太频繁了，请稍后再来", "Too often; later, please")),
    # us
    "not_ready": (503, Text("目录还没有发布", "No catalogue is published yet")),
    "busy": (503, Text("上一件还在办，请稍后再试", "The last wish is still being served; try again")),
    "fault": (500, Text("我们出错了", "An error of ours")),
}  # fmt: skip

CAUSES: Mapping[Cause, Text] = {
    Cause.GUIDANCE: Text("我们的说明有误", "Our words led astray"),
    Cause.WRONG_PROMPT: Text("提示音有误", "The prompt was wrong"),
    Cause.CARRIER_FAULT: Text("后台系统有故障，没有办理", "The carrier's system is down; nothing was done"),
    Cause.CARRIER_SILENT: Text("后台系统没有答复", "The carrier's system did not answer"),
    Cause.CARRIER_BUSY: Text("后台系统繁忙，没有办理", "The carrier's system is busy; nothing was done"),
    Cause.CHANNEL_FAULT: Text("答复没有送到", "The answer could not be delivered"),
    Cause.HALL_FAULT: Text("我们出错了", "An error of ours"),
    Cause.UNKNOWN_WORDS: Text("没有听懂", "Not understood"),
    Cause.MISSING_PARAMETER: Text("还缺内容", "Something is missing"),
    Cause.WRONG_PARAMETER: Text("内容不对", "A value does not fit"),
    Cause.WRONG_PASSWORD: Text("服务密码不对", "The service password is wrong"),
    Cause.TOO_MANY_TRIES: Text("试错太多，已锁定", "Too many wrong tries; locked"),
    Cause.DECLINED: Text("您回答了不办", "Declined"),
    Cause.NO_ANSWER: Text("没有回答", "Never answered"),
    Cause.LEFT: Text("转去办别的了", "Left for something else"),
    Cause.ALREADY_ON: Text("已经开通", "On already"),
    Cause.NOT_ON: Text("没有开通", "Not on"),
    Cause.NOT_ENOUGH_MONEY: Text("余额不足", "Not enough money"),
    Cause.NOT_ENOUGH_POINTS: Text("积分不足", "Not enough points"),
    Cause.NOT_ELIGIBLE: Text("不符合办理条件", "Not eligible"),
    Cause.EXCLUDED: Text("与在用的业务互斥", "Goes not together with what is in use"),
    Cause.CLOSED: Text("已停止受理", "No longer offered"),
    Cause.SUSPENDED: Text("号码已停机", "The line is suspended"),
    Cause.FROZEN: Text("月末暂停办理", "Closed at the month's end"),
    Cause.ROAMING: Text("漫游中不能办理", "Not while roaming"),
    Cause.NOT_STARTED: Text("尚未开始", "Not started yet"),
    Cause.NOTHING_TO_CONFIRM: Text("没有等待确认的业务", "Nothing waits for a yes"),
    Cause.NOT_FOUND: Text("没有找到", "Not found"),
}
_SYSTEM = {Cause.CARRIER_BUSY: 503, Cause.CARRIER_FAULT: 503, Cause.CARRIER_SILENT: 504}


class Problem(Exception):
    """The request is not done; `code` says why. `detail` is for people, `more` for programs."""

    def __init__(
        self,
        code: str,
        detail: str | Text = "",
        *,
        status: int = 0,
        title: Text | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(code)
        kind = KINDS.get(code)
        self.code = code
        self.status = status or (kind[0] if kind else 409)
        self.title = title or (kind[1] if kind else KINDS["not_possible"][1])
        self.detail = detail
        self.headers = dict(headers or {})
        self.more = more


class Told(HttpResponse):
    """A problem as an answer."""

    code: str = ""


def of_cause(cause: Cause, detail: str | Text = "", **more: Any) -> Problem:
    """The problem that the hall or the carrier said: code and title are the cause's."""
    match cause.kind:
        case CauseClass.SYSTEM:
            status = _SYSTEM.get(cause, 500)
        case CauseClass.OPERATION:
            status = 429 if cause is Cause.TOO_MANY_TRIES else 422
        case CauseClass.BUSINESS:
            status = 404 if cause is Cause.NOT_FOUND else 409
    headers = {"Retry-After": "5"} if status == 503 else {}
    return Problem(cause.value, detail, status=status, title=CAUSES[cause], headers=headers, **more)


def language() -> str:
    """Of the answer, by Accept-Language."""
    return "en" if (translation.get_language() or "").startswith("en") else "zh"


def answer_of(problem: Problem, reference: str) -> Told:
    """RFC 9457; `reference` names the request in our logs."""
    spoken = language()
    detail = problem.detail.read(spoken) if isinstance(problem.detail, Text) else problem.detail
    told: dict[str, Any] = {
        "type": f"{REFERENCE}#{problem.code}",
        "title": problem.title.read(spoken),
        "status": problem.status,
        "code": problem.code,
        "reference": reference,
    }
    if detail:
        told["detail"] = detail
    told |= problem.more
    answer = Told(json.dumps(told, ensure_ascii=False), content_type=MEDIA, status=problem.status)
    answer.code = problem.code
    for name, value in problem.headers.items():
        answer[name] = value
    return answer
