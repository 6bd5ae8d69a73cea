"""Every command line in README.md and docs/ can be typed: the command, its verb and its options exist today."""

import argparse
import importlib.util
import os
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from backend.cli import _parser

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```[a-z]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
SETTINGS = {
    "CONGDAN_KEYS_DIR": "keys",
    "CONGDAN_PUBLIC_DIR": "public",
    "CONGDAN_PUBLIC_URL": "https://congdan.example",
    "CONGDAN_STATUS_URI_BASE": "https://congdan.example/s",
}
HANDED_ON = {"scripts/run": "scripts/stack.py"}
"""Scripts whose options are read by another file."""


@dataclass(frozen=True)
class Line:
    """``is_whole``: a line of a block, which can be typed as it stands; else a mention that may leave options out."""

    page: str
    text: str
    is_whole: bool

    def words(self) -> list[str]:
        """What is typed: without the remark behind it, redirections, brackets around what may be left out."""
        typed = re.split(r"\s{2,}|\s#\s|\s[<>]\s", self.text)[0]
        return shlex.split(typed.replace("[", "").replace("]", ""), posix=True)

    def needed_words(self) -> list[str]:
        """As `words`, without what stands in brackets."""
        return Line(self.page, re.sub(r" \[[^\]]*\]", "", self.text), self.is_whole).words()


def lines() -> Iterator[Line]:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for block in FENCE.findall(text):
            yield from (Line(page.name, line.strip(), is_whole=True) for line in block.splitlines() if line.strip())
        rest = FENCE.sub("", text)
        yield from (Line(page.name, found, is_whole=False) for found in INLINE.findall(rest))


def typed_as(*beginnings: str) -> list[Line]:
    return [line for line in lines() if line.text.startswith(beginnings) and "|" not in line.text.split("[")[0]]


CONGDAN = typed_as("congdan ", "scripts/congdan ")
SCRIPTS = [line for line in typed_as("scripts/") if not line.text.startswith("scripts/congdan ")]
MODULES = typed_as("python -m ")


def parser_of(words: list[str]) -> tuple[argparse.ArgumentParser, list[str]]:
    """The parser of the deepest command that ``words`` name, and what follows."""
    parser, rest = _parser(SETTINGS, None), list(words)
    while rest and not rest[0].startswith("-") and (choices := below(parser)):
        assert rest[0] in choices, f"{rest[0]!r} is none of {', '.join(choices)}"
        parser = choices[rest.pop(0)]
    return parser, rest


def without_data(words: list[str]) -> list[str]:
    """What `scripts/congdan` hands on."""
    return words[2:] if words[:1] == ["--data"] else words


@pytest.mark.parametrize("line", CONGDAN, ids=lambda line: f"{line.page}: {line.text[:60]}")
def test_a_congdan_command_exists_with_its_options(line: Line) -> None:
    parser, rest = parser_of(without_data(line.words()[1:]))
    unknown = [word for word in rest if word.startswith("--") and word.partition("=")[0] not in known(parser)]
    assert not unknown
    if line.is_whole:
        _parser(SETTINGS, None).parse_args(without_data(line.needed_words()[1:]))


def known(parser: argparse.ArgumentParser) -> set[str]:
    return set(parser._option_string_actions)


@pytest.mark.parametrize("line", SCRIPTS, ids=lambda line: f"{line.page}: {line.text[:60]}")
def test_a_script_exists_with_its_options(line: Line) -> None:
    name, *rest = line.words()
    if "*" in name:
        assert list(ROOT.glob(name)), name
        return
    file = ROOT / name
    assert file.exists(), name
    if not rest:
        return
    assert os.access(file, os.X_OK), f"{name} cannot be started"
    told = (ROOT / HANDED_ON.get(name, name)).read_text("utf-8")
    assert not [word for word in rest if word.startswith("--") and word not in told]
    assert not [word for word in rest if word.startswith("tests/") and not (ROOT / word.partition("::")[0]).exists()]


@pytest.mark.parametrize("line", MODULES, ids=lambda line: f"{line.page}: {line.text[:60]}")
def test_a_module_can_be_started(line: Line) -> None:
    module = line.words()[2]
    found = importlib.util.find_spec(module)
    assert found is not None, module
    assert found.submodule_search_locations is None or importlib.util.find_spec(f"{module}.__main__") is not None


def test_every_verb_is_told_to_operators() -> None:
    """`congdan` does nothing that no page shows, with its topic or in a list after it (``# and enable``)."""
    told = {tuple(without_data(line.words()[1:])[:2]) for line in CONGDAN}
    told |= {(words[0],) for words in told if len(words) > 1 and words[1].startswith("-")}
    also = {
        (line.words()[1], word)
        for line in CONGDAN
        if line.is_whole
        for word in re.findall(r"[a-z-]+", [*re.split(r"\s#\s", line.text), ""][1])
    }
    assert not {verb for verb in verbs() if verb not in told | also}
    assert len(CONGDAN) > 60
    assert len(SCRIPTS) > 20


def verbs() -> Iterator[tuple[str, ...]]:
    for topic, parser in below(_parser(SETTINGS, None)).items():
        yield from [(topic, verb) for verb in below(parser)] or [(topic,)]


def below(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The commands inside a command."""
    return {name: one for action in subparsers(parser) for name, one in action.choices.items()}


def subparsers(parser: argparse.ArgumentParser) -> "list[argparse._SubParsersAction[argparse.ArgumentParser]]":
    return [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
