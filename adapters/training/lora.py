"""Train a LoRA adapter with a plain torch loop, so that a recipe repeated gives the same bytes.

Everything random comes from the recipe's seed: the starting values of A, the order of the rows
(a generator of its own), and dropout (torch's global generator, seeded after the model is made,
because the libraries draw from it on the way).
"""

import math
from collections.abc import Callable, Iterator, Sequence

import torch
from peft import PeftModelForCausalLM
from torch.nn.functional import cross_entropy

from oneseek.adapters.training.adapter_files import write_adapter
from oneseek.adapters.training.devices import choose_device, set_determinism
from oneseek.adapters.training.encoding import (
    IGNORED,
    Batch,
    Encoded,
    collate,
    encode_rows,
    padding_token,
    usable_length,
)
from oneseek.adapters.training.evaluation import measure_encoded, predictions
from oneseek.adapters.training.files import write_tensors
from oneseek.adapters.training.loading import load_base, load_tokenizer
from oneseek.adapters.training.lora_model import (
    adapter_parameters,
    continue_adapter,
    new_adapter,
)
from oneseek.adapters.training.quiet import quiet
from oneseek.adapters.training.recipe_check import check_recipe
from oneseek.adapters.training.schedule import rate_factor
from oneseek.domain.errors import Diverged, Interrupted, InvalidInput, ServiceFailed
from oneseek.domain.recipe import Metrics, Recipe
from oneseek.domain.training_job import EpochResult, LoraJob, LoraOutcome, TrainProgress


@quiet()
def train_lora(
    job: LoraJob,
    on_progress: Callable[[TrainProgress], None],
    should_stop: Callable[[], bool],
) -> LoraOutcome:
    """Train as ``job`` says and write the adapter into its output folder.

    Nothing is written before the training is over, so a stopped or failed one leaves no folder.

    Args:
        job: base, rows, recipe, output folder.
        on_progress: called after every optimizer step and after every evaluation.
        should_stop: asked before every optimizer step.

    Raises:
        InvalidInput: the recipe, the rows or the base cannot be used, or the training diverged.
        NotFound: a folder is absent.
        Interrupted: ``should_stop`` said yes.
        ServiceFailed: the disk refused, or the device's memory does not suffice.
    """
    check_recipe(job.recipe)
    if not job.train_rows:
        raise InvalidInput("there are no rows to train on")
    recipe = job.recipe
    choose_device(recipe.device)
    set_determinism(recipe.seed, recipe.threads, deterministic=recipe.deterministic)
    tokenizer = load_tokenizer(job.base_dir)
    model = new_adapter(load_base(job.base_dir, recipe.precision, recipe.device), recipe)
    if job.start_from is not None:
        continue_adapter(model, recipe, job.start_from)
    if job.start_file is not None:
        write_tensors(job.start_file, dict(adapter_parameters(model)))
    length = usable_length(model.config, recipe.max_length)
    train = encode_rows(tokenizer, job.train_rows, length)
    held_out = encode_rows(tokenizer, job.eval_rows, length)
    training = _Training(model, recipe, train, held_out, padding_token(tokenizer), on_progress)
    try:
        outcome = training.run(should_stop, job.row_order)
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


