"""Preferences and demonstrations as those who fine-tune models read them.

Source: Hugging Face TRL, Dataset formats and types: conversational preference with an explicit
prompt, and conversational language modeling. OpenAI, Direct preference optimization, Data format.
"""

from collections.abc import Sequence

import msgspec

from service.export.demonstrations import ExportedDemonstration
from service.export.rows import LeftOut
from service.export.words import ExportedPreference
from service.keeping import MOST_CHARACTERS
from service.transcripts import Turn

_ENCODER = msgspec.json.Encoder()


def trl_preference(row: ExportedPreference) -> bytes | LeftOut:
    """The prompt, the answer that was chosen and the one that was rejected, each as messages."""
    pair = _pair(row)
    if isinstance(pair, LeftOut):
        return pair
    prompt, chosen, rejected = pair
    return _line({"prompt": prompt, "chosen": [chosen], "rejected": [rejected]})


def openai_preference(row: ExportedPreference) -> bytes | LeftOut:
    """The same in OpenAI's names, which other providers take too."""
    pair = _pair(row)
    if isinstance(pair, LeftOut):
        return pair
    prompt, chosen, rejected = pair
    asked = {"messages": prompt, "tools": [], "parallel_tool_calls": True}
    outputs = {"preferred_output": [chosen], "non_preferred_output": [rejected]}
    return _line({"input": asked, **outputs})


def demonstration(row: ExportedDemonstration) -> bytes | LeftOut:
    """The conversation, ending with what should have been answered."""
    if row.messages is None:
        return LeftOut.NO_CONVERSATION
    return _line({"messages": [*_turns(row.messages), _answer(row.demonstration)]})


def _pair(row: ExportedPreference) -> tuple[list[Turn], Turn, Turn] | LeftOut:
    """The prompt, the better answer and the worse one."""
    better, worse = row.winner_answer, row.loser_answer
    if row.strength == 0.0:
        return LeftOut.TIE
    if row.messages is None:
        return LeftOut.NO_CONVERSATION
    if better is None or worse is None or max(len(better), len(worse)) >= MOST_CHARACTERS:
        return LeftOut.NO_ANSWER
    return _turns(row.messages), _answer(better), _answer(worse)


def _turns(messages: Sequence[Turn]) -> list[Turn]:
    """Templates of models know no developers."""
    return [Turn("system" if t.role == "developer" else t.role, t.content) for t in messages]


def _answer(text: str) -> Turn:
    return Turn("assistant", text)


def _line(row: object) -> bytes:
    return _ENCODER.encode(row) + b"\n"
