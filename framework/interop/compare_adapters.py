"""Adapters from Flexora in PEFT, adapters of PEFT's in Flexora, and merged models in transformers.

What is compared are log-probabilities of next tokens and summed log-likelihoods, as in compare_scores.py.
"""

import logging
import math
import warnings
from dataclasses import dataclass

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors import safe_open

from compare_scores import next_token_questions, questions, scored
from launcher import QUESTIONS, Flexora, dataset, model_section
from reference_model import load_model, load_tokenizer, next_token_log_probabilities, question_scores
from tables import Table, flat, largest

SMALL = ["q_proj", "v_proj"]
ALL = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
BEHIND = {"q_proj": "self_attn", "k_proj": "self_attn", "v_proj": "self_attn", "o_proj": "self_attn"}


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
        return tuple(
            flat(scored(flexora, f"{name}-{kind}", model, rows, *options).scores)
            for kind, rows in (("next", self.next_rows), ("texts", self.text_rows))
        )


def add(table, what, ours, theirs, tolerance):
    table.add(f"{what}: next-token log-probabilities", len(theirs[0]), largest(ours[0], theirs[0]), tolerance)
    table.add(f"{what}: log-likelihoods, relative", len(theirs[1]), largest(ours[1], theirs[1], True), tolerance)


def trained(flexora, arguments, layers, rows, method="lora"):
    """A run of a few large steps on some layers, so that the adapter matters."""
    experiment = flexora.experiment(
        f"trained-{method}",
        model_section(arguments),
        dataset=dataset(flexora.work, f"trained-{method}", rows, rows) | {"validation": "0"},
        task=QUESTIONS,
        selector={"use": "layers", "layers": layers},
        adapter={"use": method, "lora_rank": 4, "lora_alpha": 12, "target_modules": SMALL},
        trainer={"use": "gradient", "learning_rate": 1e-2, "max_steps": 4, "batch_size": 4, "keep_best": False},
        evaluator={"use": "multiple_choice"},
    )
    return flexora.run(experiment)


