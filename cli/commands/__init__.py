"""One command per file; each module has one ``command``."""
