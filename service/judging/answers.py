"""From an answer to what a judge looks at."""

from feedback.judging.case import Case
from service.gateway.messages import Message
from service.gateway.said import said


def case_of(
    messages: tuple[Message, ...], answer: bytes, reference: str | None, *, is_stream: bool
) -> Case | None:
    """What is to be judged; None where the model said nothing in words, as one that calls tools."""
    words = said(answer, is_stream=is_stream)
    if words is None or not words.strip():
        return None
    prompt = "\n\n".join(f"{message.role}: {message.text}" for message in messages)
    return Case(prompt, words, reference)
