"""How this library refuses.

Every refusal is one exception type with a stable code, the facts that matter and an English
sentence. Who shows it to a person translates the code and the facts; who logs it keeps them.
Nothing here decides anything, and no fact may hold a secret: facts are printed.
"""


class Refused(ValueError):  # noqa: N818 - a refusal is an answer, not a fault of the program
    """Something does not hold that the protocol demands.

    `code` is snake_case and stable, `facts` are the values the sentence is made of.
    """

    def __init__(self, code: str, sentence: str, /, **facts: object) -> None:
        """Fill the `{names}` in `sentence` from `facts`."""
        super().__init__(sentence.format_map(facts))
        self.code = code
        self.facts = facts


class NotCanonical(Refused):
    """Bytes or a value that are not canonical JSON; the code names the rule (PROTOCOL.md §1)."""


class Unreadable(Refused):
    """An envelope that no set of trustees can open; the same for all of them (PROTOCOL.md §4)."""
