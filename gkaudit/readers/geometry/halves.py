"""Two rows on both sides of a page break, cell by cell: whether they are the halves of one, for certain or perhaps."""

from __future__ import annotations

from gkaudit.chars import enumerator, fold, is_value, squash
from gkaudit.readers.geometry.labelled import NO_LABEL, NO_TOTAL
from gkaudit.readers.geometry.page import Cell
from gkaudit.readers.geometry.tables import OPEN_END
from gkaudit.readers.lines import NUMBER_BEHIND
from gkaudit.vocabulary import COUNTS, label_hit

__all__ = [
    "SURE",
    "Pair",
    "are_halves",
    "glue",
    "in_doubt",
    "is_cut",
    "is_number_of_label",
    "looks_cut",
    "make_whole",
    "one_label",
    "score_of",
    "without_lack",
]

Pair = tuple[Cell, Cell]

#: How alike a label has to be to a label of the form to be taken for one by itself.
SURE = 0.9
#: How sure a cell is that may be one half of a row.
_DOUBTFUL, _MAYBE_CUT = 0.4, "这一行可能被分页截断"
#: A line of headings has at least so many of them.
_HEADINGS = 5
#: Brackets before the number of a label.
_BRACKETS = ("(", "[", "〔", "【")


def is_cut(pairs: list[Pair]) -> bool:
    """One row on two pages for certain: labels that only together are labels of the form.

    A number may be cut as well; its halves are put on two lines, for nobody to take it for a number.
    """
    words = [p for p in pairs if p[0].text and p[1].text and not is_value(p[1].text)]
    joined = all(score_of(glue(a.text, b.text)) >= SURE for a, b in words)
    return joined and any(one_label(*p) for p in words)


def are_halves(pairs: list[Pair]) -> bool:
    """Whether nothing stands in both of two rows, and no more than one label in them, or headings only.

    In browsers every cell of a row has its own height: some stand before the end of the page, some behind it. Where
    each cell has something in one of them they are one row, whatever their label; a remark may be cut.
    """
    if len(pairs) > 1 and all(
        cell.text and not is_value(cell.text) and score_of(cell.text) < SURE for cell in pairs[-1]
    ):
        pairs = pairs[:-1]
    if any(a.text and b.text for a, b in pairs):
        return False
    if len(pairs) >= _HEADINGS and all(a.text or b.text for a, b in pairs) and any(is_value(a.text) for a, _ in pairs):
        return any(b.text for _, b in pairs)
    upper, lower = ([pair[n].text for pair in pairs if pair[n].text] for n in (0, 1))
    if upper and lower and len(upper) + len(lower) == len(pairs) >= _HEADINGS and not any(map(is_value, upper + lower)):
        return True
    words = [text for text in (*upper, *lower) if not is_value(text)]
    # The name of a group beside the label of its first row is no label of another row, nor is a unit.
    words = [text for text in words if len(words) == 1 or not (_names_group(text) or squash(text) in COUNTS)]
    labels = {fold(NUMBER_BEHIND.sub("", text)): score_of(text) for text in words}
    return not upper or not lower or not labels or (len(labels) == 1 and max(labels.values()) >= SURE)


def make_whole(pairs: list[Pair]) -> bool:
    """Whether two halves make a row with a label and one number in each column.

    Then none of them is in doubt for what it lacks.
    """
    first = next((n for n, pair in enumerate(pairs) if any(is_value(cell.text) for cell in pair)), len(pairs))
    labels, numbers = pairs[:first], pairs[first:]
    one_each = all(bool(a.text) != bool(b.text) and is_value(a.text or b.text) for a, b in numbers)
    return one_each and any(a.text or b.text for a, b in labels)


def without_lack(cell: Cell) -> Cell:
    """A cell of a half without the doubt for what the half lacks."""
    return cell._replace(confidence=1.0, note="") if cell.note in (NO_LABEL, NO_TOTAL, OPEN_END) else cell


def _names_group(text: str) -> bool:
    """Whether a text is the name of a group of rows, and of no row."""
    kinds = {hit.kind for hit in label_hit(text) if hit.score >= SURE}
    return kinds == {"group"}


def one_label(a: Cell, b: Cell) -> bool:
    """Whether two texts are one label of the form, and the second is none by itself.

    The first is none either, or only its number, or a short form of a label that goes on to the letter.
    """
    if not a.text or not b.text or is_value(b.text):
        return False
    whole, first, second = score_of(glue(a.text, b.text)), score_of(a.text), score_of(b.text)
    if whole < SURE:
        return False
    return is_number_of_label(a.text) or max(first, second) < min(whole, 1.0) or (whole == 1 and second < SURE)


def score_of(text: str) -> float:
    """How like a label of the form a text is, 0 to 1."""
    return max((h.score for h in label_hit(text)), default=0.0)


def looks_cut(pairs: list[Pair]) -> bool:
    """A lower row without a label of its own under a row of numbers: words of no label, or none beside some numbers.

    An upper row that has nothing but a label may have its numbers below.
    """
    words = [b for _, b in pairs if b.text and not is_value(b.text)]
    numbers = [b for _, b in pairs if is_value(b.text)]
    above = any(is_value(a.text) for a, _ in pairs)
    if not words:
        return above and bool(numbers) and any(a.text and not b.text for a, b in pairs)
    if not above and (not numbers or all(a.text for a, _ in pairs)):
        return False
    return not any(score_of(b.text) == 1 or enumerator(b.text) for b in words)


def in_doubt(cell: Cell) -> Cell:
    """A cell that may be half of one."""
    return cell._replace(confidence=min(cell.confidence, _DOUBTFUL), note=_MAYBE_CUT)


def glue(text: str, more: str) -> str:
    """Two texts as the lines of one."""
    return f"{text}\n{more}" if text and more else text or more


def is_number_of_label(text: str) -> bool:
    """Whether a text is the number of a label without the label, or the bracket before it."""
    number = enumerator(text)
    if squash(text) in _BRACKETS:
        return True
    return bool(number) and number == "".join(sign for sign in squash(text) if sign.isalnum())
