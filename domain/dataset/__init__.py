"""Training data: strict reading of JSON lines, language, categories, and a commitment to rows."""
