"""Packs are read, compiled, written and read again; what is wrong in them is said with its place and what to do."""

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from careline.catalogue.compiling import compile_book
from careline.catalogue.documents import Document, PackError, bodies
from careline.catalogue.packs import packs_folder, read, read_book, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped packs, to be broken."""
    place = tmp_path / "packs"
    shutil.copytree(packs_folder(), place)
    return place


def problems(folder: Path) -> list[str]:
    with pytest.raises(PackError) as caught:
        read_book(folder)
    assert "Traceback" not in str(caught.value)
    return [str(problem) for problem in caught.value.problems]


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_written_documents_are_read_back_as_they_were(tmp_path: Path) -> None:
    documents = read(packs_folder())
    write(documents, tmp_path)
    again = read(tmp_path)
    assert again == documents
    first = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.*")}
    write(again, tmp_path)
    assert {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.*")} == first


def test_services_and_codes_on_disk_are_just_what_export_writes(tmp_path: Path) -> None:
    write(read(packs_folder()), tmp_path)
    for path in [*tmp_path.glob("common/services/*.toml"), *tmp_path.glob("t*/*")]:
        assert path.read_text(encoding="utf-8") == (packs_folder() / path.relative_to(tmp_path)).read_text(
            encoding="utf-8"
        )


def test_documents_survive_a_database_that_keeps_no_order_of_fields(tmp_path: Path) -> None:
    documents = read(packs_folder())
    stored = {name: json.loads(json.dumps(body, sort_keys=True)) for name, body in bodies(documents).items()}
    write(stored, tmp_path)
    assert read(tmp_path) == documents
    from_store, from_files = compile_book(stored, 7), compile_book(documents, 7)
    assert from_store == from_files
    assert list(from_store.services["pkg_data"].tiers) == list(from_files.services["pkg_data"].tiers)


def test_documents_pass_through_json() -> None:
    for document in read(packs_folder()):
        assert Document.from_json(json.loads(json.dumps(document.to_json()))) == document


def test_the_whole_book_is_compiled_in_half_a_second() -> None:
    documents = read(packs_folder())
    compile_book(documents)  # the first time loads the tables of traditional characters
    began = time.thread_time()
    compile_book(documents)
    assert time.thread_time() - began < 0.5


def test_a_compiled_book_cannot_be_changed() -> None:
    book = read_book()
    for mapping in (book.services, book.tables, book.words, book.tables["T2"].codes, book.services["pkg_data"].tiers):
        with pytest.raises(TypeError):
            mapping["x"] = None  # type: ignore[index]


def test_a_folder_without_packs_is_named(tmp_path: Path) -> None:
    assert problems(tmp_path) == [
        f"{tmp_path}: there is no common/pack.toml: this is not a folder of packs; set CARELINE_PACKS to one"
    ]


Breaking = Callable[[Path], None]


def service(name: str, old: str, new: str) -> Breaking:
    return lambda folder: edit(folder / "common" / "services" / f"{name}.toml", old, new)


def row(table: str, old: str, new: str) -> Breaking:
    return lambda folder: edit(folder / table / "codes.tsv", old, new)


def zhejiang(old: str, new: str) -> Breaking:
    return lambda folder: edit(folder / "t2-zhejiang" / "table.toml", old, new)


def pack(old: str, new: str) -> Breaking:
    return lambda folder: edit(folder / "common" / "pack.toml", old, new)


@pytest.mark.parametrize(
    ("breaking", "where", "said"),
    [
        (service("fetion", 'id = "fetion"', 'id = fetion"'), "common/services/fetion.toml", "is not TOML"),
        (service("fetion", 'id = "fetion"', 'id = "fetione"'), "common/services/fetion.toml", 'write id = "fetion"'),
        (service("fetion", 'behaviour = "toggle"', 'behavior = "toggle"'), "common/services/fetion.toml", "behaviour: is missing"),
        (service("fetion", 'behaviour = "toggle"', 'behavior = "toggle"'), "common/services/fetion.toml", "behavior: is not a field"),
        (service("caller_id", "price = 500", "price = 5.5"), "common/services/caller_id.toml", "price: must be a whole number"),
        (service("caller_id", 'en = "Caller ID"', 'en = ""'), "common/services/caller_id.toml", "name: has no text in English"),
        (service("caller_id", "[actions.status]", "[actions.state]"), "common/services/caller_id.toml", "actions.state: is not a verb"),
        (service("paper_402", 'confirm = "code"', 'confirm = "twice"'), "common/services/paper_402.toml", "never, ask, code"),
        (service("paper_402", "[actions.confirm]\n", ""), "common/services/paper_402.toml", "actions.confirm: is missing"),
        (service("voicemail", 'excludes = ["zh_secretary"]', 'excludes = ["zh_sekretary"]'), "voicemail.toml", 'no "zh_sekretary"'),
        (service("pkg_szx_a", 'brands = ["easyown"]', 'brands = ["easy"]'), "pkg_szx_a.toml", 'brands: there is no "easy"'),
        (service("caller_id", 'outcome = "done"', 'outcome = "good"'), "caller_id.toml", "done, refused, asked"),
        (row("t5-yunling", "\tcaller_id\tsubscribe", "\tcallerid\tsubscribe"), "t5-yunling/codes.tsv:", 'there is no service "callerid"'),
        (row("t5-yunling", "\tcaller_id\tsubscribe", "\tcaller_id\torder"), "t5-yunling/codes.tsv:", '"order" is not an action'),
        (row("t5-yunling", "tier=20", "tier=25"), "t5-yunling/codes.tsv:", 'pkg_data has no tier "25"; it has'),
        (row("t5-yunling", "?month", "?moon"), "t5-yunling/codes.tsv:", 'no parameter "moon"'),
        (row("t5-yunling", "3011|", "3012|"), "t5-yunling/codes.tsv:", "3012"),
        (row("t5-yunling", "node=301", "node=399"), "t5-yunling/table.toml", "nodes.399: is missing"),
        (row("t3-shuoyuan", "Printed twice with one meaning.", ""), "t3-shuoyuan/codes.tsv:", "say why the row is repaired"),
        (row("t1-linjiang", "\tsure", "\tsure\textra"), "t1-linjiang/codes.tsv:", "8 cells; a row has 7"),
        (row("t1-linjiang", "spelling\t", "code\t"), "t1-linjiang/codes.tsv:1", "names the columns"),
        (lambda folder: (folder / "t4-haitang" / "codes.tsv").unlink(), "t4-haitang/codes.tsv", "cannot be read"),
        (lambda folder: (folder / "t4-haitang" / "table.toml").unlink(), "t4-haitang", "there is no table.toml"),
        (zhejiang('"1531"', '"1539"'), "t2-zhejiang/table.toml", '"1539" is not a spelling'),
        (zhejiang('"2009-11-01"', '"2009-11-31"'), "t2-zhejiang/table.toml", "is not a day"),
        (zhejiang('"zhejiang"', '"jiangsu"'), "t2-zhejiang/table.toml", "rename one"),
        (pack("parts_max = 5", 'parts_max = "5"'), "common/pack.toml", "limits.parts_max: must be a whole number"),
        (pack("[limits]", "[limit]"), "common/pack.toml", "limit: no such section"),
    ],
)  # fmt: skip
def test_a_broken_pack_is_told_with_its_place_and_what_to_do(
    folder: Path, breaking: Breaking, where: str, said: str
) -> None:
    breaking(folder)
    assert any(where in problem and said in problem for problem in problems(folder)), problems(folder)


@pytest.mark.requirement("SMS-24")
def test_conflicting_rows_in_one_table_are_rejected_with_both_places(folder: Path) -> None:
    with (folder / "t5-yunling" / "codes.tsv").open("a", encoding="utf-8") as table:
        table.write("9999|ktldxs\tringback\tsubscribe\t\tsure\t\t\n")
    (problem,) = problems(folder)
    assert 'spelling: "' in problem
    assert problem.count("t5-yunling/codes.tsv:") == 2


def test_all_problems_are_told_at_once(folder: Path) -> None:
    service("fetion", 'group = "09_functions"\n', "")(folder)
    service("ringback", "price = 500", "price = -5")(folder)
    row("t1-linjiang", "\tbalance\t", "\tbalanz\t")(folder)
    assert len(problems(folder)) == 3
