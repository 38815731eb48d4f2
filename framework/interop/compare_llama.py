"""Exported GGUF files in llama.cpp: next-token log-probabilities, and greedy texts.

llama.cpp loads the base with the exported adapter, and the merged models. It computes products with inputs rounded to the
type of the matrix, F16 or Q8_0, so that its numbers are close to Flexora's, not equal; the tolerances hold that rounding.
"""

import json
import math
import urllib.request

import xllamacpp

from compare_adapters import Comparison
from compare_scores import scored
from launcher import model_section
from tables import flat, largest, shown

TOLERANCES = {"gguf-f16": 0.05, "gguf-q8_0": 0.5}
TOKENS = 24
TEXTS = 3


class Llama:
    """A llama.cpp server with a model, and with an adapter if one is given."""

    def __init__(self, model, adapter=None, threads=None):
        parameters = xllamacpp.CommonParams()
        parameters.model.path = str(model)
        parameters.n_ctx = 2048
        parameters.n_parallel = 1
        parameters.warmup = False
        parameters.verbosity = -1
        parameters.cache_prompt = False
        if threads:
            parameters.cpuparams.n_threads = threads
        if adapter:
            parameters.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(str(adapter), 1.0)]
        self.server = xllamacpp.Server(parameters)

    def tokens(self, text, special=True):
        return self.ask("tokenize", {"content": text, "add_special": special})["tokens"]

    def text(self, tokens):
        return self.ask("detokenize", {"tokens": tokens})["content"]

    def next_token(self, context, count):
        """The log-probability of each of the vocabulary's tokens behind others."""
        # A token that ends a text, or is a part of a character, would come without probabilities.
        forced = {"ignore_eos": True, "logit_bias": [[self.tokens("a", special=False)[-1], 1000]]}
        asked = {"prompt": context, "n_predict": 1, "temperature": 0, "n_probs": count}
        likely = self.ask("completion", asked | forced)["completion_probabilities"][0]["top_logprobs"]
        return {entry["id"]: entry["logprob"] for entry in likely}

    def greedy(self, context):
        """The most likely tokens behind others, one after the other."""
        asked = {"prompt": context, "n_predict": TOKENS, "temperature": 0, "return_tokens": True}
        return self.ask("completion", asked)["tokens"]

    def ask(self, path, body):
        request = urllib.request.Request(
            f"{self.server.listening_address}/{path}", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        return json.loads(urllib.request.urlopen(request, timeout=600).read())


def asked(compare, llama):
    """What llama.cpp says of the rows for next tokens; tokens as its own vocabulary cuts them."""
    numbers = []
    for row in compare.asked.next_rows:
        context = llama.tokens(row["prompt"])
        values = llama.next_token(context, len(compare.tokenizer))
        for choice in row["choices"]:
            token = llama.tokens(row["prompt"] + choice)[-1]
            numbers.append(values.get(token, math.nan))
    return numbers


def same_tokens(compare, llama):
    prompts = [row["prompt"] for row in compare.asked.next_rows]
    return all(llama.tokens(prompt) == compare.tokenizer.encode(prompt) for prompt in prompts)


def same_texts(compare, llama, experiment, tolerance, *options):
    """The number of greedy texts that agree; others part where llama.cpp's two likeliest tokens are nearly tied."""
    whole = 0
    for row in compare.asked.next_rows[:TEXTS]:
        context = llama.tokens(row["prompt"])
        words = ("--plain", "--prompt", row["prompt"], "--max-tokens", TOKENS, *options)
        text = next(x for x in compare.flexora.call("generate", experiment, *words) if x["type"] == "generation")["text"]
        theirs = llama.greedy(context)
        kept = next((n for n in range(TOKENS) if not text.startswith(llama.text(theirs[: n + 1]).rstrip("\ufffd"))), TOKENS)
        whole += kept == TOKENS
        if kept < TOKENS:
            first, second = sorted(llama.next_token(context + theirs[:kept], len(compare.tokenizer)).values())[:-3:-1]
            compare.table.require(f"a text that parts after {kept} tokens: a near tie", first - second < tolerance, shown(first - second))
    return whole


def run(arguments):
    compare = Comparison(arguments)
    flexora, table = compare.flexora, compare.table
    trained = compare.trained("lora", {"use": "layers", "layers": compare.layers})
    base = flexora.work / "exports" / "base"
    flexora.call("export", flexora.work / "trained-lora.yaml", "--to", "gguf-f16", "--output", base)
    base = next(base.glob("*.gguf"))
    adapter = flexora.export(trained, "gguf-lora") / "adapter.gguf"
    cases = [("base", "gguf-f16", base, None), ("base with gguf-lora", "gguf-f16", base, adapter)]
    for form in TOLERANCES:
        cases.append((f"merged {form}", form, next(flexora.export(trained, form).glob("*.gguf")), None))
    for what, form, model, lora in cases:
        with compare.attempt(what):
            llama = Llama(model, lora, arguments.threads)
            options = ("--adapter", lora) if lora else ()
            section = model_section(arguments, model)
            rows = compare.asked.next_rows
            theirs = asked(compare, llama)
            ours = flat(scored(flexora, "llama", section, rows, *options).scores)
            table.require(f"{what}: tokens", same_tokens(compare, llama))
            table.add(f"{what}: next-token log-probabilities", len(theirs), largest(ours, theirs), TOLERANCES[form])
            experiment = flexora.work / "llama.yaml"
            whole = same_texts(compare, llama, experiment, TOLERANCES[form], *options)
            table.require(f"{what}: greedy texts of {TOKENS} tokens that agree", True, f"{whole} of {TEXTS}")
            if what != "base":
                compare.matters(what, (theirs,))
    return table.finish()
