"""The posterior `laplace` of a trained adapter, beside laplace-torch with the Kronecker factors of curvlinops.

All prompts have as many tokens, because the other side knows no padding, and all choices are the same few single tokens. What
is compared is computed in float64: the evidence of two prior precisions, whether that of Flexora's is the largest, and
the predicted probabilities by probit, whose variances come from the whole Jacobian on both sides.
"""

import json
import math
import warnings

import torch
from peft import PeftModel

from compare_scores import can_ask
from launcher import QUESTIONS, Flexora, dataset, model_section, read_rows
from reference_model import load_model, load_tokenizer
from tables import Table, flat, largest

LENGTH = 12
CHOICES = [" the", " a", " to", " in"]
TRAINING = 24
TEST = 8
STEPS = 8


class ClassLogits(torch.nn.Module):
    """The logits of some tokens behind the last one of each row."""

    def __init__(self, model, tokens):
        super().__init__()
        self.model = model
        self.tokens = tokens

    def forward(self, ids):
        return self.model(input_ids=ids).logits[:, -1, self.tokens]


def questions(tokenizer, texts):
    """Windows of texts that are read as the same tokens again, and behind which every choice is a token by itself."""
    classes = [tokenizer.encode(choice)[-1] for choice in CHOICES]
    rows, prompts = [], []
    for text in texts:
        ids = tokenizer.encode(text)
        for first in range(0, len(ids) - LENGTH, LENGTH):
            context = ids[first : first + LENGTH]
            prompt = tokenizer.decode(context)
            askable = tokenizer.encode(prompt) == context and prompt == prompt.rstrip()
            if askable and all(can_ask(tokenizer, prompt, context, token) for token in classes):
                rows.append({"prompt": prompt, "choices": CHOICES, "label": len(rows) % len(CHOICES)})
                prompts.append(context)
    if len(rows) < TRAINING + TEST:
        raise SystemExit(f"the texts give {len(rows)} prompts of {LENGTH} tokens; {TRAINING + TEST} are needed")
    return rows[: TRAINING + TEST], torch.tensor(prompts[: TRAINING + TEST]), classes


def trained(flexora, arguments, layers, rows):
    experiment = flexora.experiment(
        "laplace",
        model_section(arguments, compute_dtype="float64"),
        dataset=dataset(flexora.work, "laplace", rows[TRAINING:], rows[:TRAINING]) | {"validation": "0"},
        task=QUESTIONS,
        objective="choices",
        selector={"use": "layers", "layers": layers},
        adapter={"use": "lora", "lora_rank": 8, "lora_alpha": 16, "target_modules": ["q_proj", "v_proj"]},
        trainer={"use": "gradient", "learning_rate": 1e-3, "max_steps": STEPS, "batch_size": 8, "keep_best": False},
        posteriors={"laplace": {"use": "laplace", "predictive": "probit"}},
        evaluator={"use": "multiple_choice"},
    )
    return flexora.run(experiment)


def posterior(model, prompts, labels):
    """What laplace-torch makes of it, with the exact Gauss-Newton matrix."""
    from laplace import Laplace
    from laplace.curvature import CurvlinopsGGN
    from torch.utils.data import DataLoader, TensorDataset

    found = Laplace(
        model, "classification", subset_of_weights="all", hessian_structure="kron", backend=CurvlinopsGGN, prior_precision=1.0
    )
    found.fit(DataLoader(TensorDataset(prompts, labels), batch_size=len(prompts)))
    return found


def run(arguments):
    warnings.simplefilter("ignore", FutureWarning)
    torch.set_default_dtype(torch.float64)
    flexora = Flexora(arguments.flexora, arguments.work, arguments.threads)
    base = load_model(arguments.model, torch.float64, arguments.work)
    tokenizer = load_tokenizer(arguments.model, arguments.tokenizer)
    rows, prompts, classes = questions(tokenizer, [row["text"] for row in arguments.texts])
    last = base.config.num_hidden_layers - 1
    done = trained(flexora, arguments, sorted({0, last // 2, last}), rows)
    folder = flexora.export(done, "peft")
    adapted = PeftModel.from_pretrained(base, folder, is_trainable=True, autocast_adapter_dtype=False)
    model = ClassLogits(adapted.to(torch.float64).eval(), classes)
    theirs = posterior(model, prompts[:TRAINING], torch.tensor([row["label"] for row in rows[:TRAINING]]))

    cell = done / "cells" / "main+laplace"
    ours = figures(cell)
    precision = ours["prior_precision"]
    table = Table()
    evidences = [float(theirs.log_marginal_likelihood(torch.tensor([p]))) for p in (1.0, precision)]
    found = [ours["log_evidence_initial"], ours["log_evidence"]]
    table.add("log evidence, relative", 2, largest(found, evidences, True), arguments.tolerance)
    around = [float(theirs.log_marginal_likelihood(torch.tensor([precision * f]))) for f in (0.99, 1.01)]
    table.require("no prior precision beside Flexora's has more evidence", max(around) < evidences[1], f"{precision:.6g}")
    theirs.prior_precision = precision
    expected = theirs(prompts[TRAINING:], pred_type="glm", link_approx="probit").tolist()
    scores = [row["scores"] for row in read_rows(cell / "predictions.jsonl")]
    table.add("probabilities", len(flat(expected)), largest(flat(map(softmax, scores)), flat(expected)), arguments.tolerance)
    plain = [row["scores"] for row in read_rows(done / "cells" / "main" / "predictions.jsonl")]
    moved = largest(flat(map(softmax, scores)), flat(map(softmax, plain)))
    table.add("how far these are from the model's own", len(flat(expected)), moved)
    return table.finish()


def figures(cell):
    """The figures of a posterior, by name."""
    found = json.loads((cell / "outcome.json").read_text())
    return found.get("content", found)["figures"]


def softmax(scores):
    most = max(scores)
    powers = [math.exp(score - most) for score in scores]
    return [power / sum(powers) for power in powers]
