"""What each channel can do is shown from the tables that enforce it."""

import html
import re
import shutil
from pathlib import Path

import pytest

from careline.catalogue.channel_abilities import CHANNELS, abilities
from careline.catalogue.packs import packs_folder
from careline.identity.staff import engage, settle_roles
from careline.refunds import waiving
from tests.halls import the_book
from tests.web.billed import plain, read
from tests.web.conftest import Enter, fresh


@pytest.mark.requirement("CH-15")
def test_the_page_says_of_everything_whether_texts_calls_and_dial_menus_can_do_it(enter: Enter) -> None:
    page = html.unescape(read(enter(fresh(), language="en"), "/my/channels"))
    shown = {
        (plain(name), plain(verb)): [plain(cell).split(maxsplit=1) for cell in re.findall(r"<td>(.*?)</td>", cells)]
        for name, verb, cells in re.findall(r'<th scope="row">(.*?)<br><small[^>]*>(.*?)</small></th>(.*?)</tr>', page)
    }
    assert len(shown) > 80
    book = the_book()
    compared = 0
    for row in abilities(book):
        cells = shown.get((row.service.name.en, book.words[f"talk.verb.{row.verb.value}"].en))
        if cells is None:
            continue  # not of this line's region or brand
        for channel, cell in zip(CHANNELS, cells[1:], strict=True):
            ability = row.by_channel[channel]
            assert (cell[0] == "Yes") == ability.can
            assert ability.can or cell[1] == ability.why.en
            compared += 1
    assert compared >= 3 * len(shown)


@pytest.mark.requirement("CH-15")
def test_what_people_may_waive_is_shown_as_it_is_enforced(
    enter: Enter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(packs_folder() / "common", tmp_path / "common")
    file = tmp_path / "common" / "refunds.toml"
    text = file.read_text(encoding="utf-8")
    assert "handler = 1000\n" in text
    file.write_text(text.replace("handler = 1000\n", "handler = 777\n"), encoding="utf-8")
    client = enter(fresh())
    assert "处理人员 10.00元" in plain(read(client, "/my/channels"))
    monkeypatch.setenv("CARELINE_PACKS", str(tmp_path))
    assert "处理人员 7.77元" in plain(read(client, "/my/channels"))
    settle_roles()
    engage("wang", "secret-enough-9", "wang", ["handler"])
    assert waiving.limit_of("wang") == 777, "by which the console refuses more"
