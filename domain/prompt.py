"""The text form in which a row becomes a prompt. Named, so that a recipe can say which it was.

``question-answer/v1`` is the form that the original trainer used:
``Question: {instruction}\\nAnswer: {output}`` with the optional input on lines of its own.
"""

PROMPT_FORMAT = "question-answer/v1"


def prompt(instruction: str, context: str = "") -> str:
    """Return the text before the answer; the answer follows after one blank."""
    middle = f"\n{context}" if context else ""
    return f"Question: {instruction}{middle}\nAnswer:"


def completion(output: str) -> str:
    """Return the answer as it follows :func:`prompt`."""
    return f" {output}"
