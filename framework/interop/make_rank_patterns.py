"""Makes peft-ranks.json of framework/formats: the rank and the scale that PEFT itself gives each module of a model for many
rank_patterns and alpha_patterns. Run it with peft 0.21.2 installed; it prints the file."""

import json

from peft import LoraConfig, get_peft_model
from torch import nn

CASES = [
    dict(rank_pattern={"q_proj": 3}),
    dict(rank_pattern={"proj": 3}),
    dict(rank_pattern={"layers.1.self_attn.q_proj": 3, "q_proj": 5}),
    dict(rank_pattern={"q_proj": 5, "layers.1.self_attn.q_proj": 3}),
    dict(rank_pattern={"model.layers.0.self_attn.v_proj": 1}, alpha_pattern={"v_proj": 3}),
    dict(rank_pattern={"^model.layers.0.self_attn.v_proj": 1}, alpha_pattern={"^layers.0.self_attn.v_proj": 3}),
    dict(rank_pattern={r"layers\.1\d?\..*": 2, "up_proj": 7}, alpha_pattern={".*_proj": 10}),
    dict(rank_pattern={"q|v_proj": 2, "(q|up)_proj": 9}),
    dict(alpha_pattern={"q_proj": 2.5, "up_proj": 0}),
    dict(rank_pattern={"q_proj": 3, "v_proj": 12}, alpha_pattern={"v_proj": 6}, use_rslora=True),
]


def model():
    def layer():
        attention = nn.ModuleDict({"q_proj": nn.Linear(6, 8), "v_proj": nn.Linear(6, 4)})
        return nn.ModuleDict({"self_attn": attention, "mlp": nn.ModuleDict({"up_proj": nn.Linear(4, 6)})})

    inner = nn.Module()
    inner.layers = nn.ModuleList([layer() for _ in range(12)])
    outer = nn.Module()
    outer.model = inner
    return outer


out = []
for case in CASES:
    keys = dict(r=4, lora_alpha=6, target_modules=["q_proj", "v_proj", "up_proj"], layers_to_transform=[0, 1, 10, 11]) | case
    adapted = get_peft_model(model(), LoraConfig(**keys)).get_base_model()
    modules = {
        name: dict(rank=m.r["default"], scale=m.scaling["default"], inputs=m.in_features, outputs=m.out_features)
        for name, m in adapted.named_modules()
        if hasattr(m, "lora_A")
    }
    out.append({"configuration": keys | {"peft_type": "LORA"}, "modules": modules})
print(json.dumps(out).replace('{"configuration"', '\n{"configuration"'))
