"""Every message that we sent to this number, and the way from each to what is behind it."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from careline.catalogue.shipped import published
from careline.channels.portal.phrases import page_language
from careline.channels.web import pages
from careline.channels.web.me.hub import PART
from careline.channels.web.visitor import Visitor, signed_in
from careline.selfcare import notices


@require_GET
@signed_in
def page(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    sought = request.GET.get("q", "").replace("\0", "").strip()[: notices.WORDS_MAX]
    after = request.GET.get("after", "")[:40]
    found = notices.of(visitor.msisdn, words=sought, after=after, book=published())
    language = page_language()
    words = pages.phrases(PART, language)
    rows = [
        (
            one,
            words[f"about_{one.about}"],
            words[f"state_{one.state}"],
            words["from"].format(address=one.address),
            words["see_service"].format(name=one.name.read(language)) if one.service else "",
        )
        for one in found.notices
    ]
    onward = urlencode({"q": sought, "after": found.after} if sought else {"after": found.after})
    return pages.show(
        request, PART, "notices.html", visitor, rows=rows, sought=sought, later=bool(after),
        older=f"?{onward}" if found.after else "", longest=notices.WORDS_MAX,
        lead=words["notices_lead"].format(number=visitor.msisdn.masked()),
        none=words["none_found"].format(words=sought) if sought else words["no_notices"],
    )  # fmt: skip
