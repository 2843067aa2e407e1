"""Conditions and order as SQL: of a column where one says the same, else of the document itself."""

import json
import re
from typing import Any

from careline.channels.tmf.querying import Condition, Query
from careline.channels.tmf.sources import Branch, Source, stamp

_SIGNS = {"eq": "=", "ne": "<>", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_LINE = re.compile(r"\+[0-9]{5,15}")


def where(source: Source, branch: Branch, query: Query, parameters: dict[str, Any]) -> str:
    """What must hold of a row of this branch; values are added to the parameters."""
    tests = [branch.where]
    for place, condition in enumerate(query.conditions):
        tests.append(_test(source, branch, condition, place, parameters))
    return " AND ".join(tests)


def order(branch: Branch, query: Query, parameters: dict[str, Any]) -> list[str]:
    """The keys of the order that was asked for, as JSON, so that those of all branches compare."""
    keys = []
    for place, (path, _) in enumerate(query.order):
        name = ".".join(path)
        if name in branch.texts:
            keys.append(f"to_jsonb(({branch.texts[name]})::text)")
            continue
        if name in branch.times:
            keys.append(f"to_jsonb({stamp(branch.times[name])})")
            continue
        parameters[f"sort{place}"] = list(path)
        keys.append(f"({branch.document}) #> %(sort{place})s::text[]")
    return keys


def _test(source: Source, branch: Branch, condition: Condition, place: int, parameters: dict[str, Any]) -> str:
    name = ".".join(condition.path)
    single = condition.values[0] if len(condition.values) == 1 and condition.comparison == "eq" else None
    if name == "id" and single is not None:
        if not branch.may_be(single):
            return "false"
        parameters[f"id{place}"] = single
        return branch.by_id.replace("%(id)s", f"%(id{place})s")
    if name == source.line and single is not None and parameters["sees_numbers"] and _LINE.fullmatch(single):
        parameters[f"digits{place}"] = single[1:]
        return branch.lines.replace("%(digits)s", f"%(digits{place})s")
    parameters[f"values{place}"] = list(condition.values)
    compares = f"{_SIGNS[condition.comparison]} ANY (%(values{place})s::text[])"
    if name in branch.texts:
        return f'({branch.texts[name]})::text COLLATE "C" {compares}'
    if name in branch.times:
        return f'{stamp(branch.times[name])} COLLATE "C" {compares}'
    parameters[f"path{place}"] = condition.jsonpath()
    parameters[f"vars{place}"] = json.dumps(condition.variables())
    exact = f"jsonb_path_exists({branch.document}, %(path{place})s::jsonpath, %(vars{place})s::jsonb, true)"
    if name in branch.plain:
        cheap = f'({branch.plain[name]})::text COLLATE "C" {compares}'
        return f"CASE WHEN d.id IS NULL THEN {cheap} ELSE {exact} END"
    return exact
