"""The table of largest differences that every comparison prints, and whether its tolerances hold."""

import math


class Table:
    """Lines of: what, how many numbers, the largest difference among them, what it may be."""

    def __init__(self):
        self.lines = []
        self.broken = 0

    def add(self, what, count, difference, tolerance=None):
        """A tolerance of None only shows the difference. NaN breaks every tolerance, as no numbers do."""
        holds = tolerance is None or (count > 0 and difference <= tolerance)
        self.broken += not holds
        verdict = "" if tolerance is None else "ok" if holds else "BROKEN"
        self.lines.append([what, f"{count:,}", shown(difference), shown(tolerance), verdict])

    def require(self, what, holds, seen=""):
        """A line for what is either so or not."""
        self.broken += not holds
        self.lines.append([what, "", str(seen), "", "ok" if holds else "BROKEN"])

    def finish(self):
        """Prints the table; the exit code is 1 if a tolerance was broken."""
        print_columns([["comparison", "numbers", "largest difference", "tolerance", ""], *self.lines])
        if self.broken:
            print(f"\n{self.broken} of {len(self.lines)} lines are broken")
        return 1 if self.broken else 0


def shown(number):
    if number is None:
        return ""
    return "0" if number == 0 else f"{number:.2e}"


def print_columns(rows):
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = [cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(row, widths))]
        print("  ".join(cells).rstrip(), flush=True)


def largest(ours, theirs, relative=False):
    """The largest difference of two equally long lists; infinite where one of them lacks a number.

    A relative one is |a - b| / max(1, |b|), so that it is absolute near zero.
    """
    if len(ours) != len(theirs):
        return math.inf
    worst = 0.0
    for a, b in zip(ours, theirs):
        difference = abs(a - b) / (max(1.0, abs(b)) if relative else 1.0)
        worst = difference if math.isnan(difference) else max(worst, difference)
        if math.isnan(worst):
            return worst
    return worst


def flat(lists):
    return [x for inner in lists for x in inner]
