"""What the demonstration has earned so far, beside what fixed choices would have earned."""

from collections import Counter
from dataclasses import dataclass, field

import msgspec

from service.demo.world import MODELS, WILLINGNESS_TO_PAY_USD
from simulations.corpus import CorpusPrompt

_CHEAPEST, _BEST = MODELS[0], MODELS[-1]


class Summary(msgspec.Struct, frozen=True):
    """The demonstration in numbers; rewards are means per request, in points of quality."""

    requests: int
    simulated: bool
    willingness_to_pay_usd: float
    reward_first_quarter: float
    reward_last_quarter: float
    reward_always_best: float
    reward_always_cheapest: float
    quality: float
    quality_always_best: float
    cost_usd: float
    cost_usd_always_best: float
    saved_usd: float
    traffic_share: dict[str, float]


@dataclass(slots=True)
class Tally:
    """Counts one request after another."""

    rewards: list[float] = field(default_factory=list)
    always_best: list[float] = field(default_factory=list)
    always_cheapest: list[float] = field(default_factory=list)
    quality: float = 0.0
    quality_always_best: float = 0.0
    cost_usd: float = 0.0
    cost_usd_always_best: float = 0.0
    picks: Counter[str] = field(default_factory=Counter)

    def count(self, asked: CorpusPrompt, model: str, quality: float, cost_usd: float) -> None:
        """Count a request that ``model`` answered, and what the yardsticks would have got."""
        prompt = asked.prompt.user
        best, best_cost = _BEST.quality(asked.kind, prompt), _BEST.cost_usd(prompt)
        cheapest = _CHEAPEST.quality(asked.kind, prompt)
        self.rewards.append(_reward(quality, cost_usd))
        self.always_best.append(_reward(best, best_cost))
        self.always_cheapest.append(_reward(cheapest, _CHEAPEST.cost_usd(prompt)))
        self.quality += quality
        self.quality_always_best += best
        self.cost_usd += cost_usd
        self.cost_usd_always_best += best_cost
        self.picks[model] += 1

    def share(self, model: str) -> float:
        """Share of requests that went to a model."""
        return self.picks[model] / max(1, len(self.rewards))

    def recent(self, window: int = 200) -> tuple[float, float, float]:
        """Mean reward of the last requests: the router's, always-best's, always-cheapest's."""
        last = (self.rewards, self.always_best, self.always_cheapest)
        router, best, cheapest = (mean(rewards[-window:]) for rewards in last)
        return router, best, cheapest

    def summary(self) -> Summary:
        """The numbers so far."""
        requests = len(self.rewards)
        quarter = max(1, requests // 4)
        return Summary(
            requests=requests,
            simulated=True,
            willingness_to_pay_usd=WILLINGNESS_TO_PAY_USD,
            reward_first_quarter=mean(self.rewards[:quarter]),
            reward_last_quarter=mean(self.rewards[-quarter:]),
            reward_always_best=mean(self.always_best),
            reward_always_cheapest=mean(self.always_cheapest),
            quality=self.quality / max(1, requests),
            quality_always_best=self.quality_always_best / max(1, requests),
            cost_usd=self.cost_usd,
            cost_usd_always_best=self.cost_usd_always_best,
            saved_usd=self.cost_usd_always_best - self.cost_usd,
            traffic_share={model.name: self.share(model.name) for model in MODELS},
        )


def mean(rewards: list[float]) -> float:
    """Mean, zero of nothing."""
    return sum(rewards) / len(rewards) if rewards else 0.0


def _reward(quality: float, cost_usd: float) -> float:
    return quality - cost_usd / WILLINGNESS_TO_PAY_USD
