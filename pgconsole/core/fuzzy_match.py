"""Ranks names by how well a few typed letters fit them."""

_ONE_LEAP = 100
_SCATTERED = 2000
"""What each leap into a word costs where there are several."""


def fuzzy_score(typed: str, name: str) -> int | None:
    """How well `typed` fits `name`, the higher the better; None where its letters don't occur in this order.

    Case and spaces in `typed` count for nothing. Letters in a row and at the beginnings of words count most; of names
    that fit alike the shorter is the better. Below zero the letters are scattered: they leap into words.
    """
    wanted, text = "".join(typed.casefold().split()), name.casefold()
    if not wanted:
        return 0
    starts = _places(wanted[0], text)
    scores = [score for start in starts if (score := _score_from(wanted, text, start)) is not None]
    if not scores:  # a word's beginning was jumped to, and what had to come before it left behind
        found = (_score_from(wanted, text, start, to_words=False) for start in starts)
        scores = [score for score in found if score is not None]
    return max(scores) - len(text) if scores else None


def _places(letter: str, text: str) -> list[int]:
    return [index for index, candidate in enumerate(text) if candidate == letter]


def _score_from(wanted: str, text: str, start: int, *, to_words: bool = True) -> int | None:
    """The score of the match that begins at a place and takes the next fitting letter each time; None for none.

    With `to_words` the beginning of a word goes before a letter within one.
    """
    score, leaps, previous = 1000, 0, start - 1
    for letter in wanted:
        word = _word_start(letter, text, previous + 1) if to_words else -1
        found = previous + 1 if text[previous + 1 : previous + 2] == letter else word
        if found < 0:
            found = text.find(letter, previous + 1)
        if found < 0:
            return None
        in_row, at_word = found == previous + 1 and found > start, found == 0 or not text[found - 1].isalnum()
        score += (8 if in_row else 0) + (6 if at_word else 0)
        leaps += not (in_row or at_word)
        score -= min(found - previous - 1, 5)
        previous = found
    return score - (_SCATTERED if leaps > 1 else _ONE_LEAP) * leaps


def _word_start(letter: str, text: str, start: int) -> int:
    for index in range(max(start, 1), len(text)):
        if text[index] == letter and not text[index - 1].isalnum():
            return index
    return -1
