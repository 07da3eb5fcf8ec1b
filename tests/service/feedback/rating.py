"""Rating the answers of a running service, and looking at what came of it."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Rated:
    """A client of a service, and the service's database."""

    client: httpx.Client
    database: Path

    def decide(self, prompt: str = "Why?", model: str = "auto", **dial: object) -> str:
        """A decision's id."""
        asked = {"model": model, "prompt": prompt, "pointsman": dial}
        decided = self.client.post("/v1/route", json=asked).raise_for_status().json()
        return str(decided["decision_id"])

    def post(self, path: str = "", **body: object) -> dict[str, Any]:
        """What is acknowledged of feedback that is taken."""
        answer = self.client.post(f"/v1/feedback{path}", json=body)
        assert answer.status_code == 202, answer.text
        acknowledged: dict[str, Any] = answer.json()
        return acknowledged

    def refused(self, path: str = "", **body: object) -> tuple[int, str]:
        """Status and code of the error that feedback is answered with."""
        answer = self.client.post(f"/v1/feedback{path}", json=body)
        return answer.status_code, str(answer.json()["error"]["code"])

    def retract(self, feedback_id: str) -> httpx.Response:
        """The answer to taking a word back."""
        return self.client.delete(f"/v1/feedback/{feedback_id}")

    def words(self, decision_id: str) -> list[dict[str, Any]]:
        """The feedback on a decision, as the API explains it."""
        explained = self.client.get(f"/v1/decisions/{decision_id}").raise_for_status().json()
        told: list[dict[str, Any]] = explained["feedback"]
        return told

    def believed(self) -> NDArray[np.float64]:
        """Mean and interval of each model's quality, shape ``(K, 3)``."""
        shown = self.client.get("/v1/routes/default/policy").raise_for_status().json()
        columns = ("quality_mean", "quality_low", "quality_high")
        return np.array([[model[name] for name in columns] for model in shown["models"]])

    def rows(self) -> list[tuple[object, ...]]:
        """All that the feedback table holds."""
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute("SELECT * FROM feedback ORDER BY seq").fetchall()


def same(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    """Whether two beliefs agree to 1e-9."""
    return bool(np.abs(one - other).max() < 1e-9)
