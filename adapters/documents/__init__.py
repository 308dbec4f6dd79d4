"""Collections of documents: in Firestore, and in a mirror of it on this machine."""
