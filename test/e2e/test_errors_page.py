"""README.md "When it says no" lists every sentence a run can end with: none missing, none that no longer exists."""

from __future__ import annotations

import re

from example import PROJECT

SENTENCE = re.compile(r'Failure\(\s*FailureKind::(\w+),\s*(?:fmt::format\(\s*)?"((?:[^"\\]|\\.)*)"')
EXIT = {"usage": 2, "refused": 3, "unreachable": 4, "denied": 5, "content": 6, "output": 7}


def shown(text: str) -> str:
    """As the table writes it: what a run fills in is an ellipsis."""
    return re.sub(r"\{[^}]*\}", "…", text)


def sentences_of_the_code() -> set[tuple[int, str]]:
    found = set()
    for path in sorted((PROJECT / "src").rglob("*.cpp")):
        source = re.sub(r'"\s*\n\s*"', "", path.read_text())
        for kind, text in SENTENCE.findall(source):
            if re.search(r"[a-z]{3}", shown(text)):  # "PLACE: PROBLEM" alone says nothing to look up
                found.add((EXIT[kind], shown(text)))
    return found


def sentences_of_the_page() -> set[tuple[int, str]]:
    section = (PROJECT / "README.md").read_text().split("## When it says no\n")[1].split("\n## ")[0]
    return {(int(code), text) for code, text in re.findall(r"^\| (\d) \| `(.*?)` \|", section, re.MULTILINE)}


def test_every_sentence_is_on_the_page():
    assert sentences_of_the_code() - sentences_of_the_page() == set()


def test_the_page_has_no_sentence_of_the_past():
    assert sentences_of_the_page() - sentences_of_the_code() == set()


def test_there_is_something_to_compare():
    assert len(sentences_of_the_code()) > 50
