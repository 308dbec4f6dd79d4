"""The old ledgers, one per file: each block is checked with its own rule and beyond it."""
