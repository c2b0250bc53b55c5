"""Cutting Markdown into passages, and the packaged articles: complete, sourced, and with current vectors."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codirector.errors import InputError
from codirector.knowledge import vectors
from codirector.knowledge.answer import leans
from codirector.knowledge.articles import LONGEST_PASSAGE, parse_article, plain, read_article, split_sentences
from codirector.knowledge.index import ARTICLES, PACKAGED, read_folder, texts_of

SOURCE = """---
title: Foxes
licence: CC0-1.0
date: 2026-01-02
sources:
  fur: ["A paper on fur", "https://example.org/fur"]
---

## What a fox is

A fox is small, e.g. smaller than a wolf [@fur]. It has red fur [@fur] [@nobody]. Its tail is $0.5 \\times$ its length.

- It hunts at night.
- It eats mice. And berries.

## Nothing below

```
## not a heading
```
"""


def test_an_article_is_cut_by_heading_and_sentence_with_its_citations():
    article = parse_article(SOURCE, "foxes")
    assert (article.title, article.licence, article.date) == ("Foxes", "CC0-1.0", "2026-01-02")
    first, second = article.passages
    assert (first.heading, second.heading) == ("What a fox is", "Nothing below")
    assert [sentence.text for sentence in first.sentences] == [
        "A fox is small, e.g. smaller than a wolf.",
        "It has red fur.",
        "Its tail is $0.5 \\times$ its length.",
        "It hunts at night.",
        "It eats mice. And berries.",
    ]
    assert [sentence.item for sentence in first.sentences] == [False, False, False, True, True]
    assert [reference.url for reference in first.references] == ["https://example.org/fur"]
    assert second.text == "## not a heading"


def test_notes_without_front_matter_get_their_title_from_the_first_heading_or_the_file_name():
    assert parse_article("# My notes\n\nHello there.", "x").title == "My notes"
    assert parse_article("Hello there.", "my-own_notes").passages[0].heading == "my own notes"


def test_front_matter_that_is_no_yaml_is_refused_and_odd_front_matter_is_ignored():
    with pytest.raises(InputError, match="front matter"):
        parse_article("---\ntitle: [\n---\nText.", "bad")
    assert parse_article("---\n- a list\n---\nText here.", "odd").title == "odd"
    assert parse_article("---\nsources: [1, 2]\ntitle:\n---\nText here [@1].", "odd").passages[0].sentences[0].text == "Text here."


def test_a_long_section_is_cut_into_passages_the_encoder_can_read():
    article = parse_article("## Long\n\n" + "This sentence has exactly six words. " * 100, "long")
    lengths = [len(passage.text.split()) for passage in article.passages]
    assert len(lengths) == 3 and max(lengths) <= LONGEST_PASSAGE and sum(lengths) == 600


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("See [the page](https://example.org/?q=1) now", "See the page now"),
        ("A ![secret](http://evil.example/x.png) beacon", "A beacon"),
        ("Run <script>alert(1)</script> this", "Run alert(1) this"),
        ("<img src=x onerror=alert(1)>Hello<!-- hidden\norders -->!", "Hello !"),
        ("Go to javascript:alert(1) please", "Go to please"),
        ("Write `<lora:name:0.8>` in it", "Write `<lora:name:0.8>` in it"),
        ("It needs little data: see data:text/html,<b>x</b> now", "It needs little data: see x now"),
        ("A lone ` and <b>bold</b>", "A lone and bold"),
        ("Values $a < b$ and x < y stay", "Values $a < b$ and x < y stay"),
    ],
)
def test_a_passage_is_words_only(markdown: str, words: str):
    assert plain(markdown) == words


@given(
    st.lists(
        st.sampled_from(["A fox runs.", "It is 3.5 m long!", "Dr. Who?", "See Fig. 2 et al. here.", "x [@a].", "$a. B$ holds."]), max_size=8
    )
)
def test_splitting_sentences_loses_no_word(parts: list[str]):
    text = " ".join(parts)
    assert " ".join(split_sentences(text)).split() == text.split()


@given(st.text(max_size=400))
def test_any_text_can_be_parsed(text: str):
    try:
        article = parse_article(text, "any")
    except InputError:
        return
    assert all(sentence.text for passage in article.passages for sentence in passage.sentences)


def test_files_that_are_too_long_missing_or_not_text_are_refused(tmp_path: Path):
    (tmp_path / "binary.md").write_bytes(b"\xff\xfe\x00\x01")
    (tmp_path / "long.md").write_bytes(b"a" * 2_000_001)
    for name, words in (("binary.md", "UTF-8"), ("long.md", "2 MB"), ("none.md", "cannot be read")):
        with pytest.raises(InputError, match=words):
            read_article(tmp_path / name)


PACKAGED_ARTICLES = read_folder(ARTICLES)


def test_there_are_enough_articles():
    assert len(PACKAGED_ARTICLES) >= 30
    assert sum(len(article.passages) for article in PACKAGED_ARTICLES) >= 190


@pytest.mark.parametrize("article", PACKAGED_ARTICLES, ids=lambda article: article.name)
def test_a_packaged_article_is_complete_and_every_citation_leads_to_a_source(article):
    raw = (ARTICLES / f"{article.name}.md").read_text(encoding="utf-8")
    cited = set(re.findall(r"\[@([\w.-]+)\]", raw))
    assert article.title and article.licence and re.fullmatch(r"\d{4}-\d\d-\d\d", article.date)
    assert cited == set(article.references)
    assert all(reference.url.startswith("https://") and len(reference.title) > 8 for reference in article.references.values())
    headings = [passage.heading for passage in article.passages]
    assert len(headings) == len(set(headings)) >= 4
    for passage in article.passages:
        assert 55 <= len(passage.text.split()) <= 200, passage.heading
        assert not leans(passage.sentences[0].text), f"{passage.heading}: the first sentence does not stand alone"


def test_the_packaged_vectors_are_current():
    known = vectors.read(PACKAGED)
    texts = [text for article in PACKAGED_ARTICLES for passage in article.passages for text in texts_of(passage, sentences=True)]
    missing = [text for text in texts if vectors.key(text) not in known]
    assert not missing, f"run python -m codirector.knowledge.vectors: {missing[:3]}"
    assert len(known) == len(set(texts))
