"""When two spellings are one name."""

import re
import unicodedata

#: Apostrophes, primes and the okina, as typists and typesetters put them.
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼʻ`´′＇ˈ", "'"))
_SPACE = re.compile(r"\s+")


def folded(name: str) -> str:
    """The name without case, diacritics, a leading "the", or differences of space and apostrophe.

    Nothing else is forgiven: a letter of another script that looks the same stays another letter.
    """
    # Before NFKD, which would part an acute accent standing alone into a space and a mark.
    spread = unicodedata.normalize("NFKD", name.translate(_APOSTROPHES)).casefold()
    plain = "".join(c for c in spread if not unicodedata.combining(c))
    return _SPACE.sub(" ", plain).strip().removeprefix("the ")
