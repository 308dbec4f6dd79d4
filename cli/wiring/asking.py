"""Asking a version or a base model: find, verify, generate, record."""

from oneseek.cli.app import App
from oneseek.cli.wiring.bases import base_folder
from oneseek.cli.wiring.inspection import inspect_version
from oneseek.cli.wiring.libraries import training_libraries
from oneseek.domain.decisions.lookup import find_base, find_version
from oneseek.domain.decisions.registry import known_base, require_applicable
from oneseek.domain.errors import Conflict
from oneseek.domain.ports import Ports
from oneseek.domain.state.documents import stands
from oneseek.domain.state.registry import registry_state
from oneseek.domain.usecases.ask import Answered, Reply, ask, check_question
from oneseek.domain.usecases.registry import require_intact


def ask_model(
    app: App,
    ports: Ports,
    question: str,
    *,
    dna: str | None,
    base_name: str | None,
    max_tokens: int,
    device: str,
) -> tuple[Answered, str]:
    """Let a model answer; return the recorded answer and the name of what answered.

    Raises:
        NotFound: nothing is active, or there is no such version or base.
        FoundDamage: the version's folder or the base model is not what was recorded.
    """
    check_question(question)
    with ports.ledger.view() as view:
        version = None if base_name else find_version(view, dna or "current")
        base = find_base(view, base_name or (known_base(version) if version else ""))
        registry = registry_state(view)
    if version is not None:
        require_applicable(version)
        if not stands(version, registry):
            raise Conflict(
                f"{version.dna} was removed by the reset of entry {registry.last_reset}",
                hint=f"bring it back first: oneseek restore {version.dna}",
            )
        with ports.ledger.view() as view:
            require_intact(version, inspect_version(app, view, version))
    base_dir = base_folder(app, base, trust_times=True)
    adapter_dir = app.paths.certified / version.dna if version else None
    with training_libraries():
        from oneseek.adapters.training.answering import answer

    def generate(text: str) -> Reply:
        found = answer(base_dir, adapter_dir, text, max_new_tokens=max_tokens, device=device)
        return Reply(found.text, found.prompt_tokens, found.answer_tokens)

    answered = ask(ports, question=question, base=base, version=version, generate=generate)
    return answered, version.dna if version else f"base model {base.name}"
