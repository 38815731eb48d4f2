"""Log-likelihoods and metrics of tasks, acc and acc_norm example by example, beside lm-evaluation-harness."""

from pathlib import Path

from harness import TASKS, evaluate, language_model, log_likelihoods, task
from launcher import Flexora, dataset, model_section, read_rows
from reference_model import load_model, load_tokenizer
from tables import Table, flat, largest


def flexora_scores(flexora, arguments, name, rows, shots, file=None, **model):
    section = {"use": "multiple_choice", "file": str(Path(file).resolve()), "fewshot": 0} if file else {"use": name}
    if shots:
        section |= {"fewshot": len(shots), "fewshot_sampler": "first"}
    experiment = flexora.experiment(
        f"task-{name}",
        model_section(arguments, **model),
        dataset=dataset(flexora.work, f"task-{name}", rows, shots),
        task=section,
        evaluator={"use": "multiple_choice"},
    )
    return flexora.evaluate(experiment)


def verdicts(harness_task, sample, scores):
    """What the harness itself makes of Flexora's log-likelihoods."""
    judged = harness_task.process_results(sample["doc"], [(score, False) for score in scores])
    return judged["acc"], judged["acc_norm"]


def compare(table, arguments, flexora, model, name, file):
    rows = read_rows(file, arguments.rows)
    shots = read_rows(Path(file).with_name("train.jsonl"), arguments.fewshot) if arguments.fewshot else []
    harness_task = task(name, rows, shots, flexora.work / "harness")
    samples, summary = evaluate(model, harness_task, len(shots))
    task_file = None
    if name not in TASKS:
        task_file, name = name, harness_task.config.task
    ours = flexora_scores(flexora, arguments, name, rows, shots, task_file)
    theirs = [log_likelihoods(sample) for sample in samples]
    difference = largest(flat(ours.scores), flat(theirs)) if len(ours.scores) == len(theirs) else float("inf")
    table.add(f"{name}: log-likelihoods", len(flat(theirs)), difference, arguments.tolerance)
    unequal = sum(
        verdicts(harness_task, sample, scores) != (sample["acc"], sample["acc_norm"])
        for sample, scores in zip(samples, ours.scores)
    )
    table.add(f"{name}: examples whose acc or acc_norm differs", len(samples), float(unequal), 0.0)
    for metric in (entry["metric"] for entry in harness_task.config.metric_list):
        value = summary[f"{metric},none"]
        table.require(f"{name}: {metric}", abs(ours.metric(metric) - value) < 1e-9, f"{ours.metric(metric):.4f} {value:.4f}")


def run(arguments):
    flexora = Flexora(arguments.flexora, arguments.work, arguments.threads)
    tokenizer = load_tokenizer(arguments.model, arguments.tokenizer)
    model = language_model(load_model(arguments.model, cache=arguments.work), tokenizer, arguments.batch_size)
    table = Table()
    for name, file in arguments.data:
        compare(table, arguments, flexora, model, name, file)
    return table.finish()
