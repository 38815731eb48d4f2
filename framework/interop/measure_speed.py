"""Tokens of training and choices of scoring a second, and the peak of memory, beside PEFT and lm-evaluation-harness.

Both sides take turns on the same machine with the same number of threads; the median of the rounds counts. Of a
training, its first steps are not timed. Real tokens are counted, padding is not: whoever pads more is slower. On a
machine that others use, too, --processor counts the seconds that the processor worked for each side.
"""

import multiprocessing
import random
import resource
import statistics
import time
from datetime import datetime

import torch
from peft import LoraConfig, get_peft_model

from compare_training import IGNORED, batch
from launcher import QUESTIONS, Flexora, dataset, model_section, peak_of_training, processor_of_children, read_rows, training_steps
from reference_model import load_model, load_tokenizer, split
from tables import print_columns

BATCH = 8
LENGTH = 128
LABELLED = 32
WARM_UP = 3
DTYPES = {"float32": torch.float32, "bf16": torch.bfloat16}
TRAINING_AIMS = {
    ("random", "float32"): 1.5,
    ("random", "bf16"): 1.5,
    ("piqa", "float32"): 2.5,
    ("piqa", "bf16"): 2.2,
}
BESIDE_FLOAT32_AIM = 3.0
SCORING_AIMS = {"float32": 3.0, "bf16": 6.0}
MEMORY_AIM = 0.7
HEADS = {"plain": "all tokens", "labels": "labels alone"}


def random_rows(tokenizer, count):
    """Rows of exactly LENGTH tokens, LABELLED of them in the answer: words that are one token wherever they stand."""
    chance = random.Random(1)
    words = []
    while len(words) < 2000:
        text = tokenizer.decode([chance.randrange(len(tokenizer))])
        if text[:1] == " " and text[1:].isalpha() and text.isascii():
            words.append(text)
    rows = []
    while len(rows) < count:
        prompt = "".join(chance.choices(words, k=LENGTH - LABELLED))
        answer, other = ("".join(chance.choices(words, k=LABELLED)) for _ in range(2))
        context, labelled = split(tokenizer, prompt, answer)
        if (len(context), len(labelled)) == (LENGTH - LABELLED, LABELLED):
            rows.append({"prompt": prompt, "choices": [answer, other], "label": 0})
    return rows


def piqa_rows(file, count):
    return [
        {
            "prompt": f"Question: {row['goal']}\nAnswer:",
            "choices": [" " + row["sol1"], " " + row["sol2"]],
            "label": int(row["label"]),
        }
        for row in read_rows(file, count)
    ]


def real_tokens(tokenizer, rows):
    return sum(len(c) + len(a) for c, a in (split(tokenizer, r["prompt"], r["choices"][r["label"]]) for r in rows))


def adapter_model(arguments, kind):
    """All layers with LoRA on q and v, as PEFT sets them up in this type."""
    torch.manual_seed(1)
    model = load_model(arguments.model, DTYPES[kind], cache=arguments.work)
    config = LoraConfig(r=8, lora_alpha=16, target_modules=["q_proj", "v_proj"], task_type="CAUSAL_LM")
    return get_peft_model(model, config).train()


def plain_loss(model, inputs):
    """As PEFT's users have it: logits of all tokens."""
    return model(**inputs).loss


def label_loss(model, inputs):
    """The same loss with the logits of labelled tokens alone."""
    base = model.get_base_model()
    states = base.model(input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"]).last_hidden_state
    labels = inputs["labels"][:, 1:]
    counted = labels != IGNORED
    logits = base.lm_head(states[:, :-1][counted])
    return torch.nn.functional.cross_entropy(logits.float(), labels[counted])


LOSSES = {"plain": plain_loss, "labels": label_loss}


def peft_training(arguments, kind, head, rows, steps):
    """The seconds of steps with rows in any order, padded to the longest of the batch, and the peak of the process."""
    torch.set_num_threads(arguments.threads)
    model = adapter_model(arguments, kind)
    tokenizer = load_tokenizer(arguments.model, arguments.tokenizer)
    batches = [batch(tokenizer, rows[i : i + BATCH]) for i in range(0, len(rows), BATCH)]
    optimiser = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-4)
    clock = time.process_time if arguments.processor else time.perf_counter
    for step in range(WARM_UP + steps):
        if step == WARM_UP:
            begun = clock()
        optimiser.zero_grad()
        LOSSES[head](model, batches[step % len(batches)]).backward()
        optimiser.step()
    return clock() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def alone(function, *arguments):
    """Calls a function in a process of its own, so that its peak is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments)


def flexora_training(flexora, arguments, rows, kind, steps):
    """The seconds of whole epochs behind a first one that warms up, and the peak of the process."""
    warm_up = max(WARM_UP, len(rows) // BATCH)
    experiment = flexora.experiment(
        "speed",
        model_section(arguments, compute_dtype=kind, max_tokens=512),
        dataset=dataset(flexora.work, "speed", rows[:BATCH], rows) | {"validation": "0"},
        task=QUESTIONS,
        selector="all",
        adapter={"use": "lora", "lora_rank": 8, "lora_alpha": 16, "target_modules": ["q_proj", "v_proj"]},
        trainer={
            "use": "gradient",
            "learning_rate": 1e-4,
            "max_steps": warm_up + steps,
            "per_device_train_batch_size": BATCH,
            "keep_best": False,
        },
        evaluator={"use": "multiple_choice"},
    )
    if arguments.processor:
        run, whole = flexora.run_timed(experiment)
        _, begin = flexora.run_timed(experiment, "--set", f"trainer.max_steps={warm_up}")
        seconds = whole - begin
    else:
        run = flexora.run(experiment)
        times = [datetime.fromisoformat(step["time"].replace("Z", "+00:00")) for step in training_steps(run)]
        seconds = (times[-1] - times[warm_up - 1]).total_seconds()
    return seconds, peak_of_training(run)


def gemm_rate(dtype, size=2048, repeats=4):
    """Billions of operations a second of a square matrix product."""
    a, b = (torch.randn(size, size).to(dtype) for _ in range(2))
    torch.mm(a, b)
    seconds = []
    for _ in range(repeats):
        begun = time.perf_counter()
        torch.mm(a, b)
        seconds.append(time.perf_counter() - begun)
    return 2 * size**3 / statistics.median(seconds) / 1e9


class Rates:
    """Pairs of rates by what was measured, and the machine's own rates around them."""

    def __init__(self):
        self.pairs = {}
        self.gemm = {"float32": [], "bf16": []}

    def add(self, what, unit, ours, theirs, aim):
        self.pairs.setdefault((what, unit, aim), []).append((ours, theirs))
        print(f"{what}: {ours:.1f} and {theirs:.1f} {unit}", flush=True)

    def look_at_machine(self):
        for kind, rates in self.gemm.items():
            rates.append(gemm_rate(DTYPES[kind]))

    def finish(self, require):
        rows = [["measure", "unit", "Flexora", "theirs", "ratio", "spread", "aim", ""]]
        below = 0
        for (what, unit, aim), pairs in self.pairs.items():
            ours, theirs = (statistics.median(side) for side in zip(*pairs))
            each = [a / b for a, b in pairs]
            missed = ours / theirs > aim if unit == "MiB" else ours / theirs < aim
            below += missed
            verdict = "missed" if missed else ""
            spread = f"{min(each):.2f}..{max(each):.2f}"
            rows.append([what, unit, f"{ours:.1f}", f"{theirs:.1f}", f"{ours / theirs:.2f}", spread, f"{aim:.1f}", verdict])
        print()
        for kind, rates in self.gemm.items():
            print(f"matrix product 2048^3, {kind}: {statistics.median(rates):.1f} GFLOP/s ({min(rates):.1f}..{max(rates):.1f})")
        print_columns(rows)
        return 1 if require and below else 0


