"""Panels of the later steps: cause tree, confirmation, countermeasures, effect, consolidation."""

from django.urls import reverse
from django.utils.translation import gettext as _

from careline.catalogue.version import Version
from careline.circle.causes import EndCause
from careline.circle.facts import Facts
from careline.circle.models import Circle, Confirmation, Measure, MeasureState
from careline.circle.rows import pair
from careline.staff.circle_labels import STATES, figures_of
from careline.staff.views.circle_first import lines, sentence
from careline.staff.views.circle_frame import Form, Input, Item, Panel, hidden

_PILLS = {"done": "good", "going": "warning"}
_VERDICTS = {None: "warning", True: "error", False: "good"}


def analysis(one: Circle, language: str, *, facts: Facts, **rest: object) -> list[Panel]:
    items = [
        Item(cause.name.read(language), cause.branch.read(language), forms=[_leaf(cause, language), _drop(cause, language)])
        for cause in facts.causes
    ]  # fmt: skip
    dropped = [
        Item(pair(row.name).read(language) or row.key, pair(row.dropped).read(language), _("not followed"),
             forms=[Form("restore-leaf", _("Follow again"), [hidden("key", row.key)], _("Follow again"), key=f"restore-{row.key}")])
        for row in one.leaves.all() if any(row.dropped)
    ]  # fmt: skip
    new = Form("leaf", _("Add an end cause"), _leaf_inputs(), _("Add"), key="leaf-new", folded=True)
    return [
        Panel("leaves", _("End causes"), [*items, *dropped], [new],
              about=_("What you add is judged by what a member attests; the eleven are judged by the records.")),
        Panel("analysed", _("What the circle concludes"), lines(one, "analysis", language),
              [sentence("analysis", _("What you conclude from the tree"))]),
    ]  # fmt: skip


def _leaf_inputs(cause: EndCause | None = None, language: str = "") -> list[Input]:
    names = {"branch": _("Branch"), "name": _("End cause"), "content": _("What is looked at"), "method": _("Method"),
             "criterion": _("Criterion: as it should be")}  # fmt: skip
    return [
        Input(name, label, value=getattr(cause, name).read(language) if cause else "", required=name in ("branch", "name", "criterion"))
        for name, label in names.items()
    ]  # fmt: skip


def _leaf(cause: EndCause, language: str) -> Form:
    inputs = [hidden("key", cause.id), *_leaf_inputs(cause, language)]
    return Form("leaf", _("Change"), inputs, _("Save"), key=f"leaf-{cause.id}", folded=True)


def _drop(cause: EndCause, language: str) -> Form:
    inputs = [hidden("key", cause.id), Input("why", _("Why it is not followed"), required=True)]
    return Form("drop-leaf", _("Leave out"), inputs, _("Leave out"), key=f"drop-{cause.id}", folded=True, grave=True)


def confirmation(
    one: Circle, language: str, *, facts: Facts, cause: str = "", today: str = "", **rest: object
) -> list[Panel]:
    version = Version.published()
    rows = {row.cause: row for row in one.confirmations.defer("file")}
    items = []
    for leaf, verdict in facts.verdicts:
        row, links = rows.get(leaf.id), []
        if page := figures_of(leaf.id, version.number if version else 0):
            links.append((page, _("The figures")))
        if row and row.link:
            links.append((row.link, _("Proof")))
        if row and row.file_name:
            links.append((reverse("staff:circle-proof", args=[one.pk, leaf.id]), row.file_name))
        links.append((f"?step=confirmation&cause={leaf.id}#attest", _("Attest")))
        soft = verdict.measured.read(language) + ("" if verdict.met is not None else " · " + leaf.needs.read(language))
        word = {None: _("cannot be judged"), True: _("a cause"), False: _("no cause")}[verdict.cause]
        items.append(Item(leaf.name.read(language), soft, word, _VERDICTS[verdict.cause], links))
    plan = Form("plan", _("Who looks, and by when"), [
        field for leaf, _verdict in facts.verdicts for field in _planned(leaf, rows.get(leaf.id), language)
    ], _("Save"), folded=True)  # fmt: skip
    return [
        Panel("verdicts", _("The end causes, judged"), items, [plan],
              about=_("A cause is confirmed where its criterion is not met. What no record can say, a person attests.")),
        Panel("capacity", _("Capacity"), forms=[Form("equip", _("Capacity"), [
            Input("capacity", _("Calls that can be handled in a day"), "number", str(one.capacity or ""), 13)], _("Save"))]),
        Panel("attest", _("Attest what you saw"), forms=[_attest(facts, rows, cause, language, today)]),
    ]  # fmt: skip


def _planned(leaf: EndCause, row: Confirmation | None, language: str) -> list[Input]:
    name = leaf.name.read(language)
    return [
        Input(f"who-{leaf.id}", _("%(name)s: who") % {"name": name}, value=row.who if row else "", limit=100),
        Input(f"due-{leaf.id}", _("%(name)s: by") % {"name": name}, "date", str(row.due or "") if row else ""),
    ]


