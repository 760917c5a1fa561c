"""White space and invisible characters as editors, converters and old encodings leave them around what is printed."""

from random import Random

__all__ = ["SPACES", "UNSEEN", "padded"]

#: Blanks of every width: no-break, thin, narrow no-break, ideographic, and what GBK had for it (0xA3A0).
SPACES = ("\u00a0", "\u2002", "\u2009", "\u202f", "\u3000", "\ue5e5")
#: Characters without a width: joiners, marks of direction, byte order marks.
UNSEEN = ("\u200b", "\u200d", "\u2060", "\u202a", "\u202c", "\u2066", "\u2069", "\ufeff", "\ufe0f")


def padded(text: str, rng: Random) -> str:
    """A text with such characters around it, and invisible ones in it; blanks for no text."""
    if not text:
        return "".join(rng.choices(SPACES, k=rng.randint(0, 3)))
    at = rng.randrange(len(text) + 1)
    before, behind = (rng.choice(("", *SPACES)) for _ in range(2))
    return before + text[:at] + rng.choice(UNSEEN) + text[at:] + behind