def training_round(rates, arguments, flexora, tokenizer, sets):
    for what, rows in sets.items():
        steps = arguments.steps if what == "random" else len(rows) // BATCH
        counted = real_tokens(tokenizer, rows) * steps * BATCH / len(rows)
        for kind in arguments.types:
            seconds, peak = flexora_training(flexora, arguments, rows, kind, steps)
            aim = TRAINING_AIMS[what, kind]
            for head in LOSSES:
                theirs, their_peak = alone(peft_training, arguments, kind, head, rows, steps)
                name = f"training, {what} rows, {kind}, logits of {HEADS[head]}"
                rates.add(name, "tokens/s", counted / seconds, counted / theirs, aim)
                rates.add(name, "MiB", peak, their_peak, MEMORY_AIM)
                if kind == "bf16" and "float32" in arguments.types:
                    plain = (name.replace("bf16", "float32"), "tokens/s", TRAINING_AIMS[what, "float32"])
                    rates.add(
                        f"{name}, beside PEFT in float32",
                        "tokens/s",
                        counted / seconds,
                        rates.pairs[plain][-1][1],
                        BESIDE_FLOAT32_AIM,
                    )


def scoring_round(rates, arguments, flexora, tokenizer, rows):
    # The harness is needed for nothing else.
    from harness import evaluate, language_model, log_likelihoods, task

    clock = time.process_time if arguments.processor else time.perf_counter
    plain = load_model(arguments.model, cache=arguments.work)
    model = language_model(plain, tokenizer, arguments.batch_size, clock)
    samples, _ = evaluate(model, task("hellaswag", rows, [], flexora.work / "harness"))
    choices = sum(len(log_likelihoods(sample)) for sample in samples)
    theirs = choices / model.seconds
    for kind in arguments.types:
        ours = choices / scoring_seconds(flexora, arguments, rows, kind)
        rates.add(f"scoring, hellaswag, {kind} beside float32", "choices/s", ours, theirs, SCORING_AIMS[kind])


def scoring_seconds(flexora, arguments, rows, kind):
    """The seconds for all rows; of the processor, with those for the start of the program taken off."""
    from compare_tasks import flexora_scores

    def scored(some):
        return flexora_scores(flexora, arguments, "hellaswag", some, [], compute_dtype=kind).result["seconds"]

    if not arguments.processor:
        return scored(rows)
    begun = processor_of_children()
    scored(rows[:1])
    middle = processor_of_children()
    scored(rows)
    return processor_of_children() - middle - (middle - begun)


def run(arguments):
    flexora = Flexora(arguments.flexora, arguments.work, arguments.threads)
    tokenizer = load_tokenizer(arguments.model, arguments.tokenizer)
    sets = {"random": random_rows(tokenizer, BATCH)}
    # Where the model comes from a GGUF file, PEFT's processes find it kept.
    load_model(arguments.model, cache=arguments.work)
    if arguments.piqa:
        sets["piqa"] = piqa_rows(arguments.piqa, arguments.steps * BATCH)
    rates = Rates()
    for number in range(arguments.rounds):
        print(f"round {number + 1} of {arguments.rounds}, {arguments.threads} threads", flush=True)
        rates.look_at_machine()
        training_round(rates, arguments, flexora, tokenizer, sets)
        if arguments.hellaswag:
            rows = read_rows(arguments.hellaswag, arguments.rows)
            scoring_round(rates, arguments, flexora, tokenizer, rows)
        rates.look_at_machine()
    return rates.finish(arguments.require)
