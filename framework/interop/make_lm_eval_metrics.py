"""Makes lm-eval-metrics.json of bundles/metric-basic: acc, acc_norm and acc_bytes of made-up questions, ties and
several right answers among them, and f1 and mcc of others that all have the same choices, by lm-evaluation-harness
itself. Run it with lm-eval 0.4.13 installed; it prints the file."""

import contextlib
import json
import random
import sys
from types import SimpleNamespace
from lm_eval.api.task import ConfigurableTask
from lm_eval.api.metrics import bootstrap_stderr, f1_score, matthews_corrcoef, mean, mean_stderr
random.seed(5)
words = ["a", "cat", "Zürich", "naïve café", "東京", "🙂", "a much longer answer than the others", "yes", "no", "e\u0301", "five words in this choice"]
t = ConfigurableTask.__new__(ConfigurableTask)
t.OUTPUT_TYPE = "multiple_choice"
t._config = SimpleNamespace(process_results=None)
t._metric_fn_list = {"acc": None, "acc_norm": None, "acc_bytes": None}
t.multiple_input = 0
t.multiple_target = 0
t.doc_to_choice = lambda doc: doc["choices"]
t.doc_to_target = lambda doc: doc["label"]
docs = []
per = {"acc": [], "acc_norm": [], "acc_bytes": []}
for i in range(60):
    choices = random.sample(words, random.choice([2, 3, 4]))
    # Quarters, so that ties come about in each of the three rules.
    lls = [-0.25 * random.randint(1, 60) for c in choices]
    if i % 6 == 0: lls = [-1.5 * len(c) for c in choices]
    if i % 6 == 1: lls = [-0.5 * len(c.encode()) for c in choices]
    if i % 6 == 2: lls = [-3.0] * len(choices)
    doc = {"choices": choices, "label": random.randrange(len(choices))}
    r = t.process_results(doc, [(x, False) for x in lls])
    for k in per: per[k].append(r[k])
    docs.append({**doc, "log_likelihoods": lls, **r})
several = []
t.multiple_target = 2
for i in range(20):
    choices = random.sample(words, 4)
    lls = [-0.25 * random.randint(1, 30) for c in choices]
    doc = {"choices": choices, "label": random.sample(range(4), random.choice([1, 2, 3]))}
    several.append({**doc, "log_likelihoods": lls, **t.process_results(doc, [(x, False) for x in lls])})
classes = {}
t.multiple_target = 0
t._metric_fn_list = {"f1": None, "mcc": None}
for names in (["no", "yes"], ["a", "b", "c"]):
    said, gold = [], []
    for i in range(90):
        label = random.choices(range(len(names)), range(1, 1 + len(names)))[0]
        lls = [-0.25 * random.randint(1, 20) + (name == names[label]) for name in names]
        r = t.process_results({"choices": names, "label": label}, [(x, False) for x in lls])
        said.append({"choices": names, "label": label, "log_likelihoods": lls})
        gold.append(r["mcc"])
    aggregations = {"mcc": matthews_corrcoef} | ({"f1": f1_score} if len(names) == 2 else {})
    # It prints what it does.
    with contextlib.redirect_stdout(sys.stderr):
        measured = {
            metric: {"value": float(f(gold)), "standard_error": bootstrap_stderr(f, gold, 4000)}
            for metric, f in aggregations.items()
        }
    classes[len(names)] = {"examples": said, "metrics": measured}
out = {"examples": docs, "several": several, "classes": classes, "metrics": {k: {"value": mean(v), "standard_error": mean_stderr(v)} for k, v in per.items()}}
print(json.dumps(out, ensure_ascii=False, indent=None, separators=(",", ":")).replace('{"choices"', '\n{"choices"'))
