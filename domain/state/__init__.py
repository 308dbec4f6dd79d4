"""What decisions need to know, kept as small documents that one fold updates per event.

The ledger writes these documents in the same transaction as the entries, so that no verb gets
slower as history grows. They can be deleted and folded again from the entries at any time.
"""
