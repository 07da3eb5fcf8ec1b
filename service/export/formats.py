"""Exported rows as lines of text: JSON, or what Vowpal Wabbit reads."""

import re

import msgspec

from service.export.decisions import ExportedDecision
from service.export.rows import LeftOut

_ENCODER = msgspec.json.Encoder()
_SPECIAL = re.compile(r"[\s:|]")


def json_line(row: msgspec.Struct) -> bytes:
    """A row as a line of JSON."""
    return _ENCODER.encode(row) + b"\n"


def vw_lines(row: ExportedDecision) -> bytes | LeftOut:
    """A decision as a multi-line example of ``vw --cb_adf``, if its reward is known.

    The context stands in the namespace ``x``, the name of each candidate in ``m``; the cost of the
    chosen one is ``1 - reward``. A decision that another model answered has no propensity that is
    its reward's, so it is left out.
    """
    if row.reward is None:
        return LeftOut.NO_REWARD
    if row.duelled:
        return LeftOut.DUELLED
    if row.served not in {None, row.chosen}:
        return LeftOut.STOOD_IN
    shared = " ".join(f"{n}:{value:.7g}" for n, value in enumerate(row.context))
    label = f"0:{1.0 - row.reward:.7g}:{row.propensity:.7g} "
    candidates = (
        f"{label if each.model == row.chosen else ''}|m {_SPECIAL.sub('_', each.model)}"
        for each in row.candidates
    )
    return "\n".join([f"shared |x {shared}", *candidates, "", ""]).encode()
