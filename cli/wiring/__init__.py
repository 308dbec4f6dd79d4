"""Wiring that several commands share: recovery, finding base models, running the trainer."""
