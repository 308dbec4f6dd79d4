"""The learning rate of a step: linear warm-up, then constant or half a cosine down to a floor."""

import math


def rate_factor(step: int, total: int, warmup: int, *, cosine: bool, floor: float = 0.0) -> float:
    """Return the factor (0 to 1) on the peak learning rate at ``step`` (0-based) of ``total``.

    The first ``warmup`` steps rise in equal parts and the first of them is not zero: a step at
    rate zero would cost time and change nothing.
    """
    if step < warmup:
        return (step + 1) / warmup
    if not cosine:
        return 1.0
    done = (step - warmup) / max(1, total - warmup)
    return floor + (1.0 - floor) * 0.5 * (1.0 + math.cos(math.pi * done))
