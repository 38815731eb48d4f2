#!/usr/bin/env python3
"""Makes what the tests of posterior-laplace compute a posterior of: inputs of modules and gradients at them.

    make_laplace_inputs.py REFERENCE plugins/posterior-laplace/src/test/resources/laplace-inputs.safetensors

REFERENCE is a folder with laplace.json and the checkpoint tiny/llama3, a Llama of 3 layers. LoRA is on q_proj and v_proj of
layers 0 and 2: r = 8, lora_alpha = 16, layer l, module m = 0 for q and 1 for v, 0-based i, j, o: A[i, j] = 0.3 sin(0.37
(i + 1) (j + 1) + l + 0.5 m), B[o, i] = 0.2 cos(0.11 (o + 1) + 0.7 i + l - m). Computed by torch and transformers in float64,
also the norms, angles and frequencies that transformers keeps in float32, for the 12 training rows of laplace.json and
behind them its 4 test rows, one at a time and without padding:

  ROW.outputs               [classes]: the logits of the classes after the row's last token
  ROW.LAYER.inputs          [tokens, inputs]: the inputs of q_proj, which are those of v_proj
  ROW.LAYER.MODULE          [classes, tokens, outputs]: the gradient of each class output in the module's outputs
  LAYER.MODULE.A, .B        LoRA's factors
"""

import json
import math
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM
from transformers.models.llama import modeling_llama

LAYERS = (0, 2)
MODULES = ("q", "v")
RANK = 8
SCALE = 2


class Lora(torch.nn.Module):
    """A linear module with LoRA that keeps what goes in and what comes out."""

    def __init__(self, base, layer, module):
        super().__init__()
        self.base = base
        rank = torch.arange(RANK, dtype=torch.float64)
        inputs = torch.arange(base.in_features, dtype=torch.float64)
        outputs = torch.arange(base.out_features, dtype=torch.float64)
        self.a = 0.3 * torch.sin(0.37 * (rank[:, None] + 1) * (inputs[None] + 1) + layer + 0.5 * module)
        self.b = 0.2 * torch.cos(0.11 * (outputs[:, None] + 1) + 0.7 * rank[None] + layer - module)

    def forward(self, x):
        y = self.base(x) + SCALE * (x @ self.a.T) @ self.b.T
        if not y.requires_grad:
            y.requires_grad_(True)
        self.inputs, self.outputs = x.detach(), y
        return y


def lift():
    """Has the norms, angles and weights of the attention computed in float64."""

    def norm(self, x):
        return self.weight * x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.variance_epsilon)

    def angles(self, x, position_ids):
        half = position_ids[:, :, None].double() * self.inv_freq.double()[None, None]
        whole = torch.cat([half, half], -1)
        return whole.cos() * self.attention_scaling, whole.sin() * self.attention_scaling

    softmax = torch.nn.functional.softmax
    modeling_llama.LlamaRMSNorm.forward = norm
    modeling_llama.LlamaRotaryEmbedding.forward = angles
    torch.nn.functional.softmax = lambda x, dim=None, dtype=None, **_: softmax(x, dim=dim)


def frequencies(rope, pairs):
    """The frequencies of Llama 3 in float64."""
    plain = 1.0 / rope["rope_theta"] ** (torch.arange(pairs, dtype=torch.float64) / pairs)
    low, high, old = rope["low_freq_factor"], rope["high_freq_factor"], rope["original_max_position_embeddings"]
    wavelength = 2 * math.pi / plain
    smooth = (old / wavelength - low) / (high - low)
    between = (1 - smooth) * plain / rope["factor"] + smooth * plain
    scaled = torch.where(wavelength > old / low, plain / rope["factor"], plain)
    return torch.where((wavelength >= old / high) & (wavelength <= old / low), between, scaled)


def main(reference, file):
    reference = Path(reference)
    expected = json.loads((reference / "laplace.json").read_text())
    folder = reference / "tiny" / "llama3"
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float64, attn_implementation="eager").eval()
    model.requires_grad_(False)
    lift()
    rope = json.loads((folder / "config.json").read_text())["rope_parameters"]
    model.model.rotary_emb.inv_freq = frequencies(rope, model.config.head_dim // 2)
    tensors, adapted = {}, {}
    for layer in LAYERS:
        attention = model.model.layers[layer].self_attn
        for m, name in enumerate(MODULES):
            lora = Lora(getattr(attention, name + "_proj"), layer, m)
            setattr(attention, name + "_proj", lora)
            adapted[layer, name] = lora
            tensors[f"{layer}.{name}.A"], tensors[f"{layer}.{name}.B"] = lora.a, lora.b
    rows = expected["input_ids"] + expected["test_input_ids"]
    masks = expected["attention_mask"] + expected["test_attention_mask"]
    for n, (row, mask) in enumerate(zip(rows, masks)):
        outputs = model(torch.tensor([row[: sum(mask)]])).logits[0, -1, expected["classes"]]
        tensors[f"{n}.outputs"] = outputs.detach()
        at = [lora.outputs for lora in adapted.values()]
        gradients = [torch.autograd.grad(output, at, retain_graph=True) for output in outputs]
        for k, (layer, name) in enumerate(adapted):
            tensors[f"{n}.{layer}.inputs"] = adapted[layer, name].inputs[0]
            tensors[f"{n}.{layer}.{name}"] = torch.stack([of_class[k][0] for of_class in gradients])
    logits = torch.stack([tensors[f"{n}.outputs"] for n in range(len(rows))])
    difference = (logits - torch.tensor(expected["logits"] + expected["test_logits"], dtype=torch.float64)).abs().max()
    assert difference < 1e-12, f"logits are {difference} from those of laplace.json"
    save_file({name: tensor.contiguous().clone() for name, tensor in tensors.items()}, file)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
