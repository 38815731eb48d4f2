"""Flexora as its users have it: the command, its experiment files and what it writes."""

import json
import os
import resource
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Scored:
    """What `flexora evaluate` wrote: result.json, and each example's log-likelihoods in the order of the rows."""

    result: dict
    scores: list
    labels: list

    def metric(self, name):
        return self.result["metrics"][name]["value"]


class Flexora:
    """Calls the launcher; its files go to a work folder, where they stay for whoever wants to look."""

    def __init__(self, launcher, work, threads=None, timeout=3600):
        self.launcher = Path(launcher).resolve()
        if not os.access(self.launcher, os.X_OK):
            sys.exit(f"{launcher} is not the flexora launcher: no file that can be run")
        self.work = Path(work).resolve()
        self.work.mkdir(parents=True, exist_ok=True)
        self.timeout = timeout
        self.environment = dict(os.environ)
        if threads:
            self.environment |= {"OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)}

    def experiment(self, name, model, **sections):
        """Writes an experiment file; YAML takes JSON as it is."""
        path = self.work / f"{name}.yaml"
        content = {"name": name, "device": "cpu", "model": model, "reports": [], "output_dir": str(self.work / "runs")}
        path.write_text(json.dumps(content | sections, indent=2, ensure_ascii=False) + "\n")
        return path

    def call(self, *arguments):
        """Runs a command with --json; the objects that it printed."""
        command = [str(self.launcher), *map(str, arguments), "--json"]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=self.timeout, check=False
        )
        lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        if done.returncode != 0:
            sys.exit(f"{' '.join(command)}\nended with {done.returncode}: {done.stderr[-2000:].strip()}")
        return lines

    def evaluate(self, source, *options):
        """Scores the test rows of an experiment or of a run."""
        output = self.work / "scores" / Path(source).stem
        shutil.rmtree(output, ignore_errors=True)
        self.call("evaluate", source, "--output", output, *options)
        predictions = [json.loads(line) for line in (output / "predictions.jsonl").read_text().splitlines()]
        return Scored(
            json.loads((output / "result.json").read_text()),
            [p["scores"] for p in predictions],
            [p["label"] for p in predictions],
        )

    def run(self, experiment, *options):
        """Trains; the run's folder."""
        return Path(next(x for x in self.call("run", experiment, *options) if x["type"] == "result")["folder"])

    def run_timed(self, experiment, *options):
        """Trains; the run's folder, and the seconds that the processor worked for it."""
        begun = processor_of_children()
        run = self.run(experiment, *options)
        return run, processor_of_children() - begun

    def export(self, run, form):
        """Saves what a run has trained; the folder."""
        target = self.work / "exports" / f"{run.name}-{form}"
        shutil.rmtree(target, ignore_errors=True)
        self.call("export", run, "--to", form, "--output", target)
        return target


def processor_of_children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def peak_of_training(run):
    """The most memory that the process of a run had up to the end of its training, in MiB."""
    events = read_rows(run / "events.jsonl")
    ends = [e["values"] for e in events if e["kind"] == "phase_ended" and e["values"]["phase"] == "train"]
    return max(e["peak_memory_bytes"] for e in ends) / 2**20


def training_steps(run):
    """The events of a run's training, one for each step."""
    events = read_rows(run / "events.jsonl")
    return [event for event in events if event["kind"] == "step" and event["phase"] == "train"]


def model_section(arguments, source=None, tokenizer=None, **options):
    """The model of an experiment: a folder or a GGUF file."""
    section = {"use": "decoder", "source": location(source or arguments.model), "compute_dtype": "float32"}
    named = tokenizer if source else arguments.tokenizer
    if named:
        section["tokenizer"] = location(named)
    return section | {"max_tokens": 2048} | options


def dataset(work, name, rows, training=()):
    """A dataset of rows to score, and of rows to train on, without which there is none."""
    test = write_rows(work / f"{name}-test.jsonl", rows)
    train = write_rows(work / f"{name}-train.jsonl", training or rows[:1])
    return {"use": "files", "train": location(train), "test": location(test), "duplicates": "keep"}


def location(path):
    return f"file:{Path(path).resolve()}"


def write_rows(path, rows):
    """Writes JSON Lines; the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
    return path


def read_rows(path, limit=None):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line, _ in zip(lines, range(limit or sys.maxsize)) if line.strip()]


QUESTIONS = {
    "use": "multiple_choice",
    "doc_to_text": "{{prompt}}",
    "doc_to_choice": ["{{choices}}"],
    "doc_to_target": "label",
    "target_delimiter": "",
}
"""The task of rows with prompt, choices and label, whose texts are joined as they are."""
