"""From a plan to the ledger: keep every byte, convert weights, append one group."""
