"""Pruned models from Flexora in transformers: zeros in the files, log-probabilities and log-likelihoods."""

import json
import re
import sys

import torch
from safetensors import safe_open
from transformers import AutoModelForCausalLM

from adapter_methods import ALL
from adapters_of_peft import Warnings
from compare_adapters import MATTERS, Comparison, is_float32
from launcher import QUESTIONS, dataset, model_section, read_rows
from reference_model import load_model, load_tokenizer
from tables import flat, largest

TRAINERS = {"losa": {"use": "losa"}, "2:4": {"use": "pruned", "sparsity_pattern": "2:4"}}
SPARSITY = 0.5
CALIBRATION = {"calibration_rows": 8, "calibration_tokens": 32}
TRAINING = {"learning_rate": 1e-2, "max_steps": 10, "batch_size": 4, "keep_best": False}
SAME = 1e-9


def trained(compare, name, trainer):
    """A run of a few large steps on all modules, whose test rows are the rows that are compared."""
    rows = compare.asked.next_rows + compare.asked.text_rows
    experiment = compare.flexora.experiment(
        name,
        model_section(compare.arguments),
        dataset=dataset(compare.flexora.work, name, rows, compare.asked.text_rows) | {"validation": "0"},
        task=QUESTIONS,
        selector="all",
        adapter={"use": "lora", "lora_rank": 16, "lora_alpha": 32, "target_modules": ALL},
        trainer=trainer | {"sparsity": SPARSITY} | CALIBRATION | TRAINING,
        evaluator={"use": "multiple_choice"},
    )
    return compare.flexora.run(experiment)


def loaded(compare, what, folder):
    """The exported model, after a check of what transformers says when it loads it."""
    with Warnings() as seen:
        model, keys = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, output_loading_info=True)
        tokenizer = load_tokenizer(folder)
    wrong = {kind: found for kind, found in keys.items() if found}
    for said in [*seen.said, *wrong.items()]:
        print(f"{what}: transformers says: {said}", file=sys.stderr)
    compare.table.require(f"{what}: keys missing, unexpected, mismatched", not wrong, ", ".join(wrong) or "none")
    compare.table.require(f"{what}: warnings of transformers", not seen.said, len(seen.said) or "none")
    same = all(tokenizer.encode(text) == compare.tokenizer.encode(text) for text in compare.asked.texts)
    compare.table.require(f"{what}: its tokenizer in transformers", same)
    return model.eval()


def matrices(model):
    """The matrices [outputs, inputs] of the modules that can be pruned, by the names of their tensors."""
    return {f"{name}.weight": m.weight.detach() for name, m in model.named_modules() if name.rpartition(".")[2] in ALL}


def zeros_in_files(folder):
    zeros = {}
    for file in folder.glob("*.safetensors"):
        with safe_open(file, "pt") as tensors:
            zeros |= {name: int((tensors.get_tensor(name) == 0).sum()) for name in tensors.keys()}
    return zeros


def last_pruning(run):
    """What the run tells of its last pruning."""
    return [event["values"] for event in read_rows(run / "events.jsonl") if event["kind"] == "pruned"][-1]


def zeros(compare, what, folder, pruned, run):
    """What Flexora tells of the zeros, and those that the files have."""
    told = json.loads((folder / "sparsity.json").read_text())
    compare.table.require(f"{what}: pruned matrices, all of all layers", told.keys() == pruned.keys(), len(told))
    seen = zeros_in_files(folder)
    agree = all(
        (of["rows"], of["columns"], of["pruned"]) == (*pruned[name].shape, seen[name])
        and abs(of["sparsity"] - seen[name] / pruned[name].numel()) < SAME
        for name, of in told.items()
    )
    count = sum(seen[name] for name in told)
    compare.table.require(f"{what}: zeros of each matrix as in sparsity.json", agree, f"{count:,}")
    share = count / sum(matrix.numel() for matrix in pruned.values())
    same = abs(last_pruning(run)["sparsity"] - share) < SAME
    compare.table.require(f"{what}: zeros of all matrices as in the run's events", same, f"{share:.2%}")


def two_of_four(compare, what, pruned):
    fours = [(matrix == 0).reshape(-1, 4).sum(1) for matrix in pruned.values() if matrix.shape[1] % 4 == 0]
    holds = len(fours) == len(pruned) and all(bool((zero == 2).all()) for zero in fours)
    compare.table.require(f"{what}: two zeros in every four along the inputs", holds, f"{sum(map(len, fours)):,}")


def shares(compare, what, pruned, run, unit):
    """Whether each row or matrix has the zeros that the share of its layer makes, rounded down."""
    wanted = last_pruning(run)["layer_sparsities"]
    mean = sum(wanted) / len(wanted)
    compare.table.require(f"{what}: sparsity of a layer, mean", abs(mean - SPARSITY) < SAME, f"{mean:.2%}")
    left = []
    for name, matrix in pruned.items():
        zero = (matrix == 0).double().mean(1 if unit == "row" else (0, 1))
        left += ((wanted[int(re.search(r"\.(\d+)\.", name)[1])] - zero) * matrix.shape[1]).flatten().tolist()
    holds = -SAME < min(left) and max(left) < 1
    compare.table.require(f"{what}: zeros of a {unit}, rounded down", holds, f"{min(left):.2f} to {max(left):.2f} less")


def rest(compare, what, model, base):
    """Whether training has changed what is kept of each pruned matrix, and nothing else is changed."""
    before, after, pruned = base.state_dict(), model.state_dict(), matrices(model)
    compare.table.require(f"{what}: tensors, none missing, none more", before.keys() == after.keys(), len(after))
    moved = [int(((matrix != 0) & (matrix != before[name])).sum()) for name, matrix in pruned.items()]
    compare.table.require(f"{what}: trained numbers, in each pruned matrix", min(moved) > 0, f"{sum(moved):,}")
    others = after.keys() - pruned.keys()
    count, apart = sum(after[n].numel() for n in others), max(float((after[n] - before[n]).abs().max()) for n in others)
    compare.table.add(f"{what}: other tensors and the base's", count, apart, 0)


def scores(compare, what, run, folder, model):
    theirs = compare.expected(model)
    effect = largest(theirs[0], compare.plain[0])
    compare.table.require(f"{what}: pruning and training matter", effect > MATTERS, f"{effect:.2f}")
    found, split = compare.flexora.evaluate(run).scores, len(compare.asked.next_rows)
    # Merging rounds to the type of the checkpoint; how far that is in half precision is shown.
    exact = compare.arguments.tolerance if is_float32(folder) else None
    compare.add(f"{what}: the run and transformers", (flat(found[:split]), flat(found[split:])), theirs, exact)
    compare.agree(f"{what}: the export and transformers", compare.ours("sparse-export", source=folder), theirs)


def run(arguments):
    compare = Comparison(arguments)
    base = load_model(arguments.model, cache=arguments.work)
    for name, trainer in TRAINERS.items():
        for method in arguments.pruning:
            what = f"{name}, {method}"
            with compare.attempt(what):
                ended = trained(compare, f"sparse-{trainer['use']}-{method}", trainer | {"pruning": method})
                folder = compare.flexora.export(ended, "safetensors")
                model = loaded(compare, what, folder)
                pruned = matrices(model)
                zeros(compare, what, folder, pruned, ended)
                if name == "2:4":
                    two_of_four(compare, what, pruned)
                else:
                    shares(compare, what, pruned, ended, "matrix" if method == "sparsegpt" else "row")
                rest(compare, what, model, base)
                scores(compare, what, ended, folder, model)
    return compare.table.finish()
