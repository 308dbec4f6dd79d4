"""Whole numbers as the pages write them."""


def number(value: object) -> str:
    """Return a whole number with spaces between thousands, anything else as it is."""
    if isinstance(value, int):
        return f"{value:,}".replace(",", "\N{NO-BREAK SPACE}")
    return "" if value is None else str(value)