class Warnings(logging.Handler):
    """Everything that Python or a logger warned of in a block."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.said = []

    def emit(self, record):
        self.said.append(record.getMessage())

    def __enter__(self):
        self.caught = warnings.catch_warnings(record=True)
        self.python = self.caught.__enter__()
        warnings.simplefilter("always")
        self.loggers = [logging.getLogger(name) for name in ("", "peft", "transformers")]
        for logger in self.loggers:
            logger.addHandler(self)
        return self

    def __exit__(self, *failure):
        for logger in self.loggers:
            logger.removeHandler(self)
        self.caught.__exit__(*failure)
        # What will change in a later release of a library is not about the adapter.
        about_releases = (FutureWarning, DeprecationWarning)
        self.said += [str(w.message) for w in self.python if not issubclass(w.category, about_releases)]


def module_names(layers, modules):
    return {f"model.layers.{i}.{BEHIND.get(m, 'mlp')}.{m}" for i in layers for m in modules}


def adapted_modules(model):
    """The modules of the base model that PEFT put an adapter on."""
    inner = model.get_base_model()
    return {name for name, module in inner.named_modules() if hasattr(module, "lora_A")}


def load_in_peft(table, arguments, folder, layers):
    base = load_model(arguments.model, cache=arguments.work)
    with Warnings() as seen:
        model = PeftModel.from_pretrained(base, folder).eval()
    table.require("export peft: warnings of PEFT", not seen.said, "; ".join(seen.said) or "none")
    wanted = module_names(layers, SMALL)
    table.require("export peft: adapted modules", adapted_modules(model) == wanted, len(wanted))
    with safe_open(folder / "adapter_model.safetensors", "pt") as file:
        names = set(file.keys())
    expected = {f"base_model.model.{m}.lora_{x}.weight" for m in wanted for x in "AB"}
    table.require("export peft: tensors, none missing, none more", names == expected, len(names))
    return model


def made_by_peft(arguments, folder, layers, modules, **options):
    """Saves an adapter of random numbers as PEFT does."""
    torch.manual_seed(3)
    base = load_model(arguments.model, cache=arguments.work)
    config = LoraConfig(
        r=6, lora_alpha=9, target_modules=modules, layers_to_transform=layers, lora_dropout=0.1, task_type="CAUSAL_LM", **options
    )
    model = get_peft_model(base, config).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_B" in name:
                parameter.normal_(0, 0.3 / math.sqrt(parameter.shape[0]))
    model.save_pretrained(folder)
    return model


def imports(table, arguments, flexora, tokenizer, asked, layers):
    own = {"rank_pattern": {f"layers.{layers[0]}.self_attn.q_proj": 11, "v_proj": 3}, "alpha_pattern": {"q_proj": 5}}
    kinds = {
        "some layers": (layers, SMALL, {}),
        "all modules, rsLoRA": (None, ALL, {"use_rslora": True}),
        "ranks and alphas of their own": (layers, SMALL, own),
    }
    for kind, (where, modules, options) in kinds.items():
        folder = flexora.work / "adapters" / kind.replace(" ", "-").replace(",", "")
        model = made_by_peft(arguments, folder, where, modules, **options)
        expected = asked.expected(model, tokenizer)
        ours = asked.asked(flexora, "imported", model_section(arguments), "--adapter", folder)
        add(table, f"import, {kind}", ours, expected, arguments.tolerance)


def is_float32(folder):
    """Whether no tensor of a folder is in half precision, as those of a BF16 checkpoint stay."""
    for file in folder.glob("*.safetensors"):
        with safe_open(file, "pt") as tensors:
            if any(tensors.get_slice(name).get_dtype() != "F32" for name in tensors.keys()):
                return False
    return True


def conversions(table, arguments, flexora, tokenizer, asked, layers):
    """DoRA as PEFT computes it, and what Flexora makes of it: LoRA for PEFT, and for llama.cpp."""
    trained_run = trained(flexora, arguments, layers, asked.text_rows, "dora")
    base = load_model(arguments.model, cache=arguments.work)
    dora = PeftModel.from_pretrained(base, flexora.export(trained_run, "peft")).eval()
    theirs = asked.expected(dora, tokenizer)
    base = load_model(arguments.model, cache=arguments.work)
    lora = PeftModel.from_pretrained(base, flexora.export(trained_run, "lora")).eval()
    add(table, "export lora of dora: PEFT's lora and dora", asked.expected(lora, tokenizer), theirs, arguments.tolerance)
    file = flexora.export(trained_run, "gguf-lora") / "adapter.gguf"
    ours = asked.asked(flexora, "converted", model_section(arguments), "--adapter", file)
    add(table, "export gguf-lora of dora: Flexora and PEFT's dora", ours, theirs, arguments.tolerance)


def merges(table, arguments, flexora, tokenizer, asked, run, unmerged):
    for form in arguments.merged:
        folder = flexora.export(run, form)
        files = sorted(folder.glob("*.gguf"))
        source = files[0] if files else folder
        model = load_model(source)
        # An export holds its own tokenizer; the one that was named stands for the model's in both otherwise.
        own = load_tokenizer(source)
        same = all(own.encode(row["prompt"]) == tokenizer.encode(row["prompt"]) for row in asked.text_rows)
        table.require(f"{form}: its tokenizer in transformers", same)
        expected = asked.expected(model, tokenizer)
        ours = asked.asked(flexora, form, model_section(arguments, source))
        add(table, f"{form}: Flexora and transformers", ours, expected, arguments.tolerance)
        # Rounding belongs to the half-precision and 8-bit forms; how much is shown.
        exact = arguments.tolerance if form == "safetensors" and is_float32(folder) else None
        add(table, f"{form}: merged and not merged", expected, unmerged, exact)


def run(arguments):
    flexora = Flexora(arguments.flexora, arguments.work, arguments.threads)
    tokenizer = load_tokenizer(arguments.model, arguments.tokenizer)
    base = load_model(arguments.model, cache=arguments.work)
    texts = [row["text"] for row in arguments.texts]
    asked = Questions(texts, next_token_questions(base, tokenizer, texts)[0], questions(texts))
    count = base.config.num_hidden_layers
    layers = sorted(arguments.layers or {0, count // 2, count - 1})
    plain = asked.expected(base, tokenizer)
    table = Table()

    trained_run = trained(flexora, arguments, layers, asked.text_rows)
    model = load_in_peft(table, arguments, flexora.export(trained_run, "peft"), layers)
    theirs = asked.expected(model, tokenizer)
    effect = largest(theirs[0], plain[0])
    table.require("export peft: the adapter matters", effect > 0.1, f"{effect:.2f}")
    ours = asked.asked(flexora, "exported", model_section(arguments), "--adapter", flexora.export(trained_run, "peft"))
    add(table, "export peft: Flexora and PEFT", ours, theirs, arguments.tolerance)
    memory = flat(flexora.evaluate(trained_run).scores)
    table.add("export peft: the run itself and PEFT, relative", len(memory), largest(memory, theirs[1], True), arguments.tolerance)

    conversions(table, arguments, flexora, tokenizer, asked, layers)
    imports(table, arguments, flexora, tokenizer, asked, layers)
    merges(table, arguments, flexora, tokenizer, asked, trained_run, theirs)
    return table.finish()
