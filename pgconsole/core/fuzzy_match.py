"""Ranks names by how well a few typed letters fit them."""


def fuzzy_score(typed: str, name: str) -> int | None:
    """How well `typed` fits `name`, the higher the better; None where its letters don't occur in this order.

    Case and spaces in `typed` count for nothing. Letters in a row and at the beginnings of words count most; of names
    that fit alike the shorter is the better.
    """
    wanted, text = "".join(typed.casefold().split()), name.casefold()
    if not wanted:
        return 0
    starts = _places(wanted[0], text)
    best = max((_score_from(wanted, text, start) for start in starts), default=-1)
    if best < 0:  # a word's beginning was jumped to, and what had to come before it left behind
        best = max((_score_from(wanted, text, start, to_words=False) for start in starts), default=-1)
    return best - len(text) if best >= 0 else None


def _places(letter: str, text: str) -> list[int]:
    return [index for index, candidate in enumerate(text) if candidate == letter]


def _score_from(wanted: str, text: str, start: int, *, to_words: bool = True) -> int:
    """The score of the match that begins at a place and takes the next fitting letter each time; -1 for none.

    With `to_words` the beginning of a word goes before a letter within one.
    """
    score, previous = 1000, start - 1
    for letter in wanted:
        word = _word_start(letter, text, previous + 1) if to_words else -1
        found = previous + 1 if text[previous + 1 : previous + 2] == letter else word
        if found < 0:
            found = text.find(letter, previous + 1)
        if found < 0:
            return -1
        score += 8 if found == previous + 1 and found > start else 0
        score += 6 if found == 0 or not text[found - 1].isalnum() else 0
        score -= min(found - previous - 1, 5)
        previous = found
    return score


def _word_start(letter: str, text: str, start: int) -> int:
    for index in range(max(start, 1), len(text)):
        if text[index] == letter and not text[index - 1].isalnum():
            return index
    return -1
