"""What belongs together: the files of one version, its adapters, its pointers and ledger blocks."""
