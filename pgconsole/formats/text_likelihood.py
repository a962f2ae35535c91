"""How likely a text is to be what its bytes meant: the letters of one language, in one script, in their usual places.

Bytes mean letters in almost any encoding, so that what decodes proves little. Letters of a single alphabet, a script
that does not change within a word, and characters that a country's standard has among its usual ones prove more.
"""

import re
import unicodedata
from collections import Counter
from typing import Final

_ALPHABETS: Final = tuple(
    map(
        frozenset,
        (
            "äöüß",  # German
            "àâæçéèêëîïôœùûüÿ",  # French
            "áéíñóúü",  # Spanish
            "àáâãçéêíóôõúü",  # Portuguese
            "àèéìíîòóùú",  # Italian
            "àçèéíïòóúü",  # Catalan
            "éèêëïöüáíóú",  # Dutch
            "åäöéü",  # Swedish, Finnish
            "æøåéóòô",  # Danish, Norwegian
            "áæðéíóöúýþ",  # Icelandic
            "áčďéěíňóřšťúůýž",  # Czech
            "áäčďéíĺľňóôŕšťúýž",  # Slovak
            "ąćęłńóśźż",  # Polish
            "áéíóöőúüű",  # Hungarian
            "ăâîşţșț",  # Romanian
            "čćđšž",  # Croatian, Slovene
            "âçğıîöşüi",  # Turkish, whose capital of `i` has a dot
            "ąčęėįšųūž",  # Lithuanian
            "āčēģīķļņšūž",  # Latvian
            "äõöüšž",  # Estonian
            "абвгдежзийклмнопрстуфхцчшщъыьэюяё",  # Russian
            "абвгдежзийклмнопрстуфхцчшщьюяєіїґў",  # Ukrainian, Belarusian
            "абвгдежзийклмнопрстуфхцчшђјљњћџѓѕќ",  # Serbian, Macedonian
            map(chr, range(0x390, 0x3CF)),  # Greek
            map(chr, range(0x5D0, 0x5EB)),  # Hebrew
            map(chr, range(0x621, 0x6D3)),  # Arabic, Persian
        ),
    )
)
_REGIONS: Final = (frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿœß"), frozenset("áâäăąçćčďđéěęëíîĺľłńňóôöőŕřśşšťúůüűýźżž"))
"""Letters of neighbours, as in a list of people of many countries; worth less than those of one language."""
_TYPOGRAPHY: Final = frozenset("“”‘’„–—…€£°\u00a0")
_SIGNS: Final = frozenset("¥«»§·•®™©±²³µ½¼¿¡\u3000、。・「」（），：") | _TYPOGRAPHY
_USUAL_LEADS: Final = {
    "cp932": (0x88, 0x97, 1.0),
    "euc_jp": (0xB0, 0xCF, 0.95),
    "gb18030": (0xB0, 0xD7, 1.0),
    "big5": (0xA4, 0xC6, 1.0),
    "euc_kr": (0xB0, 0xC8, 1.1),
}
"""The first bytes of the characters that a standard lists as usual, its first level or Hangul, and what they count.

Hangul lies where others have characters too, and where all do it is Hangul; Japanese is seldom without kana.
"""
_MIXED: Final = re.compile("[A-Za-z][^\x00-\u024f\u2000-\u20ff]|[^\x00-\u024f\u2000-\u20ff][A-Za-z]")
"""A letter of another script next to a plain one."""
_TOGETHER: Final = re.compile("(?<=[^\x00-\x7f])[^\x00-\x7f]")
_ALONE: Final = re.compile(r"(?<![^\W\d_])[^\W\d_\x00-\x7f](?![^\W\d_])")
_SIGN_WITHIN: Final = re.compile(r"[^\W\d_](?![’‘·\u00a0\u00ad])[^\w\x00-\x7f](?=[^\W\d_])")
_WITHIN: Final = re.compile(r"([^\W\d_])(?=([^\W\d_\x00-\x7f]))")


def likelihood(text: str, encoding: str) -> float:
    """How likely a text was in that encoding: about 1 where all fits, and below 0 where little does."""
    counts = Counter(text)
    strange = {char: count for char, count in counts.items() if char > "\x7f"}
    total = sum(strange.values())
    if not total:
        return 0.0
    together = len(_TOGETHER.findall(text)) / total
    mixed = len(_MIXED.findall(text)) / total
    if encoding in _USUAL_LEADS:
        # Two bytes of which the second may be a plain letter: whatever is no plain text decodes as some such character.
        apart = 1.2 if encoding == "big5" else 0.5
        score = sum(_of_many_bytes(char, encoding) * count for char, count in strange.items()) / total
        return score - apart * (1 - together) - 0.5 * mixed
    is_latin = sum(count for char, count in strange.items() if _is_latin(char)) * 2 > total
    score = _of_alphabet(strange, is_latin=is_latin)
    # Latin letters with marks stand mostly alone between plain ones; letters of other scripts stand together.
    score -= 0.5 * together if is_latin else 1.2 * (1 - together)
    alone, signs = len(_ALONE.findall(text)), len(_SIGN_WITHIN.findall(text))
    capitals = sum(0.1 if first.isupper() else 1.0 for first, second in _WITHIN.findall(text) if second.isupper())
    return score - 1.5 * mixed - (0.5 * alone + signs + capitals) / total


def _of_alphabet(strange: dict[str, int], *, is_latin: bool) -> float:
    """The share of letters that one alphabet has, with signs by their own measure."""
    letters = Counter[str]()
    rest = 0.0
    for char, count in strange.items():
        if char.isalpha() and char not in "ªº":
            letters[char.lower()[0]] += count
        else:
            rest += count * _of_sign(char, is_latin=is_latin)
    best = max(
        *(_known(letters, alphabet) for alphabet in _ALPHABETS),
        *(0.8 * _known(letters, region) for region in _REGIONS),
    )
    return (best + rest) / sum(strange.values())


def _of_sign(char: str, *, is_latin: bool) -> float:
    if char in _SIGNS:
        return 0.3 if not is_latin else 0.95 if char in _TYPOGRAPHY else 0.6
    return -1.0 if unicodedata.category(char)[0] == "C" else 0.0


def _known(letters: Counter[str], alphabet: frozenset[str]) -> int:
    return sum(count for char, count in letters.items() if char in alphabet)


def _of_many_bytes(char: str, encoding: str) -> float:
    if char in _SIGNS:
        return 0.7
    if "\uff61" <= char <= "\uff9f":
        return 0.5
    if "\u3041" <= char <= "\u30ff":
        return 1.1 if encoding in ("cp932", "euc_jp") else 0.2
    code = char.encode(encoding, "replace")
    first, last, worth = _USUAL_LEADS[encoding]
    is_usual = len(code) == 2 and first <= code[0] <= last and (encoding != "gb18030" or code[1] >= 0xA1)
    return worth if is_usual else -0.3


def _is_latin(char: str) -> bool:
    return char <= "\u024f" or "\u1e00" <= char <= "\u1eff" or "\u2000" <= char <= "\u214f"
