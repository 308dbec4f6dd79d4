"""The questions about what the entries tell, in the order in which a report has them."""

from oneseek.domain.audit.answers import Question
from oneseek.domain.audit.questions.activity import Activity
from oneseek.domain.audit.questions.interventions import Interventions
from oneseek.domain.audit.questions.legacy import Legacy
from oneseek.domain.audit.questions.materials import Materials
from oneseek.domain.audit.questions.metrics import MetricsBound
from oneseek.domain.audit.questions.removals import Removals
from oneseek.domain.audit.questions.reproductions import Reproductions
from oneseek.domain.audit.questions.service import Service
from oneseek.domain.audit.questions.signatures import Signatures
from oneseek.domain.audit.signature_audit import CheckModelSignature
from oneseek.domain.ports import ObjectStore


def ledger_questions(
    objects: ObjectStore, check: CheckModelSignature, files: Question, repeated: Reproductions
) -> tuple[Question, ...]:
    """Return the questions, fresh for one pass.

    ``check`` verifies model signatures; ``files`` compares the disk; ``repeated`` is told of what
    this audit repeats itself.
    """
    return (
        Materials(objects),
        files,
        Service(),
        Activity(),
        Removals(objects),
        MetricsBound(objects),
        Signatures(objects, check),
        repeated,
        Interventions(objects),
        Legacy(),
    )
