"""Panels of the first steps: team, topic, survey, target."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from careline.circle.decisions import CRITERIA
from careline.circle.models import Circle, Score
from careline.circle.rows import pair
from careline.identity.models import Staff
from careline.insight import sources
from careline.staff.circle_labels import CRITERIA as CRITERIA_NAMES
from careline.staff.views.circle_frame import Form, Input, Item, Panel, hidden

STAFF_MAX = 500


def team(one: Circle, language: str, **rest: object) -> list[Panel]:
    staff = [(who.username, f"{who} ({who.username})") for who in Staff.objects.filter(is_active=True)[:STAFF_MAX]]
    known = [("", _("our own"))] + [(name, sources.called(name, language)) for name in sources.known()]
    about = Form("describe", _("Name, period and leader"), [
        Input("name", _("Name"), value=pair(one.name).read(language), required=True),
        Input("profile", _("Who the team is"), "area", pair(one.profile).read(language), 1_000),
        Input("since", _("Survey from"), "date", str(one.since), required=True),
        Input("until", _("Survey to"), "date", str(one.until), required=True),
        Input("goal_on", _("Day of the goal"), "date", str(one.goal_on or "")),
        Input("source", _("Whose records"), "select", one.source, choices=known),
        Input("leader", _("Leader"), "select", one.leader, choices=staff),
    ], _("Save"), folded=True)  # fmt: skip
    members = [
        Item(who.name, pair(who.role).read(language), who.username,
             forms=[_gone("part", who.pk, _("Remove %(name)s") % {"name": who.name})])
        for who in one.members.all()
    ]  # fmt: skip
    join = Form("join", _("Add a member"), [
        Input("name", _("Name"), limit=100, required=True), Input("role", _("Task in the circle")),
        Input("username", _("Signs in as"), "select", choices=[("", _("nobody: named only")), *staff],
              hint=_("Who is named with a sign-in may write in this circle.")),
    ], _("Add"))  # fmt: skip
    terms = Panel("terms", _("Terms"), lines(one, "term", language), [sentence("term", _("Add a term"))],
                  empty=_("Two terms are explained by the report itself."))  # fmt: skip
    return [
        Panel("about", _("The circle"), forms=[about]),
        Panel("members", _("Members"), members, [join]),
        terms,
        _cards(one, language),
    ]


def topic(one: Circle, language: str, *, member: str = "", who: str = "", **rest: object) -> list[Panel]:
    topics = list(one.topics.all())
    named = [(str(row.pk), pair(row.name).read(language)) for row in topics]
    cards = list(one.cards.all())
    laid = Form("group", _("Lay the cards out"), [
        Input(f"card-{card.pk}", pair(card.words).read(language), "select", str(card.topic_id or ""),
              choices=[("", _("under no topic")), *named, ("gone", _("throw away"))])
        for card in cards
    ], _("Save"))  # fmt: skip
    new = Form("propose", _("Propose a topic"), [Input("name", _("Topic"), required=True)], _("Add"))
    shown = [Item(name, forms=[_gone("drop-topic", key, _("Remove %(name)s") % {"name": name})]) for key, name in named]
    return [
        Panel("topics", _("Topics"), shown, [new]),
        _cards(one, language),
        *([Panel("laid", _("Affinity"), forms=[laid])] if cards else []),
        _scores(one, language, member, who),
    ]


def _scores(one: Circle, language: str, member: str, who: str) -> Panel:
    members = list(one.members.all())
    mine = next((row for row in members if str(row.pk) == member), None)
    mine = mine or (next((row for row in members if row.username == who), None) if member != "all" else None)
    given = {
        (row.topic_id, row.criterion): str(row.points) for row in Score.objects.filter(topic__circle=one, member=mine)
    }
    points = [("", "–"), *((str(at), str(at)) for at in range(1, 6))]
    inputs = [
        Input(f"points-{row.pk}-{name}", f"{pair(row.name).read(language)} · {CRITERIA_NAMES[name]}", "select",
              given.get((row.pk, name), ""), choices=points)
        for row in one.topics.all() for name in CRITERIA
    ]  # fmt: skip
    form = Form("score", _("Scores of %(name)s") % {"name": mine.name if mine else _("all together")},
                [hidden("member", mine.pk if mine else ""), *inputs], _("Save"))  # fmt: skip
    here = "?step=topic&member="
    more = [(f"{here}all#scores", _("all together")), *((f"{here}{row.pk}#scores", row.name) for row in members)]
    about = _(
        "One to five points. Each member scores on their own, or all agree on one score; only who scored everything counts."
    )
    return Panel("scores", _("Scores"), forms=[form], about=about, more=more)


def survey(one: Circle, language: str, **rest: object) -> list[Panel]:
    names = [
        _("How high is it?"), _("By day"), _("By hour"), _("System or operation?"), _("Which causes?"), _("What do customers say?"),
    ]  # fmt: skip
    said = [
        Item(item.words, f"{at}. {name}", forms=item.forms)
        for at, name in enumerate(names, 1)
        for item in lines(one, f"survey-{at}", language)
    ]
    choices = [(f"survey-{at}", f"{at}. {name}") for at, name in enumerate(names, 1)]
    form = Form("conclude", _("Write down a conclusion"), [
        Input("kind", _("Part of the survey"), "select", choices=choices),
        Input("words", _("What you conclude"), "area", limit=1_000, required=True),
    ], _("Add"))  # fmt: skip
    return [Panel("concluded", _("What the circle concludes"), said, [form])]


def target(one: Circle, language: str, **rest: object) -> list[Panel]:
    form = Form("aim", _("The goal"), [
        Input("solved", _("Share of the crux that can be solved, in percent"), "number", f"{one.solved * 100:.4g}", 6, required=True),
        Input("goal", _("Goal, in percent"), "number", f"{one.goal:.2f}", 6, required=True,
              hint=_("Directive: below 1 %. Challenge: at most 0.86 %.")),
        Input("goal_on", _("Day of the goal"), "date", str(one.goal_on or ""), required=True),
    ], _("Save"))  # fmt: skip
    return [Panel("aim", _("What is aimed at"), forms=[form])]


def lines(one: Circle, kind: str, language: str) -> list[Item]:
    return [
        Item(pair(row.words).read(language), pair(row.where).read(language),
             links=[(row.link, _("Open"))] if row.link else (),
             forms=[_gone("strike", row.pk, _("Take back: %(words)s") % {"words": pair(row.words).read(language)[:40]})])
        for row in one.lines.all() if row.kind == kind
    ]  # fmt: skip


def sentence(kind: str, title: str, more: Sequence[Input] = ()) -> Form:
    inputs = [hidden("kind", kind), Input("words", title, "area", limit=1_000, required=True), *more]
    return Form("conclude", title, inputs, _("Add"), key=f"conclude-{kind}")


def _cards(one: Circle, language: str) -> Panel:
    topics = {row.pk: pair(row.name).read(language) for row in one.topics.all()}
    shown = [Item(pair(row.words).read(language), topics.get(row.topic_id or 0, "")) for row in one.cards.all()]
    form = Form("collect", _("Add a problem"), [
        Input("words", _("Problem"), "area", limit=1_000, required=True),
        Input("topic", _("Topic"), "select", choices=[("", _("under no topic")), *((str(key), name) for key, name in topics.items())]),
    ], _("Add"))  # fmt: skip
    return Panel("cards", _("Problems that were collected"), shown, [form])


def _gone(deed: str, key: object, title: str) -> Form:
    return Form(deed, title, [hidden("id", key)], "✕", key=f"{deed}-{key}")
