"""The losses of a training and its last adapter, beside PEFT with torch's AdamW from the same start.

Flexora draws where a training starts, and in which order it sees the rows. The start is what it exports after one
step of a learning rate that changes nothing. With as many rows to a step as there are, the order does not matter.
"""

import torch
from peft import PeftModel

from compare_scores import questions
from launcher import QUESTIONS, Flexora, dataset, model_section, training_steps
from reference_model import load_model, load_tokenizer, split
from tables import Table, largest

ROWS = 8
RATE = 1e-3
DECAY = 0.01
NOTHING = 1e-30
IGNORED = -100


def trained(flexora, arguments, name, rows, rate, steps):
    experiment = flexora.experiment(
        name,
        model_section(arguments),
        dataset=dataset(flexora.work, name, rows, rows) | {"validation": "0"},
        task=QUESTIONS,
        selector="all",
        adapter={"use": "lora", "lora_rank": 8, "lora_alpha": 16, "target_modules": ["q_proj", "v_proj"]},
        trainer={
            "use": "gradient",
            "learning_rate": rate,
            "optimizer": {"use": "adamw", "weight_decay": DECAY},
            "max_steps": steps,
            "per_device_train_batch_size": len(rows) // arguments.accumulation,
            "gradient_accumulation_steps": arguments.accumulation,
            "lr_scheduler_type": "constant",
            "max_grad_norm": 0,
            "keep_best": False,
        },
        evaluator={"use": "multiple_choice"},
    )
    return flexora.run(experiment)


def losses(run):
    return [step["values"]["training_loss"] for step in training_steps(run)]


def batch(tokenizer, rows):
    """Rows padded on the right, with labels on the tokens of the right answer alone."""
    pairs = [split(tokenizer, row["prompt"], row["choices"][row["label"]]) for row in rows]
    length = max(len(context) + len(answer) for context, answer in pairs)
    ids = torch.zeros(len(rows), length, dtype=torch.long)
    labels = torch.full_like(ids, IGNORED)
    mask = torch.zeros_like(ids)
    for i, (context, answer) in enumerate(pairs):
        end = len(context) + len(answer)
        ids[i, :end] = torch.tensor(context + answer)
        labels[i, len(context) : end] = torch.tensor(answer)
        mask[i, :end] = 1
    return {"input_ids": ids, "attention_mask": mask, "labels": labels}


def train_with_peft(model, inputs, steps):
    """The loss before each step: the mean over all labelled tokens, as transformers computes it."""
    parameters = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(parameters, lr=RATE, betas=(0.9, 0.999), eps=1e-8, weight_decay=DECAY)
    seen = []
    for _ in range(steps):
        optimiser.zero_grad()
        loss = model(**inputs).loss
        loss.backward()
        seen.append(loss.item())
        optimiser.step()
    return seen


def adapter_values(model):
    return {name: p.detach().flatten() for name, p in model.named_parameters() if "lora_" in name}


def run(arguments):
    flexora = Flexora(arguments.flexora, arguments.work, arguments.threads)
    tokenizer = load_tokenizer(arguments.model, arguments.tokenizer)
    rows = questions([row["text"] for row in arguments.texts])[:ROWS]

    start = flexora.export(trained(flexora, arguments, "start", rows, NOTHING, 1), "peft")
    model = PeftModel.from_pretrained(load_model(arguments.model, cache=arguments.work), start, is_trainable=True)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_B" in name:
                parameter.zero_()
    theirs = train_with_peft(model.train(), batch(tokenizer, rows), arguments.steps)

    ended = trained(flexora, arguments, "training", rows, RATE, arguments.steps)
    ours = losses(ended)
    last = PeftModel.from_pretrained(load_model(arguments.model, cache=arguments.work), flexora.export(ended, "peft"))

    table = Table()
    table.add(f"losses of {arguments.steps} steps", len(theirs), largest(ours, theirs), arguments.tolerance)
    table.require("the loss fell", theirs[-1] < theirs[0], f"{theirs[0]:.4f} to {theirs[-1]:.4f}")
    moved, apart = distance(adapter_values(last), adapter_values(model))
    table.add("B at the end, relative to its norm", moved, apart, 1e-3)
    return table.finish()


def distance(ours, theirs):
    """How far two adapters' B are apart, as a part of the norm of theirs; A hardly leaves its start."""
    names = [name for name in theirs if "lora_B" in name]
    a, b = (torch.cat([values[name] for name in names]).double() for values in (ours, theirs))
    return len(b), float((a - b).norm() / b.norm())
