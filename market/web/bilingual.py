"""Things that carry their own texts in both languages: ``name`` and ``name_en`` side by side."""


class Bilingual:
    """A page's dataclass whose texts come in pairs; an English text that is missing is Chinese."""

    __slots__ = ()

    def text(self, field: str, locale: str) -> str:
        """``field`` in the reader's language."""
        chinese: str = getattr(self, field)
        return (getattr(self, f"{field}_en") or chinese) if locale == "en" else chinese
