"""Writes sparsegpt.json: SparseGPT without its factorisation, each inverse taken anew.

For column j the Hessian of the columns that are not yet done is H[j:, j:]; its inverse is computed
from scratch. A number w is worth w^2 / inverse[0, 0], and pruning it moves the columns behind it by
-w / inverse[0, 0] * inverse[0, 1:]. In a block all rows compete, with the numbers that the blocks
before have left.
"""
import json
import sys

import numpy as np

BLOCK = 128


def case(rows, columns, tokens, sparsity, pattern=None):
    o, j = np.arange(1, rows + 1)[:, None], np.arange(1, columns + 1)[None]
    t = np.arange(1, tokens + 1)[:, None]
    w = np.sin(0.7 * o + 0.13 * j * (o + 1)) + 0.2 * np.cos(1.7 * j + o * o)
    x = np.cos(0.37 * t * j + 0.2 * j * j) + 0.5 * np.sin(0.11 * t + 0.3 * j)
    h = x.T @ x
    h += 0.01 * np.mean(np.diag(h)) * np.eye(columns)
    inverses = [np.linalg.inv(h[c:, c:]) for c in range(columns)]
    w, kept = w.copy(), np.ones_like(w, dtype=bool)
    for first in range(0, columns, BLOCK):
        last = min(first + BLOCK, columns)
        worth = np.array([inverses[c][0, 0] for c in range(columns)])
        if pattern is None:
            scores = w[:, first:last] ** 2 / worth[first:last]
            lowest = np.argsort(scores.ravel(), kind="stable")[: int(scores.size * sparsity)]
            mask = np.ones(scores.size, dtype=bool)
            mask[lowest] = False
            kept[:, first:last] = mask.reshape(scores.shape)
        for c in range(first, last):
            if pattern is not None and c % pattern[1] == 0:
                part = slice(c, c + pattern[1])
                order = np.argsort(w[:, part] ** 2 / worth[part], axis=1, kind="stable")
                for row in range(rows):
                    kept[row, c + order[row, : pattern[1] - pattern[0]]] = False
            lost = np.where(kept[:, c], 0, w[:, c])
            w[:, c:] -= np.outer(lost / inverses[c][0, 0], inverses[c][0])
            w[~kept[:, c], c] = 0
    return {
        "rows": rows,
        "columns": columns,
        "tokens": tokens,
        "sparsity": sparsity,
        "pattern": None if pattern is None else "%d:%d" % pattern,
        "kept": int(kept.sum()),
        "sum_of_pruned_flat_indices": int(np.flatnonzero(~kept.ravel()).sum()),
        "last_row": w[-1].tolist(),
        "squares": float((w * w).sum()),
    }


if __name__ == "__main__":
    cases = [case(6, 24, 60, 0.5), case(3, 160, 400, 0.6), case(5, 32, 80, 0.5, (2, 4))]
    json.dump(cases, sys.stdout, indent=1)
