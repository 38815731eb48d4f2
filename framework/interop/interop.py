#!/usr/bin/env python3
"""Repeats every comparison of Flexora with transformers, PEFT and lm-evaluation-harness; see README.md."""

import argparse
import importlib
import os
import sys
from pathlib import Path

from adapter_methods import METHODS

HERE = Path(__file__).resolve().parent
COMMANDS = {
    "scores": "compare_scores",
    "tasks": "compare_tasks",
    "adapter": "compare_adapters",
    "llama": "compare_llama",
    "sparse": "compare_sparse",
    "training": "compare_training",
    "laplace": "compare_laplace",
    "speed": "measure_speed",
    "trackers": "compare_trackers",
    "serving": "compare_serving",
    "model": "make_small_model",
}
# Known before anything heavy is loaded, so that a wrong name is told at once; equal to harness.TASKS.
TASKS = (
    "hellaswag piqa winogrande race commonsense_qa boolq arc_easy arc_challenge openbookqa social_iqa sciq sst2"
).split()

PRUNING = ["magnitude", "wanda", "sparsegpt"]


def common(parser, tolerance):
    parser.add_argument("--model", type=existing, required=True, help="a folder in Hugging Face form, or a GGUF file")
    parser.add_argument("--tokenizer", type=existing, help="a tokenizer.json, where the model's own is not meant")
    parser.add_argument(
        "--flexora",
        type=existing,
        default=HERE.parent.parent / "distribution/bin/flexora",
        help="the launcher; default: that of the checkout",
    )
    parser.add_argument("--work", type=Path, default=HERE / ".work", help="the folder for what is computed")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="threads of both sides; default: all")
    if tolerance:
        parser.add_argument("--tolerance", type=float, default=tolerance, help=f"default: {tolerance}")


def existing(path):
    if not Path(path).exists():
        raise argparse.ArgumentTypeError(f"there is no {path}")
    return Path(path)


def task_file(text):
    name, equals, file = text.partition("=")
    if not equals or not (name in TASKS or name.endswith(".yaml") and existing(name)):
        raise argparse.ArgumentTypeError(
            f"'{text}' is not TASK=FILE with a task file of the harness, or one of the tasks {', '.join(TASKS)}"
        )
    return name, existing(file)


def texts(parser):
    parser.add_argument(
        "--texts", type=existing, default=HERE / "texts.jsonl", help="JSON Lines with a field text; default: texts.jsonl"
    )


