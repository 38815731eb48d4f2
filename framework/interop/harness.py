"""Tasks of lm-evaluation-harness, as they are, on rows of a local file."""

import time
from pathlib import Path

import lm_eval.tasks
from lm_eval.api.task import ConfigurableTask
from lm_eval.evaluator import simple_evaluate
from lm_eval.models.huggingface import HFLM
from lm_eval.tasks._yaml_loader import load_yaml

from launcher import write_rows

TASKS = {
    "hellaswag": "hellaswag/hellaswag.yaml",
    "piqa": "piqa/piqa.yaml",
    "winogrande": "winogrande/default.yaml",
    "race": "race/race.yaml",
    "commonsense_qa": "commonsense_qa/default.yaml",
    "boolq": "super_glue/boolq/default.yaml",
    "arc_easy": "arc/arc_easy.yaml",
    "arc_challenge": "arc/arc_challenge.yaml",
    "openbookqa": "openbookqa/openbookqa.yaml",
    "social_iqa": "siqa/siqa.yaml",
    "sciq": "sciq/sciq.yaml",
    "sst2": "glue/sst2/default.yaml",
}
METRICS = {m: {"metric": m, "aggregation": "mean", "higher_is_better": True} for m in ("acc", "acc_norm")}


def task(name, rows, shots, folder):
    """A task of the harness on these rows, with the first of the rows of shots in front of each question.

    Its name is that of a task, or the path of a task file.
    """
    if name in TASKS:
        config = load_yaml(Path(lm_eval.tasks.__file__).parent / TASKS[name])
    else:
        config = load_yaml(Path(name))
        name = config["task"]
    files = {"validation": str(write_rows(folder / f"{name}-validation.jsonl", [hub_form(name, r) for r in rows]))}
    config |= {"training_split": None, "validation_split": "validation", "test_split": None, "fewshot_split": None}
    if shots:
        files["train"] = str(write_rows(folder / f"{name}-train.jsonl", [hub_form(name, r) for r in shots]))
        config |= {"training_split": "train", "fewshot_split": "train", "num_fewshot": len(shots)}
        config |= {"fewshot_config": {"sampler": "first_n"}}
    config |= {"dataset_path": "json", "dataset_name": None, "dataset_kwargs": {"data_files": files}}
    own = {entry["metric"]: entry for entry in config.get("metric_list", [])}
    config |= {"metric_list": list((own | METRICS).values())}
    if name == "sciq" and not any(row.get("support") for row in rows):
        config |= {"doc_to_text": "Question: {{question}}\nAnswer:"}
    return ConfigurableTask(config=config)


def hub_form(name, row):
    """A row as the harness's task wants it, where the form that people have differs from that."""
    if name == "race" and "problems" not in row:
        problem = {key: row[key] for key in ("question", "answer", "options")}
        return {"article": row["article"], "problems": repr([problem])}
    if name == "boolq" and "label" not in row:
        return row | {"label": int(row["answer"])}
    if name == "sciq":
        return row | {"support": row.get("support") or ""}
    return row


class TimedHFLM(HFLM):
    """The harness's model, which notes the time that it took to score, tokenisation not counted."""

    seconds = 0.0
    clock = time.perf_counter

    def _loglikelihood_tokens(self, *arguments, **options):
        begun = self.clock()
        answer = super()._loglikelihood_tokens(*arguments, **options)
        self.seconds += self.clock() - begun
        return answer


def language_model(model, tokenizer, batch_size, clock=time.perf_counter):
    if tokenizer.eos_token is None:
        # transformers takes no special tokens from a GGUF file or a tokenizer.json; the harness needs one to pad with.
        ends = model.config.eos_token_id
        tokenizer.eos_token = tokenizer.convert_ids_to_tokens(ends[0] if isinstance(ends, list) else ends)
    timed = TimedHFLM(pretrained=model, tokenizer=tokenizer, batch_size=batch_size, device="cpu")
    timed.clock = clock
    return timed


def evaluate(model, harness_task, shots=0):
    """Runs the harness; its samples in the order of the rows, and its summary."""
    done = simple_evaluate(model=model, tasks=[harness_task], num_fewshot=shots, bootstrap_iters=0)
    (name,) = done["samples"]
    samples = sorted(done["samples"][name], key=lambda sample: sample["doc_id"])
    return samples, done["results"][name]


def log_likelihoods(sample):
    return [value for value, _ in sample["filtered_resps"]]
