"""Train a LoRA adapter with a plain torch loop, so that a recipe repeated gives the same bytes.

Everything random comes from the recipe's seed: the starting values of A, the order of the rows
(a generator of its own), and dropout (torch's global generator, seeded after the model is made,
because the libraries draw from it on the way).
"""

from collections.abc import Callable

import torch

from oneseek.adapters.training.adapter_files import write_adapter
from oneseek.adapters.training.devices import choose_device, set_determinism
from oneseek.adapters.training.encoding import encode_rows, padding_token, usable_length
from oneseek.adapters.training.files import write_tensors
from oneseek.adapters.training.loading import load_base, load_tokenizer
from oneseek.adapters.training.lora_loop import LoraLoop
from oneseek.adapters.training.lora_model import (
    adapter_parameters,
    continue_adapter,
    new_adapter,
)
from oneseek.adapters.training.quiet import quiet
from oneseek.adapters.training.recipe_check import check_recipe
from oneseek.adapters.training.training_state import read_state
from oneseek.domain.errors import InvalidInput, ServiceFailed
from oneseek.domain.training_job import LoraJob, LoraOutcome, TrainProgress


@quiet()
def train_lora(
    job: LoraJob,
    on_progress: Callable[[TrainProgress], None],
    should_stop: Callable[[], bool],
) -> LoraOutcome:
    """Train as ``job`` says and write the adapter into its output folder.

    Nothing but checkpoints is written before the training is over, so a stopped or failed one
    leaves no folder. Resumed from a checkpoint it gives the bytes that it would have given without
    the interruption.

    Args:
        job: base, rows, recipe, output folder.
        on_progress: called after every optimizer step and after every evaluation.
        should_stop: asked before every optimizer step.

    Raises:
        InvalidInput: recipe, rows, base or checkpoint cannot be used, or the training diverged.
        NotFound: a folder is absent.
        Interrupted: ``should_stop`` said yes.
        ServiceFailed: the disk refused, or the device's memory does not suffice.
    """
    check_recipe(job.recipe)
    if not job.train_rows:
        raise InvalidInput("there are no rows to train on")
    recipe = job.recipe
    saved = read_state(job.resume_from) if job.resume_from else None
    choose_device(recipe.device)
    set_determinism(recipe.seed, recipe.threads, deterministic=recipe.deterministic)
    tokenizer = load_tokenizer(job.base_dir)
    model = new_adapter(load_base(job.base_dir, recipe.precision, recipe.device), recipe)
    if job.start_from is not None and saved is None:
        continue_adapter(model, recipe, job.start_from)
    if job.start_file is not None:
        write_tensors(job.start_file, dict(adapter_parameters(model)))
    length = usable_length(model.config, recipe.max_length)
    train = encode_rows(tokenizer, job.train_rows, length)
    held_out = encode_rows(tokenizer, job.eval_rows, length)
    loop = LoraLoop(
        model, recipe, train, held_out, padding_token(tokenizer), on_progress, job.checkpoints
    )
    try:
        if saved is None:
            loop.begin()
        else:
            loop.resume(saved)
        outcome = loop.run(should_stop, job.row_order)
    except RuntimeError as error:
        # On a GPU a class of its own, on a CPU told by the allocator's name only.
        if not isinstance(error, torch.OutOfMemoryError) and "CPUAllocator" not in str(error):
            raise
        raise ServiceFailed(
            f"the memory of the {recipe.device} device does not suffice",
            hint="lower the batch size or the greatest length",
        ) from error
    write_adapter(job, model, tokenizer)
    return outcome
