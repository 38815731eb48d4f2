"""Adapters from Flexora in PEFT, adapters of PEFT's in Flexora, and merged models in transformers.

What is compared are log-probabilities of next tokens and summed log-likelihoods, as in compare_scores.py.
"""

import sys
import traceback
import warnings
from contextlib import contextmanager
from dataclasses import dataclass

from peft import PeftModel
from safetensors import safe_open

from adapter_exchange import export, export_of_own_modules, imports
from adapter_methods import METHODS, SOME, STEPS
from adapters_of_peft import Maker, Warnings
from compare_scores import next_token_questions, questions, scored
from compare_training import batch
from launcher import QUESTIONS, Flexora, dataset, model_section
from reference_model import load_model, load_tokenizer, next_token_log_probabilities, question_scores
from tables import Table, flat, largest

MATTERS = 0.1


@dataclass
class Questions:
    """Rows for next tokens and for texts, and which tokens the former ask for."""

    texts: list
    next_rows: list
    text_rows: list

    def expected(self, model, tokenizer):
        """What transformers or PEFT says."""
        numbers = []
        for row in self.next_rows:
            context = tokenizer.encode(row["prompt"])
            values = next_token_log_probabilities(model, context)
            numbers += [float(values[tokenizer.encode(row["prompt"] + choice)[-1]]) for choice in row["choices"]]
        return numbers, flat(question_scores(model, tokenizer, self.text_rows))

    def asked(self, flexora, name, model, *options):
        """What Flexora says of a model, with an adapter among the options."""
        rows = self.next_rows + self.text_rows
        scores = scored(flexora, name, model, rows, *options).scores
        return flat(scores[: len(self.next_rows)]), flat(scores[len(self.next_rows) :])


class Comparison:
    """What each comparison needs, and the table that it adds lines to."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.flexora = Flexora(arguments.flexora, arguments.work, arguments.threads)
        self.tokenizer = load_tokenizer(arguments.model, arguments.tokenizer)
        base = load_model(arguments.model, cache=arguments.work)
        texts = [row["text"] for row in arguments.texts]
        self.asked = Questions(texts, next_token_questions(base, self.tokenizer, texts)[0], questions(texts))
        self.count = base.config.num_hidden_layers
        self.layers = sorted(arguments.layers or {0, self.count // 2, self.count - 1})
        self.plain = self.expected(base)
        self.maker = Maker(arguments, batch(self.tokenizer, self.asked.text_rows))
        self.table = Table()

    @contextmanager
    def attempt(self, what):
        """What fails is a broken line, so that the other comparisons go on; why it fails is printed at once."""
        try:
            yield
        except (Exception, SystemExit) as failure:
            print(f"{what}: {failure}" if isinstance(failure, SystemExit) else traceback.format_exc(), file=sys.stderr)
            self.table.require(what, False, "failed")

    def expected(self, model):
        return self.asked.expected(model, self.tokenizer)

    def ours(self, name, *options, source=None):
        return self.asked.asked(self.flexora, name, model_section(self.arguments, source), *options)

    def add(self, what, ours, theirs, tolerance):
        lines = ("next-token log-probabilities", False), ("log-likelihoods, relative", True)
        for (line, relative), a, b in zip(lines, ours, theirs):
            self.table.add(f"{what}: {line}", len(b), largest(a, b, relative), tolerance)

    def agree(self, what, ours, theirs):
        self.add(what, ours, theirs, self.arguments.tolerance)

    def matters(self, what, numbers):
        effect = largest(numbers[0], self.plain[0])
        self.table.require(f"{what}: the adapter matters", effect > MATTERS, f"{effect:.2f}")

    def trained(self, name, selector, validation="0"):
        """A run of a few large steps on what the selector chooses, so that the adapter matters."""
        method = METHODS[name]
        rows = self.asked.text_rows
        experiment = self.flexora.experiment(
            f"trained-{name}",
            model_section(self.arguments),
            dataset=dataset(self.flexora.work, f"trained-{name}", rows, rows) | {"validation": validation},
            task=QUESTIONS,
            selector=selector,
            adapter={"use": method.use, "target_modules": SOME} | method.options,
            trainer={
                "use": "gradient",
                "learning_rate": method.learning_rate,
                "max_steps": STEPS,
                "batch_size": 4,
                "keep_best": False,
            },
            evaluator={"use": "multiple_choice"},
        )
        return self.flexora.run(experiment)

    def refuses(self, folder, key):
        """Whether Flexora says that it does not read what a key of an adapter says."""
        try:
            self.ours("imported", "--adapter", folder)
        except SystemExit as refusal:
            return key in str(refusal)
        return False

    def in_peft(self, folder):
        return PeftModel.from_pretrained(load_model(self.arguments.model, cache=self.arguments.work), folder).eval()

    def loaded(self, folder):
        """An adapter in PEFT, and what that warns of."""
        with Warnings() as seen:
            model = self.in_peft(folder)
        return model, seen.said


def is_float32(folder):
    """Whether no tensor of a folder is in half precision, as those of a BF16 checkpoint stay."""
    for file in folder.glob("*.safetensors"):
        with safe_open(file, "pt") as tensors:
            if any(tensors.get_slice(name).get_dtype() != "F32" for name in tensors.keys()):
                return False
    return True


def conversions(compare, run, theirs):
    """What Flexora makes of DoRA as PEFT computes it: LoRA for PEFT, and for llama.cpp."""
    lora = compare.in_peft(compare.flexora.export(run, "lora"))
    compare.agree("export lora of dora: PEFT's lora and dora", compare.expected(lora), theirs)
    file = compare.flexora.export(run, "gguf-lora") / "adapter.gguf"
    compare.agree("export gguf-lora of dora: Flexora and PEFT's dora", compare.ours("converted", "--adapter", file), theirs)


def merges(compare, run, unmerged):
    for form in compare.arguments.merged:
        folder = compare.flexora.export(run, form)
        files = sorted(folder.glob("*.gguf"))
        source = files[0] if files else folder
        model = load_model(source)
        # An export holds its own tokenizer; the one that was named stands for the model's in both otherwise.
        own = load_tokenizer(source)
        rows = compare.asked.text_rows
        same = all(own.encode(row["prompt"]) == compare.tokenizer.encode(row["prompt"]) for row in rows)
        compare.table.require(f"{form}: its tokenizer in transformers", same)
        expected = compare.expected(model)
        compare.agree(f"{form}: Flexora and transformers", compare.ours(form, source=source), expected)
        # Rounding belongs to the half-precision and 8-bit forms; how much is shown.
        exact = compare.arguments.tolerance if form == "safetensors" and is_float32(folder) else None
        compare.add(f"{form}: merged and not merged", expected, unmerged, exact)


def run(arguments):
    # What PEFT says of adapters while it makes them is not about Flexora's.
    warnings.simplefilter("ignore")
    compare = Comparison(arguments)
    for name in arguments.methods:
        own = imports(compare, name)
        with compare.attempt(f"export peft of {name}"):
            trained, theirs = export(compare, name, own)
            if name == "dora":
                conversions(compare, trained, theirs)
            if name == "lora":
                merges(compare, trained, theirs)
        if METHODS[name].gates:
            with compare.attempt(f"export peft of {name}, gates"):
                export_of_own_modules(compare, name, own)
    return compare.table.finish()
