"""The loop of a LoRA training: its steps, its epochs, and its state at any step."""

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import torch
from peft import PeftModelForCausalLM
from torch.nn.functional import cross_entropy

from oneseek.adapters.training.encoding import IGNORED, Batch, Encoded, collate
from oneseek.adapters.training.evaluation import measure_encoded, predictions
from oneseek.adapters.training.lora_model import adapter_parameters
from oneseek.adapters.training.schedule import rate_factor
from oneseek.adapters.training.training_state import (
    FORMAT,
    Progress,
    SavedState,
    restore,
    write_state,
)
from oneseek.domain.errors import Diverged, Interrupted, InvalidInput
from oneseek.domain.recipe import Metrics, Recipe
from oneseek.domain.training_job import Checkpoints, EpochResult, LoraOutcome, TrainProgress


class LoraLoop:
    """The loop's state: optimizer, counters, and what was measured so far."""

    def __init__(
        self,
        model: PeftModelForCausalLM,
        recipe: Recipe,
        train: Sequence[Encoded],
        held_out: Sequence[Encoded],
        padding: int,
        on_progress: Callable[[TrainProgress], None],
        checkpoints: Checkpoints | None = None,
    ) -> None:
        self.model, self.recipe, self.padding = model, recipe, padding
        self.train, self.held_out, self.on_progress = train, held_out, on_progress
        self.checkpoints = checkpoints
        self.named = adapter_parameters(model)
        self.parameters = list(self.named.values())
        self.shuffler = torch.Generator().manual_seed(recipe.seed)
        self.optimizer = torch.optim.AdamW(
            self.parameters, lr=float(recipe.learning_rate), weight_decay=float(recipe.weight_decay)
        )
        # One optimizer step sees this many rows; the last one of an epoch may see fewer.
        self.rows_per_step = recipe.batch_size * recipe.gradient_accumulation
        self.steps = recipe.epochs * math.ceil(len(train) / self.rows_per_step)
        self.warmup = math.ceil(self.steps * float(recipe.warmup_ratio))
        self.order: list[list[int]] = []
        self.losses: list[float] = []
        self.before: Metrics | None = None
        self.results: list[EpochResult] = []
        # Of the epoch under way: rows that were learned, and the sums for its mean loss.
        self.place, self.total, self.tokens = 0, 0.0, 0

    def begin(self) -> None:
        """Measure what is there, and seed the generator that dropout draws from."""
        self.before = self._measure()
        torch.manual_seed(self.recipe.seed)

    def resume(self, state: SavedState) -> None:
        """Begin where ``state`` was kept.

        Raises:
            InvalidInput: it was kept by another training.
        """
        known, order = {row.number for row in self.train}, state.order
        if not order or any(set(epoch) != known for epoch in order):
            raise InvalidInput("the checkpoint was kept by a training on other rows")
        restore(state, self.named, self.optimizer, self.shuffler)
        told = state.progress
        self.order, self.losses, self.results = order, state.losses, list(told.epochs)
        self.before, self.place = told.before, told.place
        self.total, self.tokens = told.total, told.tokens

    def run(
        self,
        should_stop: Callable[[], bool],
        recorded: Sequence[Sequence[int]] | None = None,
    ) -> LoraOutcome:
        """Train in the order that the seed draws, or in the ``recorded`` one to its end."""
        enough = False
        for rows in self._drawn() if recorded is None else self._as(recorded):
            train_loss = self._epoch(rows, should_stop)
            epoch, metrics = len(self.order), self._measure()
            self.results.append(EpochResult(epoch=epoch, train_loss=train_loss, metrics=metrics))
            if metrics is not None:
                self._tell(metrics)
            enough = self._good_enough(metrics)
            if enough and recorded is None:
                break
        return LoraOutcome(
            row_order=self.order,
            step_losses=self.losses,
            epochs=self.results,
            metrics_before=self.before,
            metrics=self.results[-1].metrics,
            stopped_early=enough and len(self.results) < self.recipe.epochs,
            steps=len(self.losses),
            trainable_parameters=sum(parameter.numel() for parameter in self.parameters),
            cut_rows=sum(row.cut for row in self.train),
        )

    def _drawn(self) -> Iterator[list[Encoded]]:
        if self.order:  # resumed: the epoch that was under way goes on
            yield self._rows(self.order[-1])
        while len(self.order) < self.recipe.epochs:
            places: list[int] = torch.randperm(len(self.train), generator=self.shuffler).tolist()
            self.order.append([self.train[place].number for place in places])
            yield self._rows(self.order[-1])

    def _as(self, recorded: Sequence[Sequence[int]]) -> Iterator[list[Encoded]]:
        for numbers in recorded:
            self.order.append(list(numbers))
            yield self._rows(numbers)

    def _rows(self, numbers: Sequence[int]) -> list[Encoded]:
        rows = {row.number: row for row in self.train}
        return [rows[number] for number in numbers]

    def _epoch(self, rows: list[Encoded], should_stop: Callable[[], bool]) -> float:
        """Train over what is left of ``rows``; return the epoch's mean loss per answer token."""
        self.model.train()
        while self.place < len(rows):
            if should_stop():
                raise Interrupted(f"the training was stopped after step {len(self.losses)}")
            part = rows[self.place : self.place + self.rows_per_step]
            loss, counted = self._step(part)
            self.place += len(part)
            self.total += loss * counted
            self.tokens += counted
            self._tell(None)
            if self.checkpoints is not None and self.checkpoints.due(len(self.losses)):
                done = len(self.order) - (self.place < len(rows))
                self.checkpoints.keep(done, len(self.losses), self._write)
        mean = self.total / self.tokens
        self.place, self.total, self.tokens = 0, 0.0, 0
        return mean

    def _write(self, path: Path) -> None:
        progress = Progress(
            FORMAT, self.place, self.total, self.tokens, self.before, tuple(self.results)
        )
        write_state(
            path, self.named, self.optimizer, self.shuffler, self.losses, self.order, progress
        )

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

    def _tell(self, metrics: Metrics | None) -> None:
        self.on_progress(
            TrainProgress(
                step=len(self.losses),
                steps=self.steps,
                epoch=len(self.order),
                epochs=self.recipe.epochs,
                loss=self.losses[-1],
                learning_rate=self._rate(len(self.losses) - 1),
                metrics=metrics,
            )
        )
