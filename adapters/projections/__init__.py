"""Writing projections into folders (``folder``), remembering how far (``position``)."""
