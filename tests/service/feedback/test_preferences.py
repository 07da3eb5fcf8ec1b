"""Which of two answers is better."""

from tests.service.feedback.rating import Rated, same


def two(rated: Rated) -> tuple[str, str]:
    """A decision for each model, on the same prompt; the small model's first."""
    one = rated.decide("Compare", candidates=["small"])
    return one, rated.decide("Compare", candidates=["large"])


def test_the_winners_model_gains_what_the_losers_loses(rated: Rated) -> None:
    small, large = two(rated)
    before = rated.believed()

    rated.post("/preference", winner=large, loser=small)

    moved = (rated.believed() - before)[:, 0]
    gain, loss = max(moved), min(moved)
    assert gain > 0
    assert abs(gain + loss) < 1e-9


def test_two_decisions_stand_in_one_order_whichever_wins(rated: Rated) -> None:
    small, large = two(rated)

    one = rated.post("/preference", winner=small, loser=large, strength=0.5)
    other = rated.post("/preference", winner=large, loser=small, strength=0.5)

    assert (one["decision_id"], one["against"], one["quality"]) == (small, large, 0.75)
    assert (other["decision_id"], other["against"], other["quality"]) == (small, large, 0.25)


def test_a_later_word_on_the_two_corrects_the_earlier_whichever_it_calls_the_winner(
    rated: Rated,
) -> None:
    small, large = two(rated)
    rated.post("/preference", winner=large, loser=small)
    before = rated.believed()

    rated.post("/preference", winner=small, loser=large)
    between = rated.believed()
    rated.post("/preference", winner=large, loser=small)

    assert not same(between, before)
    assert same(rated.believed(), before)


def test_a_tie_is_half_way_and_corrects_too(rated: Rated) -> None:
    small, large = two(rated)
    first = rated.post("/preference", winner=small, loser=large, strength=0)
    tied = rated.believed()
    rated.post("/preference", winner=large, loser=small)

    again = rated.post("/preference", winner=large, loser=small, strength=0)

    assert first["quality"] == again["quality"] == 0.5
    assert same(rated.believed(), tied)


def test_both_decisions_are_explained_with_the_preference(rated: Rated) -> None:
    small, large = two(rated)
    rated.post("/preference", winner=large, loser=small, strength=0.5, comment="Clearer")

    (of_small,), (of_large,) = rated.words(small), rated.words(large)

    assert of_small == of_large
    assert (of_large["decision_id"], of_large["against"]) == (small, large)
    assert (of_large["quality"], of_large["comment"]) == (0.25, "Clearer")


def test_an_idempotency_key_compares_once(rated: Rated) -> None:
    small, large = two(rated)
    said = {"winner": small, "loser": large, "idempotency_key": "preferred-once"}

    first, again = rated.post("/preference", **said), rated.post("/preference", **said)

    assert first == again
    assert rated.refused("/preference", **(said | {"strength": 0.1})) == (422, "key_reused")


def test_only_answers_to_one_prompt_on_one_route_can_be_compared(rated: Rated) -> None:
    one, other = rated.decide("One"), rated.decide("Other")
    elsewhere = rated.decide("One", model="auto:other")
    before = rated.rows()

    refusals = [
        rated.refused("/preference", winner=one, loser=loser)
        for loser in (one, other, elsewhere, "dec_nowhere")
    ]

    assert refusals == [
        (400, "same_decision"),
        (400, "different_prompts"),
        (400, "different_prompts"),
        (404, "unknown_decision"),
    ]
    assert rated.rows() == before
