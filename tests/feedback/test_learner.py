import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bandit.decision import Policy
from bandit.errors import StateError
from bandit.policies.thompson import Thompson
from bandit.policies.vowpal import Vowpal
from bandit.policies.weighted import Weighted
from bandit.posterior import Posterior
from bandit.prior import Prior
from feedback.entry import Completed, Judged
from feedback.learner import Learner

SIZE = 3
MODELS = ("a", "b")
VERSION = "v1"


def learner() -> Learner:
    posterior = Posterior(SIZE, Prior())
    for model in MODELS:
        posterior.add_model(model, 0.5)
    policies: dict[str, Policy] = {"smart": Thompson(posterior), "plain": Weighted()}
    candidates = {"smart": MODELS, "plain": MODELS}
    return Learner(policies, candidates, MODELS, VERSION, SIZE)


def judged(seq: int, quality: float, previous: float | None = None, model: str = "a") -> Judged:
    return Judged(
        seq=seq,
        decision_id=f"dec_{seq}",
        route="smart",
        model=model,
        source="user",
        metric="quality",
        quality=quality,
        weight=1.0,
        retracts=False,
        previous=previous,
        previous_weight=None if previous is None else 1.0,
        first_seq=seq if previous is None else seq - 1,
        against_model=None,
        context=np.array([1.0, 0.5, -0.5]),
        context_version=VERSION,
        candidates=MODELS,
        chosen=model,
        propensity=0.5,
        cost_weight=1.0,
        latency_weight=0.0,
        cost_usd=0.1,
        latency_seconds=1.0,
    )


def completed(seq: int, tokens_out: int | None) -> Completed:
    return Completed(
        seq=seq,
        decision_id=f"dec_{seq}",
        route="smart",
        model="a",
        context=np.array([1.0, 0.5, -0.5]),
        context_version=VERSION,
        tokens_in=10,
        tokens_out=tokens_out,
        cost_usd=None,
        latency_seconds=2.0,
    )


def believed(learner: Learner) -> list[float]:
    policy = learner.policies["smart"]
    assert isinstance(policy, Thompson)
    means: list[float] = policy.posterior.mean_at(np.array([1.0, 0.2, 0.3]), MODELS).tolist()
    return means


def test_a_correction_ends_where_the_corrected_rating_alone_would_have() -> None:
    corrected, clean = learner(), learner()

    corrected.rate([judged(1, 0.1), judged(2, 0.9, previous=0.1)])
    clean.rate([judged(2, 0.9)])

    assert believed(corrected) == pytest.approx(believed(clean), abs=1e-12)


def test_what_has_no_weight_teaches_nothing_and_is_corrected_all_the_same() -> None:
    silent, corrected, clean = learner(), learner(), learner()
    weightless = replace(judged(1, 0.0), weight=0.0)
    word = replace(judged(2, 0.9, previous=0.0), previous_weight=0.0)

    silent.rate([weightless])
    corrected.rate([weightless, word])
    clean.rate([judged(2, 0.9)])

    assert silent.policies["smart"].to_bytes() == learner().policies["smart"].to_bytes()
    assert believed(corrected) == pytest.approx(believed(clean), abs=1e-12)


def test_two_answers_of_one_model_say_nothing_of_it() -> None:
    compared = learner()
    same = replace(judged(1, 1.0, model="a"), against_model="a")

    compared.rate([same])

    assert believed(compared) == believed(learner())
    assert compared.skipped["same_model"] == 1


@given(st.permutations([(k, q / 10, "ab"[k % 2]) for k, q in enumerate(range(11))]))
@settings(deadline=None, max_examples=30, derandomize=True)
def test_the_order_of_feedback_does_not_matter(entries: list[tuple[int, float, str]]) -> None:
    ordered, shuffled = learner(), learner()

    ordered.rate([judged(k, quality, model=model) for k, quality, model in sorted(entries)])
    shuffled.rate([judged(k, quality, model=model) for k, quality, model in entries])

    assert believed(shuffled) == pytest.approx(believed(ordered), abs=1e-12)


def test_a_snapshot_and_the_rest_of_the_log_end_where_the_whole_log_does() -> None:
    entries = [judged(k, (k % 7) / 6, model="ab"[k % 2]) for k in range(1, 200)]
    whole, first, resumed = learner(), learner(), learner()

    whole.rate(entries)
    first.rate(entries[:120])
    resumed.restore(first.to_bytes())
    resumed.rate(entries[resumed.feedback_seq :])

    assert resumed.feedback_seq == 199
    assert believed(resumed) == pytest.approx(believed(whole), abs=1e-9)


def test_what_says_nothing_any_more_is_counted_and_passed_over() -> None:
    passing = learner()
    before = believed(passing)

    passing.rate(
        [
            replace(judged(1, 0.0), context_version="v0"),
            judged(2, 0.0, model="gone"),
            replace(judged(3, 0.0), route="gone"),
        ]
    )

    assert believed(passing) == before
    assert passing.skipped["context_version"] == 1
    assert passing.skipped["unknown_model"] == 2
    assert passing.feedback_seq == 3


def test_a_correction_that_a_policy_cannot_follow_is_counted() -> None:
    policies = {"smart": Vowpal("squarecb")}
    one_way = Learner(policies, {"smart": MODELS}, MODELS, VERSION, SIZE)

    one_way.rate([judged(1, 0.2), judged(2, 0.8, previous=0.2)])

    assert one_way.skipped["correction"] == 1


def test_the_length_of_answers_is_learned_from_completed_calls() -> None:
    seen = learner()
    context = np.array([1.0, 0.5, -0.5])
    before = seen.tokens_out.expected(context, MODELS)[0]

    seen.complete([completed(k, 2000) for k in range(1, 60)] + [completed(60, None)])

    after = seen.tokens_out.expected(context, MODELS)[0]
    assert before < 700
    assert 1500 < after < 2600
    assert seen.outcome_seq == 60


def test_state_of_another_configuration_is_refused() -> None:
    other = Learner({"smart": Weighted()}, {"smart": MODELS}, MODELS, VERSION, SIZE)

    with pytest.raises(StateError):
        other.restore(learner().to_bytes())
    with pytest.raises(StateError):
        learner().restore(b"nothing of the kind")
