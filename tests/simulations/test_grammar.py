import numpy as np
import pytest

from simulations.grammar import Grammar

GRAMMAR = Grammar({"animal": ["otter", "heron", "camel"], "pair": ["{animal} and {animal_2}"]})


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(3)


def test_a_slot_keeps_its_value_within_a_text(rng: np.random.Generator) -> None:
    first, second = GRAMMAR.write("{animal}, {animal}", {}, rng).split(", ")

    assert first == second


def test_a_numbered_slot_differs_from_the_plain_one(rng: np.random.Generator) -> None:
    pairs = [GRAMMAR.write("{pair}", {}, rng).split(" and ") for _ in range(50)]

    assert all(one != two for one, two in pairs)


def test_numbers_span_their_range(rng: np.random.Generator) -> None:
    drawn = {GRAMMAR.write("{2-4}", {}, rng) for _ in range(100)}

    assert drawn == {"2", "3", "4"}


def test_what_is_given_is_not_drawn(rng: np.random.Generator) -> None:
    text = GRAMMAR.write("{Animal} meets {animal_2}", {"animal": "yak", "animal_2": "emu"}, rng)

    assert text == "Yak meets emu"


def test_an_article_suits_its_word(rng: np.random.Generator) -> None:
    texts = [GRAMMAR.write("{word}", {"word": word}, rng) for word in ("otter", "camel")]
    articles = [GRAMMAR.write("A {word} or a {word}", {"word": word}, rng) for word in texts]

    assert articles == ["An otter or an otter", "A camel or a camel"]


def test_braces_of_code_are_left_alone(rng: np.random.Generator) -> None:
    code = "f({}) { return {1, 2}; } {'a': 1}"

    assert GRAMMAR.write(code, {}, rng) == code
