"""Makes targets.json of plugins/task-multiple-choice: which choices are right for many ways to name them, by
lm-evaluation-harness itself. Run it with lm-eval 0.4.13 installed; it prints the file."""

import json
import logging

from datasets import Dataset
from lm_eval.api.task import ConfigurableTask

logging.disable(logging.WARNING)
NUMBERS = ["2", "0", "1"]
WORDS = ["no", "yes", "both"]
CASES = [
    # A template that prints digits gives an index, whatever the choices say.
    ("{{label}}", NUMBERS, {"label": 2}),
    ("{{label}}", NUMBERS, {"label": "2"}),
    ("{{label}}", NUMBERS, {"label": "0"}),
    ("{{label}}", WORDS, {"label": 1}),
    ("{{label}}", WORDS, {"label": "yes"}),
    ("{{label}}", WORDS, {"label": 3}),
    ("{{label}}", WORDS, {"label": -1}),
    ("{{label}}", WORDS, {"label": 1.0}),
    ("{{label}}", ["False", "True"], {"label": True}),
    ("{{label}}", WORDS, {"label": None}),
    ("{{label}}", ["None", "x"], {"label": None}),
    ("{{ 1 if label is none else 0 }}", WORDS, {"label": None}),
    ("{{label}} ", NUMBERS, {"label": 2}),
    # So does a number of the file itself.
    (1, NUMBERS, {"label": 0}),
    (True, WORDS, {"label": 0}),
    ("1", NUMBERS, {"label": 0}),
    # A field gives what it holds: texts are compared with texts.
    ("label", NUMBERS, {"label": 2}),
    ("label", NUMBERS, {"label": "2"}),
    ("label", WORDS, {"label": "1"}),
    ("label", WORDS, {"label": "both"}),
    ("label", WORDS, {"label": " both"}),
    ("label", WORDS, {"label": True}),
    ("label", WORDS, {"label": 0.5}),
    ("label", WORDS, {"label": 3}),
    ("label", WORDS, {"label": None}),
    ("label", "options", {"label": "b", "options": ["a", "b"]}),
    # Lists are several right answers.
    ("labels", WORDS, {"labels": [0, 2]}),
    ("labels", WORDS, {"labels": [2, 1]}),
    ("labels", WORDS, {"labels": [1]}),
    ("labels", WORDS, {"labels": []}),
    ("labels", WORDS, {"labels": ["no", "both"]}),
    ("{{labels}}", WORDS, {"labels": [0, 2]}),
    ("{{labels}}", WORDS, {"labels": [True, False]}),
    ("{{labels}}", ["[a]", "x"], {"labels": "[a]"}),
    ([0, 2], WORDS, {"label": 0}),
]
PROMPTS = [
    # Where the text is the number of a choice, the choices are prompts.
    ("label", ["a is", "b is"], {"label": 1}),
    ("label", ["a is", "b is"], {"label": True}),
    ("{{label}}", ["1", "0"], {"label": "1"}),
    (1, ["1", "0"], {"label": 0}),
]


def right(keys, row):
    """The choices that the harness takes for right; none where it fails."""
    config = {"task": "t", "output_type": "multiple_choice", "test_split": "test"} | keys
    config |= {"custom_dataset": lambda **_: {"test": Dataset.from_list([row])}}
    try:
        task = ConfigurableTask(config=config)
        document = task.task_docs[0]
        choices = range(len(task.doc_to_choice(document)))
        said = [[(-float(i != liked), False) for i in choices] for liked in choices]
        return [liked for liked in choices if task.process_results(document, said[liked])["acc"]]
    except (IndexError, TypeError, ValueError):
        return []


def case(text, target, choices, row):
    keys = {"doc_to_text": text, "doc_to_choice": choices, "doc_to_target": target}
    return {**keys, "row": row, "right": right(keys, row)}


cases = [case("Which?", *written) for written in CASES]
cases += [case(text, "so it is", choices, row) for text, choices, row in PROMPTS]
print(json.dumps(cases).replace('{"doc_to_text"', '\n{"doc_to_text"'))
