"""Private keys: made here, kept in ``.oneseek/keys`` (0600), never printed, never in the ledger."""
