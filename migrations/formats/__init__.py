"""The source formats, one per file. A further format is one more file here."""