def _attest(facts: Facts, rows: dict[str, Confirmation], cause: str, language: str, today: str) -> Form:
    open_first = sorted(facts.verdicts, key=lambda one: one[1].met is not None)
    choices = [(leaf.id, leaf.name.read(language)) for leaf, _verdict in open_first]
    cause = cause if cause in dict(choices) else choices[0][0] if choices else ""
    row = rows.get(cause)
    met = {True: "yes", False: "no", None: "yes"}[row.met if row else None]
    return Form("attest", _("Attest"), [
        Input("cause", _("End cause"), "select", cause, choices=choices),
        Input("met", _("Is the criterion met?"), "select", met,
              choices=[("yes", _("yes: no cause")), ("no", _("no: a cause")), ("", _("take back what was attested"))]),
        Input("by", _("Who saw it"), value=row.by if row else "", limit=100, required=True),
        Input("on", _("On which day"), "date", str(row.on) if row and row.on else today, required=True),
        Input("words", _("What was seen"), "area", pair(row.words).read(language) if row else "", 1_000, required=True),
        Input("link", _("Address of the proof"), value=row.link if row else "", limit=500),
        Input("proof", _("File of the proof (PDF, PNG, JPEG or text, 2 MB)"), "file"),
    ], _("Attest"))  # fmt: skip


def measures(one: Circle, language: str, *, facts: Facts, **rest: object) -> list[Panel]:
    names = {leaf.id: leaf.name.read(language) for leaf in facts.causes}
    confirmed = {leaf.id for leaf in facts.confirmed}
    choices = sorted(names.items(), key=lambda pair: pair[0] not in confirmed)
    rows = list(one.measures.all())
    versions = {
        found.number: found
        for found in Version.objects.filter(number__in=[row.catalogue for row in rows if row.catalogue])
    }
    items = [
        Item(
            pair(row.what).read(language), _about(row, names), str(STATES[row.state]), _PILLS.get(row.state, "plain"),
            _links(row, versions), [_measure(row, choices, language), *_removed(row)],
        )
        for row in rows
    ]  # fmt: skip
    return [Panel("plan", _("Plan of countermeasures"), items, [_measure(Measure(circle=one), choices, language)])]


def _removed(row: Measure) -> list[Form]:
    if row.state != MeasureState.PLANNED:
        return []
    return [Form("remove", _("Remove"), [hidden("id", row.pk)], _("Remove"), key=f"remove-{row.pk}")]


def _about(row: Measure, names: dict[str, str]) -> str:
    money = f"¥{row.budget_fen / 100:,.2f}" if row.budget_fen else ""
    return " · ".join(
        filter(None, (names.get(row.cause, row.cause), row.who, str(row.done_on or row.due or ""), money))
    )


def _links(row: Measure, versions: dict[int, Version]) -> list[tuple[str, str]]:
    links = []
    if row.catalogue and (version := versions.get(row.catalogue)):
        told = _("Version %(number)s: %(state)s") % {"number": version.number, "state": version.get_state_display()}
        links.append((reverse("staff:version", args=[version.number]), told))
        links.append((reverse("staff:diff", args=[version.number]), _("What it changes")))
    if row.improvement:
        links.append((reverse("staff:case-reports"), _("Improvement %(number)s") % {"number": row.improvement}))
    return links


def _measure(row: Measure, choices: list[tuple[str, str]], language: str) -> Form:
    inputs = [
        Input("cause", _("Why: the cause"), "select", row.cause, choices=choices),
        Input("what", _("What is done"), "area", pair(row.what).read(language), 1_000, required=True),
        Input("goal", _("To which goal"), value=pair(row.goal).read(language), required=True),
        Input("how", _("How"), "area", pair(row.how).read(language), 1_000),
        Input("where", _("Where"), value=pair(row.where).read(language)),
        Input("who", _("Who"), value=row.who, limit=100, required=True),
        Input("due", _("By when"), "date", str(row.due or ""), required=True),
        Input("budget", _("Cost in yuan"), "number", str(row.budget_fen // 100 or ""), 12),
        Input("state", _("State"), "select", row.state, choices=list(STATES.items())),
        Input("done_on", _("Done on"), "date", str(row.done_on or "")),
        Input("catalogue", _("Version of the catalogue that carries it"), "number", str(row.catalogue or ""), 8),
        Input("improvement", _("Number of an improvement of the cases"), "number", str(row.improvement or ""), 18),
    ]  # fmt: skip
    if row._state.adding:
        return Form("measure", _("Plan a countermeasure"), inputs, _("Add"), key="measure-new", folded=True)
    return Form(
        "measure", _("Change"), [hidden("id", row.pk), *inputs], _("Save"), key=f"measure-{row.pk}", folded=True
    )


def effect(one: Circle, language: str, **rest: object) -> list[Panel]:
    form = Form("after", _("The days after"), [
        Input("since", _("First day after"), "date", str(one.after_since or ""), required=True),
        Input("until", _("Last day after"), "date", str(one.after_until or ""), required=True),
    ], _("Save"))  # fmt: skip
    return [Panel("after", _("When it is looked at again"), forms=[form])]


def consolidation(one: Circle, language: str, **rest: object) -> list[Panel]:
    where = [Input("where", _("Where it stands: rule, standard or daily duty"), required=True),
             Input("link", _("Its address"), limit=500, hint=_("Such as /staff/upkeep or /staff/versions/12."))]  # fmt: skip
    return [
        Panel("kept", _("What became a rule"), lines(one, "kept", language), [sentence("kept", _("Add what became a rule"), where)]),
        Panel("lessons", _("Lessons"), lines(one, "lesson", language), [sentence("lesson", _("Add a lesson"))]),
        Panel("next", _("What comes next"), lines(one, "next", language), [sentence("next", _("Add what comes next"))]),
    ]  # fmt: skip
