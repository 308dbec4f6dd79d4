"""Giving up checkpoints of trainings that the retention policy lets go.

Their objects stay until they are collected: nothing here removes bytes.
"""

from oneseek.domain.decisions import Decision
from oneseek.domain.decisions.checkpoints import Rule, Surplus, drop_surplus, surplus
from oneseek.domain.ports import Ports, View
from oneseek.domain.usecases.record import record


def drop_checkpoints(ports: Ports, rule: Rule, *, dry_run: bool = False) -> list[Surplus]:
    """Record the end of every checkpoint that ``rule`` lets go; return them with the reasons.

    ``dry_run`` only tells. What a running training would go on from always stays.

    Raises:
        Conflict: others kept changing the same trainings.
    """
    told: list[Surplus] = []

    def on(view: View) -> Decision:
        told[:] = surplus(view, rule)
        return Decision() if dry_run else drop_surplus(told)

    record(ports, on)
    return told
