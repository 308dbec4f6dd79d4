"""The ``oneseek`` command: parses, calls a use case, prints. The one place that wires parts."""
