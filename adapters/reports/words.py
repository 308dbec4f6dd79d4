"""The words of a report for people who do not know the system: why a question matters, glossary."""

WHY = {
    "signed-root": "Every record has a fingerprint, and one signed number stands for all of them. "
    "Changing, removing or adding a single record changes that number.",
    "kept-checkpoint": "Whoever keeps a checkpoint can tell later that the history was not written "
    "anew, not even by the operator.",
    "materials": "A version can be explained, and trained again, only if it is known exactly what "
    "it was made from.",
    "files": "What runs are files on a disk. They must be the ones that were certified.",
    "service": "Only a certified version that nobody has withdrawn may answer people.",
    "activity": "For any moment in the past it must be possible to say which version answered.",
    "removals": "Things may be removed, but not silently: what, when, by whom and why is recorded.",
    "metrics": "A number says how good a model is only together with the rows and the code that it "
    "was measured with.",
    "signatures": "A signature on the files of a version counts only if the key was announced "
    "before and not given up.",
    "reproductions": "Repeating a training shows that its records are complete and true.",
    "interventions": "Keys, repairs and earlier audits are part of the history too.",
    "witnesses": "An independent party that signs the same checkpoint makes it impossible to show "
    "two people two different histories.",
    "legacy": "What an older system claimed is known less well than what was observed.",
    "every-byte": "A file can be damaged without anybody touching the records. Reading everything "
    "finds out.",
    "indexes": "A logged index makes it possible to show that something never happened.",
}

GLOSSARY = (
    ("ledger", "the list of records. Records are only ever added, and none is changed."),
    ("entry", "one record: what happened, when and by whom. Entries are numbered from 0."),
    ("fingerprint, digest", "a number of 64 hexadecimal digits that is computed from bytes. Other "
     "bytes have another fingerprint, so that a digest names a file or a text beyond doubt."),
    ("root", "the fingerprint over all entries, in their order."),
    ("checkpoint", "the number of entries and their root, signed. Small enough to keep on paper."),
    ("key", "who knows the private half can sign; everybody with the public half can verify."),
    ("witness", "a second party that signs checkpoints which go on from those it signed before."),
    ("base model", "the pre-trained model that versions are trained from."),
    ("dataset", "the rows (questions and answers) that a version was trained on."),
    ("version", "a trained model with a name. Its identity is the digest of the list of its files "
     "(the manifest)."),
    ("certified", "recorded as a version, with everything that it was made from."),
    ("active", "the version that answers from then on, until another one takes its place."),
    ("withdrawn", "never to answer again."),
    ("reset", "all versions are taken out of the certified folder. History and objects stay."),
    ("erasure", "the key of somebody's question and answer is destroyed: nobody can read them "
     "again, and all proofs stay."),
    ("finding", "one thing that is not as it should be: what was expected, and what was found."),
)  # fmt: skip

MARKS = {
    "yes": ("✓", "Yes"),
    "no": ("✗", "No"),
    "unchecked": ("?", "Could not be checked"),
    "not-asked": ("–", "Not asked"),
}

VERDICTS = {
    "clean": "Everything that was looked at is in order",
    "unchecked": "Nothing wrong was found, but not everything could be checked",
    "findings": "Something is not as it should be",
    "rewritten": "This is not the history that you saw",
    "broken": "The ledger is damaged",
}

HEADINGS = {
    "from_entry": "from entry",
    "until_entry": "to entry",
    "row_root": "root of rows",
    "token_accuracy": "token accuracy",
    "exact_match": "exact match",
    "dna": "version",
}
