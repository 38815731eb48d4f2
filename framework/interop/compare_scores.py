"""Next-token log-probabilities and summed log-likelihoods, beside transformers in float32.

The log-probabilities are logits up to one number for each position, which changes no prediction and which no
evaluation shows. Flexora gives them as what everybody can ask it for: the scores of a question whose choices are
single tokens.
"""

import random

import torch

from launcher import QUESTIONS, Flexora, dataset, model_section
from reference_model import load_model, load_tokenizer, next_token_log_probabilities, question_scores
from tables import Table, flat, largest

LIKELIEST = 24
OTHERS = 24


def questions(texts):
    """Each text cut in two at a space near its middle; the second choice is how the next text ends."""
    cut = [halves(text) for text in texts]
    rows = []
    for number, (prompt, end) in enumerate(cut):
        other = cut[(number + 1) % len(cut)][1]
        rows.append({"prompt": prompt, "choices": [end, other], "label": 0})
    return rows


def halves(text):
    middle = len(text) // 2
    spaces = [i for i in range(1, len(text)) if text[i].isspace() and not text[i - 1].isspace()]
    at = min(spaces or [middle], key=lambda i: abs(i - middle))
    return text[:at], text[at:]


def next_token_questions(model, tokenizer, texts, seed=1):
    """Questions for the next token, and transformers' log-probability of each choice.

    The choices are the likeliest tokens and some at random, of those that a text can ask for: a token that, written
    behind the prompt, is read as that token again.
    """
    chance = random.Random(seed)
    rows, expected = [], []
    for text in texts:
        prompt = halves(text)[0]
        context = tokenizer.encode(prompt)
        values = next_token_log_probabilities(model, context)
        tokens = torch.topk(values, LIKELIEST * 4).indices.tolist()
        askable = [t for t in tokens if can_ask(tokenizer, prompt, context, t)][:LIKELIEST]
        while len(askable) < LIKELIEST + OTHERS:
            token = chance.randrange(len(tokenizer))
            if token not in askable and can_ask(tokenizer, prompt, context, token):
                askable.append(token)
        rows.append({"prompt": prompt, "choices": [tokenizer.decode([t]) for t in askable], "label": 0})
        expected.append([float(values[t]) for t in askable])
    return rows, expected


def can_ask(tokenizer, prompt, context, token):
    text = tokenizer.decode([token])
    return bool(text) and tokenizer.encode(prompt + text) == [*context, token]


def scored(flexora, name, model, rows, *options):
    """What Flexora says of rows with prompt, choices and label."""
    experiment = flexora.experiment(
        name,
        model,
        dataset=dataset(flexora.work, name, rows),
        task=QUESTIONS,
        evaluator={"use": "multiple_choice"},
    )
    return flexora.evaluate(experiment, *options)


def run(arguments):
    flexora = Flexora(arguments.flexora, arguments.work, arguments.threads)
    model = load_model(arguments.model, cache=arguments.work)
    tokenizer = load_tokenizer(arguments.model, arguments.tokenizer)
    texts = [row["text"] for row in arguments.texts]
    table = Table()
    rows, expected = next_token_questions(model, tokenizer, texts)
    ours = scored(flexora, "next-token", model_section(arguments), rows)
    table.add("next-token log-probabilities", len(flat(expected)), largest(flat(ours.scores), flat(expected)), arguments.tolerance)
    rows = questions(texts)
    expected = question_scores(model, tokenizer, rows)
    ours = scored(flexora, "texts", model_section(arguments), rows)
    table.add(
        "summed log-likelihoods, relative",
        len(flat(expected)),
        largest(flat(ours.scores), flat(expected), relative=True),
        arguments.tolerance,
    )
    return table.finish()
