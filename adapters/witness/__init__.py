"""The folder of a witness: its key, and the last checkpoint that it cosigned of each log."""
