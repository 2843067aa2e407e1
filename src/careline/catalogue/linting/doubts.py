"""Notes about rows whose source could not be read surely: maintainers should ask, customers are served meanwhile."""

from collections.abc import Iterator

from careline.catalogue.linting.finding import Finding, Subject, Where, note


def doubtful_rows(subject: Subject) -> Iterator[Finding]:
    for table in subject.book.tables.values():
        for code in table.codes.values():
            if code.certainty == "doubtful":
                yield note(
                    "doubtful",
                    Where("code", f"{table.id}/{code.spelling}"),
                    (f"此行存疑：{code.note or '未写原因'}", f"this row is doubtful: {code.note or 'no reason given'}"),
                    ("向业务部门核实后改为 sure", "ask the department concerned, then set it to sure"),
                )


RULES = (doubtful_rows,)
