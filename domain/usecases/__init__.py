"""The verbs: read state, decide, append. One use case per file; the CLI only parses and prints."""
