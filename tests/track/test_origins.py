"""Copies of one text are one origin."""

import random

import pytest

from monitor.track.origins import bands_of, contained, origin_of, signature

WORDS = [f"word{i}" for i in range(2000)]


def article(seed, length=400):
    chance = random.Random(seed)
    return " ".join(chance.choice(WORDS) for _ in range(length))


AGENCY = article(1)


@pytest.mark.parametrize(
    ("copy", "is_copy"),
    [
        pytest.param(AGENCY, True, id="the same text"),
        pytest.param("Another headline\n\n" + AGENCY, True, id="another headline"),
        pytest.param(AGENCY.replace("word1 ", "WORD1, "), True, id="commas and capitals"),
        pytest.param(AGENCY[: len(AGENCY) // 2], True, id="the first half"),
        pytest.param(AGENCY + " " + article(2, 150), True, id="with paragraphs of its own"),
        pytest.param(article(3), False, id="another text"),
        pytest.param(AGENCY[:250] + article(4), False, id="a long quote in another text"),
        pytest.param("", False, id="no text"),
    ],
)
def test_a_copy_is_told_from_another_text(copy, is_copy):
    joined = origin_of(copy, [("org_1", AGENCY), ("org_2", article(9))])
    assert joined == ("org_1" if is_copy else None)


def test_a_copy_shares_a_band_and_another_text_does_not():
    bands = set(bands_of(AGENCY))
    assert bands & set(bands_of("Late edition: " + AGENCY))
    assert not bands & set(bands_of(article(5)))


def test_the_most_alike_candidate_gives_the_origin():
    cut = AGENCY[: len(AGENCY) * 9 // 10]
    mixed = AGENCY[: len(AGENCY) * 7 // 10] + " " + article(6, 150)
    assert origin_of(AGENCY, [("mixed", mixed), ("cut", cut)]) == "cut"


def test_a_text_of_few_words_is_nobodys_copy():
    assert bands_of("too short") == ()
    assert contained(signature("too short"), signature("too short")) == 0
