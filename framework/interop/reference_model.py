"""The model as transformers has it, from a folder or a GGUF file, and what it says of texts."""

import sys
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedTokenizerFast


def load_model(path, dtype=torch.float32, cache=None):
    """Loads a model; transformers itself undoes the quantisation and the row order of a GGUF file.

    That takes it a minute, so that the outcome can be kept in a cache folder.
    """
    path = Path(path)
    if path.is_dir() and not list(path.glob("*.gguf")):
        return AutoModelForCausalLM.from_pretrained(path, dtype=dtype).eval()
    file = gguf_file(path)
    stat = file.stat()
    kept = cache and Path(cache) / f"{file.stem}-{stat.st_size}-{stat.st_mtime_ns}"
    if kept and (kept / "config.json").exists():
        return AutoModelForCausalLM.from_pretrained(kept, dtype=dtype).eval()
    model = AutoModelForCausalLM.from_pretrained(file.parent, gguf_file=file.name, dtype=torch.float32)
    if kept:
        # What is saved is plain float32, of which the description has to say nothing else.
        model.config.quantization_config = None
        del model.config.quantization_config
        model.hf_quantizer = None
        model.save_pretrained(kept)
    return model.to(dtype).eval()


def load_tokenizer(path, tokenizer=None):
    """Loads the tokenizer of a tokenizer.json if one is named, else that of the folder or GGUF file."""
    if tokenizer:
        return PreTrainedTokenizerFast(tokenizer_file=str(tokenizer))
    path = Path(path)
    if path.is_dir() and not list(path.glob("*.gguf")):
        return AutoTokenizer.from_pretrained(path)
    file = gguf_file(path)
    return AutoTokenizer.from_pretrained(file.parent, gguf_file=file.name)


def gguf_file(path):
    path = Path(path)
    if path.is_file() and path.suffix == ".gguf":
        return path
    files = sorted(path.glob("*.gguf")) if path.is_dir() else []
    if len(files) != 1:
        sys.exit(f"{path} is no model: neither a folder with config.json nor a GGUF file")
    return files[0]


def split(tokenizer, prompt, continuation):
    """Tokens of a prompt, and those of what follows it, cut as lm-evaluation-harness cuts them.

    White space at the prompt's end belongs to what follows. What follows has the tokens of the whole behind as many as
    the prompt alone has, even if the whole is cut into other tokens at that place.
    """
    spaces = len(prompt) - len(prompt.rstrip())
    if spaces:
        continuation = prompt[-spaces:] + continuation
        prompt = prompt[:-spaces]
    context = tokenizer.encode(prompt)
    return context, tokenizer.encode(prompt + continuation)[len(context) :]


@torch.no_grad()
def log_likelihood(model, context, answer):
    """The summed log-likelihood of the answer's tokens, one text at a time, without padding."""
    logits = model(input_ids=torch.tensor([context + answer])).logits[0, len(context) - 1 : -1]
    chosen = torch.log_softmax(logits.double(), -1).gather(-1, torch.tensor(answer)[:, None])
    return float(chosen.sum())


def question_scores(model, tokenizer, rows):
    """The log-likelihood of every choice of rows with prompt and choices."""
    return [[log_likelihood(model, *split(tokenizer, row["prompt"], c)) for c in row["choices"]] for row in rows]


@torch.no_grad()
def next_token_log_probabilities(model, context):
    return torch.log_softmax(model(input_ids=torch.tensor([context])).logits[0, -1].double(), -1)
