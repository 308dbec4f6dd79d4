"""Languages that the old code read out of a file's name: two functions, one list of words.

Neither knows ``_sv_``: the ten Swedish data sets called ``…_sv_v1.jsonl`` became English. Words
count inside other words as well (``challenge`` is English for its ``eng``).
"""

_LANGUAGES = {
    "sv": "swedish svenska svensk swed",
    "no": "norwegian norsk",
    "da": "danish dansk",
    "fi": "finnish suomi",
    "en": "english eng",
}
_BY_WORD = {word: language for language, words in _LANGUAGES.items() for word in words.split()}
_OTHERWISE = "en"


def language_by_position(file_name: str) -> str:
    """Return what ``train_dna_v2`` found in a file's name: the word that stands first counts."""
    text = file_name.lower()
    found = ((text.find(word), language) for word, language in _BY_WORD.items())
    return min((hit for hit in found if hit[0] >= 0), default=(0, _OTHERWISE))[1]


def language_by_order(path: str) -> str:
    """Return what ``generate_dna`` found in a path: Swedish first, wherever it stands."""
    text = path.lower()
    return next((found for word, found in _BY_WORD.items() if word in text), _OTHERWISE)