class _Training:
    """The loop's state: optimizer, counters, and what was measured so far."""

    def __init__(
        self,
        model: PeftModelForCausalLM,
        recipe: Recipe,
        train: Sequence[Encoded],
        held_out: Sequence[Encoded],
        padding: int,
        on_progress: Callable[[TrainProgress], None],
    ) -> None:
        self.model, self.recipe, self.padding = model, recipe, padding
        self.train, self.held_out, self.on_progress = train, held_out, on_progress
        self.parameters = list(adapter_parameters(model).values())
        self.optimizer = torch.optim.AdamW(
            self.parameters, lr=float(recipe.learning_rate), weight_decay=float(recipe.weight_decay)
        )
        # One optimizer step sees this many rows; the last one of an epoch may see fewer.
        self.rows_per_step = recipe.batch_size * recipe.gradient_accumulation
        self.steps = recipe.epochs * math.ceil(len(train) / self.rows_per_step)
        self.warmup = math.ceil(self.steps * float(recipe.warmup_ratio))
        self.order: list[list[int]] = []
        self.losses: list[float] = []
        self.results: list[EpochResult] = []

    def run(
        self,
        should_stop: Callable[[], bool],
        recorded: Sequence[Sequence[int]] | None = None,
    ) -> LoraOutcome:
        """Train in the order that the seed draws, or in the ``recorded`` one to its end."""
        before = self._measure()
        torch.manual_seed(self.recipe.seed)
        metrics, enough = before, False
        for epoch, rows in enumerate(self._drawn() if recorded is None else self._as(recorded), 1):
            train_loss = self._epoch(epoch, rows, should_stop)
            metrics = self._measure()
            self.results.append(EpochResult(epoch=epoch, train_loss=train_loss, metrics=metrics))
            if metrics is not None:
                self._tell(epoch, metrics)
            enough = self._good_enough(metrics)
            if enough and recorded is None:
                break
        return LoraOutcome(
            row_order=self.order,
            step_losses=self.losses,
            epochs=self.results,
            metrics_before=before,
            metrics=metrics,
            stopped_early=enough and len(self.results) < self.recipe.epochs,
            steps=len(self.losses),
            trainable_parameters=sum(parameter.numel() for parameter in self.parameters),
            cut_rows=sum(row.cut for row in self.train),
        )

    def _drawn(self) -> Iterator[list[Encoded]]:
        shuffler = torch.Generator().manual_seed(self.recipe.seed)
        for _ in range(self.recipe.epochs):
            order: list[int] = torch.randperm(len(self.train), generator=shuffler).tolist()
            yield [self.train[place] for place in order]

    def _as(self, recorded: Sequence[Sequence[int]]) -> Iterator[list[Encoded]]:
        rows = {row.number: row for row in self.train}
        for order in recorded:
            yield [rows[number] for number in order]

    def _epoch(self, epoch: int, rows: list[Encoded], should_stop: Callable[[], bool]) -> float:
        """Train once over ``rows`` in their order; return the mean loss per answer token."""
        self.order.append([row.number for row in rows])
        self.model.train()
        total, tokens = 0.0, 0
        for start in range(0, len(rows), self.rows_per_step):
            if should_stop():
                raise Interrupted(f"the training was stopped after step {len(self.losses)}")
            loss, counted = self._step(rows[start : start + self.rows_per_step])
            total += loss * counted
            tokens += counted
            self._tell(epoch, None)
        return total / tokens

    def _step(self, rows: list[Encoded]) -> tuple[float, int]:
        """Make one optimizer step; return its loss per answer token and their number.

        Each part's loss is divided by the tokens of the whole step, so that accumulating small
        batches is the same sum as one big batch, however long the rows are.
        """
        size = self.recipe.batch_size
        batches = [
            collate(rows[start : start + size], self.padding, self.recipe.device)
            for start in range(0, len(rows), size)
        ]
        counted = sum(batch.answer_tokens for batch in batches)
        rate = self._rate(len(self.losses))
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad(set_to_none=True)
        loss = sum(self._backward(batch, counted) for batch in batches)
        limit = float(self.recipe.max_grad_norm) or math.inf
        norm = float(torch.nn.utils.clip_grad_norm_(self.parameters, limit))
        if not (math.isfinite(loss) and math.isfinite(norm)):
            raise Diverged(
                f"training diverged at step {len(self.losses) + 1}: lower the learning rate",
                hint=f"it was {self.recipe.learning_rate}",
            )
        self.optimizer.step()
        self.losses.append(loss)
        return loss, counted

    def _backward(self, batch: Batch, counted: int) -> float:
        logits, wanted = predictions(self.model, batch)
        loss = (
            cross_entropy(
                logits.flatten(0, 1), wanted.flatten(), ignore_index=IGNORED, reduction="sum"
            )
            / counted
        )
        torch.autograd.backward(loss)
        return float(loss.detach())

    def _rate(self, step: int) -> float:
        factor = rate_factor(
            step, self.steps, self.warmup, cosine=self.recipe.scheduler == "cosine"
        )
        return float(self.recipe.learning_rate) * factor

    def _measure(self) -> Metrics | None:
        if not self.held_out:
            return None
        return measure_encoded(self.model, self.held_out, self.padding, self.recipe, True)

    def _good_enough(self, metrics: Metrics | None) -> bool:
        threshold = self.recipe.auto_stop_threshold
        if threshold is None or metrics is None:
            return False
        return float(metrics.token_accuracy) >= float(threshold)

    def _tell(self, epoch: int, metrics: Metrics | None) -> None:
        self.on_progress(
            TrainProgress(
                step=len(self.losses),
                steps=self.steps,
                epoch=epoch,
                epochs=self.recipe.epochs,
                loss=self.losses[-1],
                learning_rate=self._rate(len(self.losses) - 1),
                metrics=metrics,
            )
        )
