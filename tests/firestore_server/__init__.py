"""A small Firestore for tests: the real protocol, spoken to the real client, with scripted faults.

It takes part in ``tests/contracts/test_documents.py`` beside Google's emulator, which it stands in
for where that is not installed.
"""
