"""What a backup of a ledger is made of: segments of entries, and a listing. Pure values."""
