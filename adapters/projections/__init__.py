"""Writing projections: where they stand (``position``), into folders (``folder``), by one runner."""
