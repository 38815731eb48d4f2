"""Makes peft-targets.json of framework/formats: which modules of which layers PEFT adapts for many ways to name them,
by PEFT itself. Run it with peft 0.21.2 installed; it prints the file."""

import json

from peft import LoraConfig
from peft.tuners.tuners_utils import check_target_module_exists

PATHS = [
    "model.layers.1.self_attn.q_proj",
    "model.layers.1.self_attn.v_proj",
    "model.layers.10.self_attn.q_proj",
    "model.layers.10.mlp.up_proj",
    "transformer.h.1.attn.c_attn",
    "transformer.h.10.attn.c_attn",
    "h.1.attn.c_attn",
    "model.layers.1.mlp.experts.0.up_proj",
    "bert.encoder.layer.3.attention.output.dense",
    "bert.encoder.layer.3.output.dense",
    "lm_head",
    "model.embed_tokens",
]
CASES = [
    dict(target_modules=["q_proj"]),
    dict(target_modules=["q_proj", "v_proj"], layers_to_transform=[1]),
    dict(target_modules=["q_proj", "c_attn"], layers_to_transform=1),
    dict(target_modules=["q_proj", "c_attn"], layers_to_transform=[1], layers_pattern="layers"),
    dict(target_modules=["q_proj", "c_attn"], layers_to_transform=[1, 10], layers_pattern=["h", "layers"]),
    dict(target_modules=["c_attn"], layers_to_transform=[10], layers_pattern="h"),
    dict(target_modules=["up_proj"], layers_to_transform=[0]),
    dict(target_modules=["up_proj"], layers_to_transform=[1]),
    dict(target_modules=["up_proj"], layers_to_transform=[0], layers_pattern="experts"),
    dict(target_modules=["q_proj"], layers_to_transform=[]),
    dict(target_modules=["model.layers.1.self_attn.q_proj", "v_proj"], layers_to_transform=[10]),
    dict(target_modules=["self_attn.q_proj", "proj"]),
    dict(target_modules=["output.dense"]),
    dict(target_modules=["attention.output.dense"]),
    dict(target_modules=r".*\.(q|v)_proj"),
    dict(target_modules=r"model\.layers\.1\.self_attn\..*"),
    dict(target_modules="q_proj"),
    dict(target_modules=r".*(?<!experts\.0)\.up_proj"),
    dict(target_modules=["q_proj", "v_proj"], exclude_modules=["v_proj"]),
    dict(target_modules=["q_proj"], exclude_modules=r".*\.10\..*"),
    dict(target_modules=["q_proj"], exclude_modules=["model.layers.1.self_attn.q_proj"]),
    dict(target_modules=["q_proj"], layers_to_transform=[1], layers_pattern="l[a-z]*s"),
    dict(target_modules=["lm_head", "q_proj"]),
    dict(target_modules=["lm_head", "q_proj"], layers_to_transform=[1]),
    dict(target_modules=["q_proj", "v_proj", "dense"], modules_to_save=["mlp", "attention", "v_proj"]),
    dict(target_modules=["q_proj", "c_attn"], layers_to_transform=[1], layers_pattern=["h"]),
]

out = []
for case in CASES:
    config = LoraConfig(**case)
    adapted = [path for path in PATHS if check_target_module_exists(config, path)]
    out.append({"configuration": case, "adapted": adapted})
print(json.dumps({"paths": PATHS, "cases": out}).replace('{"configuration"', '\n{"configuration"'))
