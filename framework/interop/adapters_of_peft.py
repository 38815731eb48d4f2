"""Adapters as PEFT makes, trains, saves and loads them."""

import dataclasses
import logging
import re
import warnings

import peft
import torch
from peft import get_peft_model, get_peft_model_state_dict
from peft.tuners.tuners_utils import BaseTunerLayer
from safetensors import safe_open

from adapter_methods import STEPS
from reference_model import load_model

PARENTS = {"q_proj": "self_attn", "k_proj": "self_attn", "v_proj": "self_attn", "o_proj": "self_attn"}


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
    return {f"model.layers.{i}.{PARENTS.get(m, 'mlp')}.{m}" for i in layers for m in modules}


def adapted_modules(model):
    """The modules of the base model that PEFT put an adapter on."""
    inner = model.get_base_model()
    return {name for name, module in inner.named_modules() if isinstance(module, BaseTunerLayer)}


def shapes_in_file(folder):
    """The shapes of an adapter's tensors, by name."""
    with safe_open(folder / "adapter_model.safetensors", "pt") as file:
        return {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}


def shapes_in_peft(model):
    """The shapes of the tensors that PEFT would save, by name."""
    return {name: tuple(tensor.shape) for name, tensor in get_peft_model_state_dict(model).items()}


class Maker:
    """Makes PEFT's adapters of a model, and trains them for a few steps on the same rows."""

    def __init__(self, arguments, inputs):
        self.arguments = arguments
        self.inputs = inputs

    def untrained(self, method, layers, modules, **more):
        """An adapter as it starts, as the method says: at a gradient, at principal directions, or by chance."""
        torch.manual_seed(3)
        base = load_model(self.arguments.model, cache=self.arguments.work)
        config = configuration(method, layers, modules, **more)
        if getattr(config, "lora_ga_config", None):
            peft.preprocess_loraga(base, config, lambda: base(**self.inputs).loss.backward())
        model = get_peft_model(base, config)
        if getattr(config, "eva_config", None):
            peft.initialize_lora_eva_weights(model, [self.inputs], show_progress_bar=False)
        return model

    def train(self, model, learning_rate):
        optimiser = torch.optim.AdamW((p for p in model.parameters() if p.requires_grad), lr=learning_rate)
        model.train()
        for step in range(1, STEPS + 1):
            optimiser.zero_grad()
            model(**self.inputs).loss.backward()
            optimiser.step()
            if hasattr(model.base_model, "update_and_allocate"):
                model.base_model.update_and_allocate(step)
        return model.eval()


def configuration(method, layers, modules, **more):
    """PEFT's configuration of a method; layers of None are all."""
    kind = getattr(peft, method.config)
    options = method.options | method.peft | more
    places = {"target_modules": modules}
    names = {field.name for field in dataclasses.fields(kind)}
    if layers is not None and "layers_to_transform" in names:
        places["layers_to_transform"] = layers
    elif layers is not None:
        # Where PEFT chooses no layers by number, its users write an expression.
        numbers, ends = ("|".join(map(re.escape, map(str, some))) for some in (layers, modules))
        places["target_modules"] = rf".*\.({numbers})\.[^.]+\.({ends})"
        options |= {key: rf".*\.({'|'.join(options[key])})" for key in ("feedforward_modules",) if key in options}
    start = method.peft.get("init_lora_weights")
    if start == "lora_ga":
        options["lora_ga_config"] = peft.LoraGAConfig()
    if start == "eva":
        options["eva_config"] = peft.EvaConfig()
    return kind(**places, **options, task_type="CAUSAL_LM")