def parse(words):
    parser = argparse.ArgumentParser(prog="run", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    scores = commands.add_parser("scores", help="log-probabilities and log-likelihoods, beside transformers")
    common(scores, 1e-3)
    texts(scores)

    tasks = commands.add_parser("tasks", help="log-likelihoods, acc and acc_norm, beside lm-evaluation-harness")
    common(tasks, 1e-3)
    tasks.add_argument("data", nargs="+", type=task_file, metavar="TASK=FILE", help="rows as JSON Lines; TASK is a name, or a task file of the harness")
    tasks.add_argument("--rows", type=int, default=100, help="the first rows of each file; default: 100")
    tasks.add_argument("--fewshot", type=int, default=0, help="so many first rows of train.jsonl beside FILE as shots")
    tasks.add_argument("--batch-size", type=int, default=8, help="of the harness; default: 8")

    adapter = commands.add_parser("adapter", help="adapters and merged models, to and from PEFT")
    common(adapter, 1e-4)
    texts(adapter)
    adapter.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS), metavar="METHOD", help=f"of {', '.join(METHODS)}; default: all")
    adapter.add_argument("--layers", type=int, nargs="+", help="layers to adapt; default: first, middle and last")
    adapter.add_argument("--merged", nargs="*", default=["safetensors", "gguf-f16", "gguf-q8_0"], help="default: all three")

    llama = commands.add_parser("llama", help="exported GGUF files in llama.cpp")
    common(llama, None)
    texts(llama)
    llama.add_argument("--layers", type=int, nargs="+", help="layers to adapt; default: first, middle and last")

    sparse = commands.add_parser("sparse", help="pruned models, in transformers")
    common(sparse, 1e-4)
    texts(sparse)
    sparse.add_argument("--pruning", nargs="+", choices=PRUNING, default=PRUNING, metavar="METHOD", help=f"of {', '.join(PRUNING)}; default: all")
    sparse.set_defaults(layers=None)  # All are pruned, and trained.

    training = commands.add_parser("training", help="the losses of a training, beside PEFT")
    common(training, 1e-4)
    texts(training)
    training.add_argument("--steps", type=int, default=20, help="default: 20")
    training.add_argument("--accumulation", type=int, default=1, help="batches to a step; default: 1")

    laplace = commands.add_parser("laplace", help="evidence and probabilities of a posterior, beside laplace-torch")
    common(laplace, 1e-5)
    texts(laplace)

    speed = commands.add_parser("speed", help="tokens and choices a second, beside PEFT and lm-evaluation-harness")
    common(speed, None)
    speed.add_argument("--piqa", type=existing, help="training rows of PIQA as JSON Lines")
    speed.add_argument("--hellaswag", type=existing, help="validation rows of HellaSwag as JSON Lines")
    speed.add_argument("--rounds", type=int, default=3, help="alternating rounds, of which the median counts; default: 3")
    speed.add_argument("--steps", type=int, default=8, help="timed training steps of a round; default: 8")
    speed.add_argument("--rows", type=int, default=100, help="rows of HellaSwag; default: 100")
    speed.add_argument("--batch-size", type=int, default=16, help="of the harness; default: 16")
    speed.add_argument("--types", nargs="+", default=["float32", "bf16"], choices=["float32", "bf16"])
    speed.add_argument("--processor", action="store_true", help="count the seconds of the processor, on a machine that others use, too")
    speed.add_argument("--require", action="store_true", help="exit with 1 where a ratio is below its aim")

    trackers = commands.add_parser("trackers", help="what trackers wrote, read by TensorBoard and MLflow themselves")
    trackers.add_argument("--experiment", type=existing, default=HERE.parent.parent / "config/quickstart.yaml", help="default: the quickstart")
    trackers.add_argument("--set", action="append", default=[], metavar="OPTION=VALUE", help="an option of the experiment, as for flexora run")
    trackers.add_argument("--kill-at", type=int, default=3, help="the training step of main at which the run is killed; default: 3")
    trackers.add_argument("--no-server", action="store_true", help="start no MLflow server")
    trackers.add_argument("--flexora", type=existing, default=HERE.parent.parent / "distribution/bin/flexora", help="the launcher; default: that of the checkout")
    trackers.add_argument("--work", type=Path, default=HERE / ".work", help="the folder for what is computed")
    trackers.add_argument("--threads", type=int, default=os.cpu_count(), help="threads of Flexora; default: all")

    serving = commands.add_parser("serving", help="flexora serve, asked by openai's client and LangChain4j")
    serving.add_argument("--vectors", type=existing, required=True, help="a run with the task embedding")
    serving.add_argument("--chat", type=existing, required=True, help="a run of a decoder with a chat template")
    serving.add_argument("--maven", default="mvn", help="the command that fetches LangChain4j; default: mvn")
    serving.add_argument("--flexora", type=existing, default=HERE.parent.parent / "distribution/bin/flexora", help="the launcher; default: that of the checkout")
    serving.add_argument("--work", type=Path, default=HERE / ".work", help="the folder for what is computed")
    serving.add_argument("--threads", type=int, default=os.cpu_count(), help="threads of Flexora; default: all")

    model = commands.add_parser("model", help="makes a small random model with a tokenizer, to try all of this with")
    model.add_argument("folder", type=Path)
    texts(model)
    return parser.parse_args(words)


def main():
    arguments = parse(sys.argv[1:])
    if getattr(arguments, "texts", None):
        from launcher import read_rows

        arguments.texts = read_rows(arguments.texts)
    if getattr(arguments, "threads", None) and arguments.command not in ("trackers", "serving"):
        import torch

        torch.set_num_threads(arguments.threads)
    return importlib.import_module(COMMANDS[arguments.command]).run(arguments)


if __name__ == "__main__":
    sys.exit(main())
