#!/usr/bin/env python3
"""Makes the losses of a training with PEFT and torch's AdamW that the decoder's tests repeat.

Made with torch 2.15.0 (CPU), transformers 5.24.0, peft 0.21.2.

    make_training_curve.py bundles/model-decoder/src/test/resources/tiny/llama3

writes training.json beside the checkpoint: the tokens of every batch, in the order of the steps, what AdamW is told,
and the loss before each step, all in float64. LoRA on q_proj and v_proj begins as make_tiny_checkpoints.py has it, but
with B = 0. A batch has rows of unlike lengths, and labels on the tokens behind the prompt; its loss is the mean
over all its labels. theta_norms are those of A and B of each module at the end.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from make_tiny_checkpoints import SMALL, VOCABULARY, with_lora

STEPS = 20
ROWS = 3
BATCHES = 6
ADAMW = {"learning_rate": 0.01, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weight_decay": 0.05}


def batches():
    """Each row is the tokens of a prompt and of its answer."""
    chance = np.random.default_rng(11)

    def tokens(least, most):
        return chance.integers(4, VOCABULARY, chance.integers(least, most + 1)).tolist()

    return [[{"prompt": tokens(2, 9), "answer": tokens(1, 6)} for _ in range(ROWS)] for _ in range(BATCHES)]


def loss(model, rows):
    """The mean over all labels of the batch, each row computed by itself, so that nothing is padded."""
    terms = []
    for row in rows:
        ids = torch.tensor([row["prompt"] + row["answer"]])
        logits = model(input_ids=ids).logits[0, len(row["prompt"]) - 1 : -1]
        terms.append(torch.nn.functional.cross_entropy(logits, torch.tensor(row["answer"]), reduction="none"))
    return torch.cat(terms).mean()


def main():
    folder = Path(sys.argv[1])
    model, parameters = with_lora(folder, SMALL)
    with torch.no_grad():
        for b in parameters[1::2]:
            b.zero_()
    optimiser = torch.optim.AdamW(
        parameters,
        lr=ADAMW["learning_rate"],
        betas=(ADAMW["beta1"], ADAMW["beta2"]),
        eps=ADAMW["epsilon"],
        weight_decay=ADAMW["weight_decay"],
    )
    rows, losses = batches(), []
    for step in range(STEPS):
        optimiser.zero_grad()
        value = loss(model, rows[step % BATCHES])
        value.backward()
        losses.append(value.item())
        optimiser.step()
    numbers = {
        "modules": SMALL,
        "adamw": ADAMW,
        "batches": rows,
        "losses": losses,
        "theta_norms": [p.detach().norm().item() for p in parameters],
    }
    (folder / "training.json").write_text(json.dumps(numbers) + "\n")
    print(folder.name, losses[0], losses[-1])


if __name__ == "__main__":
    main()
