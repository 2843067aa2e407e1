"""Rules about who performs and who reaches a service. That what is named exists is seen to by the compiler."""

from collections.abc import Iterator

from careline.catalogue.linting.finding import Finding, Subject, Where, error, warning
from careline.dialogue.book import Code, Service, Table


def unknown_behaviour(subject: Subject) -> Iterator[Finding]:
    """Services whose behaviour does not exist, and actions that it cannot do."""
    if not subject.manifests:
        return
    for service in subject.book.services.values():
        manifest = subject.manifests.get(service.behaviour)
        if manifest is None:
            yield error(
                "unknown_behaviour",
                Where("service", service.id, "behaviour"),
                (f"没有这种行为：{service.behaviour}", f"there is no behaviour {service.behaviour}"),
                (f"可选：{', '.join(sorted(subject.manifests))}", f"choose of {', '.join(sorted(subject.manifests))}"),
            )
            continue
        for verb in sorted(service.actions.keys() - manifest.verbs):
            yield error(
                "unperformed_action",
                Where("service", service.id, f"actions.{verb.value}"),
                (
                    f"行为 {service.behaviour} 不会做“{verb.value}”",
                    f"the behaviour {service.behaviour} cannot {verb.value}",
                ),
                ("换一种行为，或去掉该操作", "choose another behaviour, or take the action out"),
            )


def unreachable(subject: Subject) -> Iterator[Finding]:
    """A service that no code and no name leads to."""
    listed = {code.service for table in subject.book.tables.values() for code in table.codes.values()}
    for service in subject.book.services.values():
        if not service.everywhere and service.id not in listed:
            yield warning(
                "unreachable",
                Where("service", service.id),
                (
                    "没有任何代码指向它，也未设为各地通用：无人能用到",
                    "no code leads to it and it is not everywhere: nobody can reach it",
                ),
                ("加一行代码，或设为各地通用", "add a code, or set everywhere"),
            )


def unusable_rows(subject: Subject) -> Iterator[Finding]:
    """Rows that none of their table's customers may use."""
    book = subject.book
    for table in book.tables.values():
        for code in table.codes.values():
            service = book.services[code.service]
            if not _fits(table, code, service):
                yield warning(
                    "unusable_row",
                    Where("code", f"{table.id}/{code.spelling}"),
                    (
                        f"本表的客户都不能使用“{service.name.zh}”（品牌或地区不符）",
                        f"none of this table's customers may use {service.name.en} (brand or region)",
                    ),
                    ("放宽业务的品牌和地区，或删去此行", "widen the service's brands and regions, or take the row out"),
                )


def _fits(table: Table, code: Code, service: Service) -> bool:
    brands = code.brands & service.brands if code.brands and service.brands else code.brands | service.brands
    if code.brands and service.brands and not brands:
        return False
    return (table.brand is None or not brands or table.brand in brands) and (
        table.region is None or not service.regions or table.region in service.regions
    )


RULES = (unknown_behaviour, unreachable, unusable_rows)
