"""Quantises the tiny Llama of the tests with bitsandbytes, as transformers saves it.

Needs bitsandbytes (0.50 was used), torch and safetensors. Usage:

    python make_four_bit_checkpoints.py RESOURCES/tiny/llama3 RESOURCES/tiny/llama3-nf4 nf4 nested
    python make_four_bit_checkpoints.py RESOURCES/tiny/llama3 RESOURCES/tiny/llama3-fp4 fp4 plain

Each matrix of a layer becomes what `quantize_4bit` makes of it in bfloat16; `expected.safetensors` has what
bitsandbytes makes of some of them again. Everything else stays as it is.
"""

import json
import pathlib
import shutil
import sys

import bitsandbytes.functional as bnb
import torch
from bitsandbytes.backends.default.ops import _dequantize_4bit_compute
from safetensors.torch import load_file, save_file


def dequantised(packed, state):
    # The kernel for processors takes each row to begin a block, which is wrong of rows shorter than one.
    absmax = state.absmax
    if state.nested:
        absmax = bnb.dequantize_blockwise(state.absmax, state.state2) + state.offset
    return _dequantize_4bit_compute(
        packed.reshape(-1), absmax.float(), state.code, state.blocksize, state.shape, state.dtype
    ).to(torch.float32)


def main(source, target, kind, scales):
    target.mkdir(exist_ok=True)
    weights = {}
    for file in sorted(source.glob("*.safetensors")):
        weights.update(load_file(file))
    saved, expected = {}, {}
    for name, tensor in weights.items():
        if not name.endswith("_proj.weight"):
            saved[name] = tensor
            continue
        packed, state = bnb.quantize_4bit(
            tensor.to(torch.bfloat16), quant_type=kind, compress_statistics=scales == "nested", blocksize=64
        )
        saved[name] = packed
        for key, value in state.as_dict(packed=True).items():
            saved[f"{name}.{key}"] = value
        if ".0." in name:
            expected[name] = dequantised(packed, state)
    save_file(saved, target / "model.safetensors", {"format": "pt"})
    save_file(expected, target / "expected.safetensors")
    config = json.loads((source / "config.json").read_text())
    config["quantization_config"] = {
        "quant_method": "bitsandbytes",
        "load_in_4bit": True,
        "bnb_4bit_quant_type": kind,
        "bnb_4bit_use_double_quant": scales == "nested",
    }
    (target / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    for name in ["tokenizer.json", "tokenizer_config.json", "reference.json"]:
        shutil.copy(source / name, target / name)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), *sys.argv[3:])
