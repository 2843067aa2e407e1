"""Both languages are complete: nothing on a Chinese page is left in English by oversight."""

import gettext
import re
from pathlib import Path

import pytest
from django.utils import translation

import careline.staff
from careline.catalogue import lint
from careline.staff.labels import ALL, RULES

HOME = Path(careline.staff.__file__).parent
TEMPLATES = sorted((HOME / "templates").rglob("*.html"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_sentence_of_a_template_is_said_in_chinese(template: Path) -> None:
    text = template.read_text()
    said = re.findall(r"""\{% translate (?:"([^"]+)"|'([^']+)')(?: context "([^"]+)")?""", text)
    said += re.findall(r"""_\("([^"]+)"\)()()""", text)
    with translation.override("zh-hans"):
        for double, single, context in said:
            sentence = (double or single).replace("%", "%%")
            told = translation.pgettext(context, sentence) if context else translation.gettext(sentence)
            assert told != sentence, (sentence, context)


def test_every_label_is_said_in_chinese() -> None:
    with translation.override("zh-hans"):
        for name, labels in ALL.items():
            for key, label in labels.items():
                assert re.search("[一-鿿]", str(label)), f"{name}.{key}"


def test_the_compiled_messages_are_those_of_the_text_file() -> None:
    folder = HOME / "locale" / "zh_Hans" / "LC_MESSAGES"
    with (folder / "django.mo").open("rb") as compiled:
        messages = gettext.GNUTranslations(compiled)
    text = (folder / "django.po").read_text()
    written = re.findall(r'(?:^msgctxt "(.+)"\n)?^msgid "(.+)"\nmsgstr "(.*)"$', text, re.M)
    assert len(written) > 300
    for context, msgid, chinese in written:
        plain = msgid.replace('\\"', '"')
        said = messages.pgettext(context, plain) if context else messages.gettext(plain)
        assert chinese, msgid
        assert said == chinese.replace('\\"', '"'), msgid


def test_every_rule_of_lint_has_a_name_for_people() -> None:
    folder = Path(lint.__file__).parent / "linting"
    named = set()
    for file in folder.glob("*.py"):
        named |= set(re.findall(r'(?:error|warning|note)\(\s*"([a-z_]+)"', file.read_text()))
        named |= set(re.findall(r'", "([a-z_]+)", "[^"]*[一-鿿]', file.read_text()))
    assert named
    assert named <= RULES.keys()
