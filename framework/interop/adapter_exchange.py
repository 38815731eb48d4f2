"""Each adapter method in both directions: what PEFT saves in Flexora, and what Flexora saves in PEFT."""

import json
import sys

from adapter_methods import ALL, METHODS, SOME
from adapters_of_peft import adapted_modules, module_names, shapes_in_file, shapes_in_peft
from tables import flat, largest

UNMATCHED = "rank_pattern keys did not match any targeted module"
"""What PEFT warns of when it loads an AdaLoRA, its own as well."""


def imports(compare, name):
    """Adapters that PEFT has made and saved, in Flexora; the folder of the one on some layers."""
    places = {"some layers": (compare.layers, SOME, {}), "all modules": (None, ALL, {})}
    if name in ("lora", "dora"):
        ranks = {f"layers.{compare.layers[0]}.self_attn.q_proj": 11, "v_proj": 3}
        own = {"rank_pattern": ranks, "alpha_pattern": {"q_proj": 5}}
        places["ranks and alphas of their own"] = (compare.layers, SOME, own)
    folders = [compare.flexora.work / "adapters" / f"{name} {place}".replace(" ", "-") for place in places]
    for folder, (place, where) in zip(folders, places.items()):
        with compare.attempt(f"import of {name}, {place}"):
            imported(compare, name, place, folder, where)
    return folders[0]


def imported(compare, name, place, folder, where):
    method = METHODS[name]
    what = f"import of {name}, {place}"
    layers, modules, more = where
    model = compare.maker.untrained(method, layers, modules, **more)
    if method.residual:
        model.save_pretrained(folder / "initial")
    compare.maker.train(model, method.learning_rate)
    model.save_pretrained(folder)
    theirs = compare.expected(model)
    compare.matters(what, theirs)
    if method.reads_own:
        compare.agree(what, compare.ours("imported", "--adapter", folder), theirs)
    else:
        compare.table.require(f"{what}: refused as it is", compare.refuses(folder, "init_lora_weights"))
    if method.residual:
        model.save_pretrained(folder / "converted", path_initial_model_for_weight_conversion=str(folder / "initial"))
        ours = compare.ours("imported", "--adapter", folder / "converted")
        compare.agree(f"{what}, converted by PEFT", ours, theirs)


def export(compare, name, own):
    """What Flexora saves of an adapter on some layers, in PEFT, beside PEFT's own; the run and PEFT's numbers."""
    method = METHODS[name]
    what = f"export peft of {name}"
    run = compare.trained(name, {"use": "layers", "layers": compare.layers})
    folder = compare.flexora.export(run, "peft")
    shapes = None if method.shapes_vary or method.residual else shapes_in_file(own)
    theirs = compare.expected(checked(compare, what, folder, module_names(compare.layers, SOME), own, shapes))
    compare.matters(what, theirs)
    compare.agree(f"{what}: Flexora and PEFT", compare.ours("exported", "--adapter", folder), theirs)
    memory = flat(compare.flexora.evaluate(run).scores)
    difference = largest(memory, theirs[1], True)
    compare.table.add(f"{what}: the run itself and PEFT, relative", len(memory), difference, compare.arguments.tolerance)
    return run, theirs


def export_of_own_modules(compare, name, own):
    """The same where each layer has modules of its own, or where each module has a rank of its own, too."""
    method = METHODS[name]
    what = f"export peft of {name}, gates by {method.gates}"
    gates = {"gate_layout": method.gates, "selection": "top-k", "k": method.kept * compare.count, "outer_steps": 2}
    run = compare.trained(name, {"use": "flexora"} | gates, validation="0.5")
    folder = compare.flexora.export(run, "peft")
    chosen = json.loads((run / "result.json").read_text())["selected_modules"]
    wanted = set().union(*(module_names([c["layer"]], [c["module"]]) for c in chosen))
    theirs = compare.expected(checked(compare, what, folder, wanted, own))
    compare.matters(what, theirs)
    compare.agree(f"{what}: Flexora and PEFT", compare.ours("exported", "--adapter", folder), theirs)


def checked(compare, what, folder, wanted, own, shapes=None):
    """An adapter in PEFT, after a check of PEFT's warnings, the adapted modules and the tensors.

    own: PEFT's own adapter of the method
    shapes: those of the tensors, where PEFT's own has the same
    """
    model, said = compare.loaded(folder)
    new = said
    if any(UNMATCHED in warning for warning in said) and any(UNMATCHED in warning for warning in compare.loaded(own)[1]):
        new = [warning for warning in said if UNMATCHED not in warning]
    for warning in new:
        print(f"{what}: PEFT warns: {warning}", file=sys.stderr)
    seen = len(new) or ("as of its own" if said else "none")
    compare.table.require(f"{what}: warnings of PEFT", not new, seen)
    compare.table.require(f"{what}: adapted modules", adapted_modules(model) == wanted, len(wanted))
    found = shapes_in_file(folder)
    same = found == shapes_in_peft(model) and found == (shapes or found)
    compare.table.require(f"{what}: tensors, none missing, none more", same, len(found))
    return model
