"""Personal data as it is shown: de-identified (去标识化, 个人信息保护法 art. 51).

Nobody is shown a whole phone or identity number on a page, its holder included: a page can be
photographed. Names of people in office are shown to those who work with them.
"""

import re

_WORD = re.compile(r"\S")


def phone(number: str) -> str:
    """``13812345678`` → ``138****5678``; anything shorter than a mobile number is hidden whole."""
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 11 else "*" * len(number)


def identity_number(number: str) -> str:
    """An identity number of 18 characters → ``511***********1234``; others are hidden whole."""
    return f"{number[:3]}{'*' * 11}{number[-4:]}" if len(number) == 18 else "*" * len(number)


def person_name(name: str) -> str:
    """``张晓明`` → ``张**``: the first character, for readers who do not work with the person."""
    return name[:1] + _WORD.sub("*", name[1:])
