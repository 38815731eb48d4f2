#!/usr/bin/env python3
"""Makes the tiny checkpoints that the decoder's tests load, and the numbers that they compare with.

Made with torch 2.15.0 (CPU), transformers 5.24.0, peft 0.21.2, safetensors 0.8.0, gguf 0.19.0,
numpy 2.4.6 on Python 3.11.

    make_tiny_checkpoints.py bundles/model-decoder/src/test/resources/tiny

writes one folder for each checkpoint: random weights of a decoder with 3 layers, and reference.json
with what transformers and PEFT compute with them in float64 (also in norms and angles, where transformers
itself falls back to float32; the frequencies of the rotary positions are float32 as there):

  input_ids, attention_mask, labels   a batch of two rows, padded on the right
  logits_row0_last, logits_row1_position7
                                      logits of the model itself
  frequencies                         the float32 frequencies of the rotary positions
  modules                             the linear modules of a layer, and the few of them that are adapted
  lora                                loss and gradient norms with LoRA on the few, mostly q_proj and v_proj
  all_modules                         the same with LoRA on all linear modules of a layer
  lora_logits_row0_last               logits with that LoRA
  choices                             two questions with choices, each row is prompt + choice: the
                                      choices' summed log-likelihoods, the mean cross-entropy over
                                      them, and its gradient norms, with that LoRA
  greedy                              8 tokens that the model itself goes on with after a prompt

frequencies.json has those of models as they are published, activity.json what hooks on modules and layers
see with LoRA on some of them.

LoRA: r = 8, lora_alpha = 16, layer l = 0.., module m = its place among the adapted modules, 0-based i,
j, o: A[i, j] = 0.3 sin(0.37 (i + 1) (j + 1) + l + 0.5 m), B[o, i] = 0.2 cos(0.11 (o + 1) + 0.7 i + l
- m). Norms are in the order layer, module, A then B.

gguf-llama3-q8_0-split is gguf-llama3-q8_0 in parts of 12 tensors.

The GGUF files are written with the gguf package by the rules of llama.cpp's conversion: rows of q and
k permuted where it turns neighbours, 1 added to the norms of gemmas, rope_freqs.weight for the scaling of
Llama 3, rope_factors_short.weight and rope_factors_long.weight for LongRoPE.
Their reference is what transformers computes with the same weights, each quantised and dequantised by
the gguf package.
"""

import json
import math
import shutil
import sys
from functools import partial
from pathlib import Path

import gguf
import numpy as np
import tokenizers
import torch
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import AutoConfig, AutoModelForCausalLM, PreTrainedTokenizerFast

VOCABULARY = 96
SMALL = ["q_proj", "v_proj"]
ALL = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]
FEW = {"phi3": ["qkv_proj", "gate_up_proj"]}
MANY = {
    "phi3": ["qkv_proj", "o_proj", "gate_up_proj", "down_proj"],
    "phi": ["q_proj", "k_proj", "v_proj", "dense", "fc1", "fc2"],
}
BASE = {
    "vocab_size": VOCABULARY,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "hidden_act": "silu",
    "max_position_embeddings": 128,
    "rms_norm_eps": 1e-5,
    "initializer_range": 0.02,
    "attention_dropout": 0.0,
    "use_cache": True,
}
LLAMA = BASE | {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "bos_token_id": 1, "eos_token_id": 2}

# Each config.json as it is published: new and old keys of the rotary positions, keys left out.
CONFIGS = {
    "llama2": LLAMA
    | {
        "num_key_value_heads": 4,
        "intermediate_size": 56,
        "rope_scaling": None,
        "pretraining_tp": 1,
        "tie_word_embeddings": False,
        "torch_dtype": "float16",
        "transformers_version": "4.31.0.dev0",
    },
    "llama-linear": LLAMA
    | {
        "num_key_value_heads": None,
        "intermediate_size": 56,
        "rope_theta": 20000.0,
        "rope_scaling": {"type": "linear", "factor": 4.0},
        "tie_word_embeddings": False,
        "torch_dtype": "bfloat16",
    },
    "llama3": LLAMA
    | {
        "rope_parameters": {
            "rope_type": "llama3",
            "rope_theta": 500000.0,
            "factor": 8.0,
            "low_freq_factor": 1.0,
            "high_freq_factor": 4.0,
            "original_max_position_embeddings": 16,
        },
        "tie_word_embeddings": False,
        "dtype": "bfloat16",
        "eos_token_id": [2, 3],
    },
    "llama-tied-bias": LLAMA
    | {
        "hidden_size": 24,
        "intermediate_size": 40,
        "attention_bias": True,
        "mlp_bias": True,
        "rope_theta": 10000.0,
        "rope_scaling": {"rope_type": "default"},
        "tie_word_embeddings": True,
        "torch_dtype": "float32",
    },
    "mistral": BASE
    | {
        "architectures": ["MistralForCausalLM"],
        "model_type": "mistral",
        "head_dim": 16,
        "sliding_window": 6,
        "rope_theta": 1000000.0,
        "torch_dtype": "bfloat16",
        "bos_token_id": 1,
        "eos_token_id": 2,
    },
    "qwen2": BASE
    | {
        "architectures": ["Qwen2ForCausalLM"],
        "model_type": "qwen2",
        "rms_norm_eps": 1e-6,
        "rope_theta": 1000000.0,
        "use_sliding_window": True,
        "sliding_window": 5,
        "max_window_layers": 1,
        "tie_word_embeddings": True,
        "torch_dtype": "bfloat16",
    },
    "qwen3": BASE
    | {
        "architectures": ["Qwen3ForCausalLM"],
        "model_type": "qwen3",
        "rms_norm_eps": 1e-6,
        "head_dim": 16,
        "rope_theta": 1000000,
        "rope_scaling": None,
        "attention_bias": False,
        "use_sliding_window": False,
        "sliding_window": None,
        "max_window_layers": 3,
        "tie_word_embeddings": False,
        "torch_dtype": "bfloat16",
    },
    "gemma": BASE
    | {
        "architectures": ["GemmaForCausalLM"],
        "model_type": "gemma",
        "hidden_act": "gelu",
        "num_key_value_heads": 1,
        "head_dim": 16,
        "rms_norm_eps": 1e-6,
        "rope_theta": 10000.0,
        "rope_scaling": None,
        "torch_dtype": "bfloat16",
        "bos_token_id": 2,
        "eos_token_id": 1,
        "pad_token_id": 0,
    },
}

def family(model_type, architecture, **keys):
    """A checkpoint of odd sizes, all different."""
    return {
        "architectures": [architecture],
        "model_type": model_type,
        "vocab_size": VOCABULARY,
        "hidden_size": 24,
        "intermediate_size": 20,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 128,
        "initializer_range": 0.02,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "pad_token_id": 0,
        "torch_dtype": "bfloat16",
    } | keys


# Published keys where they are older than rope_parameters and layer_types.
CONFIGS |= {
    "gemma2": family(
        "gemma2",
        "Gemma2ForCausalLM",
        head_dim=10,
        hidden_act="gelu_pytorch_tanh",
        hidden_activation="gelu_pytorch_tanh",
        query_pre_attn_scalar=10,
        sliding_window=5,
        attn_logit_softcapping=3.0,
        final_logit_softcapping=4.0,
        rope_theta=10000.0,
    ),
    "gemma3": family(
        "gemma3_text",
        "Gemma3ForCausalLM",
        num_hidden_layers=7,
        head_dim=10,
        hidden_activation="gelu_pytorch_tanh",
        query_pre_attn_scalar=10,
        sliding_window=4,
        sliding_window_pattern=6,
        rope_theta=1000000.0,
        rope_local_base_freq=5000.0,
        rope_scaling={"rope_type": "linear", "factor": 8.0},
        final_logit_softcapping=None,
    ),
    "phi3": family(
        "phi3",
        "Phi3ForCausalLM",
        hidden_size=32,
        num_key_value_heads=1,
        partial_rotary_factor=0.75,
        rope_theta=10000.0,
        # Every text is a long one, whatever it is padded to, and the factor of attention, 2, is exact in float32.
        original_max_position_embeddings=4,
        max_position_embeddings=256,
        rope_scaling={
            "type": "longrope",
            "short_factor": [1.0, 1.1, 1.3],
            "long_factor": [1.2, 2.5, 4.0],
        },
        sliding_window=9,
        rms_norm_eps=1e-5,
    ),
    "phi": family(
        "phi",
        "PhiForCausalLM",
        partial_rotary_factor=0.4,
        hidden_size=40,
        qk_layernorm=False,
        num_key_value_heads=4,
        rope_theta=10000.0,
        layer_norm_eps=1e-5,
    ),
    "phi-norms": family(
        "phi", "PhiForCausalLM", partial_rotary_factor=0.5, num_attention_heads=3, num_key_value_heads=3, qk_layernorm=True
    ),
    "olmo2": family("olmo2", "Olmo2ForCausalLM", rms_norm_eps=1e-6, rope_theta=500000, rope_scaling=None),
    "granite": family(
        "granite",
        "GraniteForCausalLM",
        attention_bias=True,
        mlp_bias=True,
        embedding_multiplier=6.0,
        attention_multiplier=0.25,
        residual_multiplier=0.375,
        logits_scaling=1.5,
        rms_norm_eps=1e-5,
        rope_theta=10000.0,
        tie_word_embeddings=True,
    ),
    "stablelm": family(
        "stablelm",
        "StableLmForCausalLM",
        hidden_size=40,
        num_attention_heads=5,
        num_key_value_heads=5,
        partial_rotary_factor=0.25,
        use_qkv_bias=True,
        layer_norm_eps=1e-5,
        rope_theta=10000,
    ),
    "stablelm-parallel": family(
        "stablelm",
        "StableLmForCausalLM",
        hidden_size=32,
        partial_rotary_factor=0.5,
        qk_layernorm=True,
        use_parallel_residual=True,
        rope_theta=10000,
    ),
    "smollm3": family(
        "smollm3",
        "SmolLM3ForCausalLM",
        num_hidden_layers=4,
        no_rope_layer_interval=4,
        rope_theta=5000000.0,
        rms_norm_eps=1e-6,
        tie_word_embeddings=True,
        use_sliding_window=False,
    ),
}
OFFSET = {"gemma", "gemma2", "gemma3_text"}
TURNING_NEIGHBOURS = {"llama", "granite", "smollm3"}
TYPES = {"float16": torch.float16, "bfloat16": torch.bfloat16, "float32": torch.float32}
QUANTISED = {"F16": gguf.GGMLQuantizationType.F16, "Q8_0": gguf.GGMLQuantizationType.Q8_0}


def random_weights(model, seed):
    generator = torch.Generator().manual_seed(seed)
    offset = 0 if model.config.model_type in OFFSET else 1
    weights = {}
    for name, value in model.state_dict().items():
        if name == "lm_head.weight" and model.config.tie_word_embeddings:
            continue
        noise = torch.randn(value.shape, generator=generator, dtype=torch.float64)
        norm = name.endswith("norm.weight") or ".norms." in name
        weights[name] = offset + 0.2 * noise if norm else 0.3 * noise if value.ndim > 1 else 0.1 * noise
    return weights


def make_checkpoint(folder, name, config, seed):
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    kind = TYPES[config.get("dtype") or config["torch_dtype"]]
    model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(folder))
    weights = {k: v.to(kind).contiguous() for k, v in random_weights(model, seed).items()}
    if name == "llama2":  # as the first checkpoints of Llama 2 have it
        for layer in range(config["num_hidden_layers"]):
            weights[f"model.layers.{layer}.self_attn.rotary_emb.inv_freq"] = torch.ones(4)
    if name == "llama3":
        save_shards(folder, weights)
    else:
        save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def save_shards(folder, weights):
    names = sorted(weights)
    parts = [names[: len(names) // 2], names[len(names) // 2 :]]
    where = {}
    for number, part in enumerate(parts, 1):
        file = f"model-{number:05d}-of-{len(parts):05d}.safetensors"
        save_file({k: weights[k] for k in part}, folder / file, metadata={"format": "pt"})
        where |= {k: file for k in part}
    size = sum(w.numel() * w.element_size() for w in weights.values())
    index = {"metadata": {"total_size": size}, "weight_map": where}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")


def permuted(rows, heads):
    """Rows of q or k as llama.cpp's interleaved rotary form wants them."""
    return rows.reshape(heads, 2, rows.shape[0] // heads // 2, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)


GGUF_NAMES = {
    "model.embed_tokens": "token_embd",
    "model.norm": "output_norm",
    "lm_head": "output",
    "input_layernorm": "attn_norm",
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm",
    "post_attention_layernorm": "ffn_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "model.final_layernorm": "output_norm",
    "self_attn.qkv_proj": "attn_qkv",
    "self_attn.dense": "attn_output",
    "mlp.gate_up_proj": "ffn_up",
    "mlp.fc1": "ffn_up",
    "mlp.fc2": "ffn_down",
    "pre_feedforward_layernorm": "ffn_norm",
    "post_feedforward_layernorm": "post_ffw_norm",
    "self_attn.q_layernorm": "attn_q_norm",
    "self_attn.k_layernorm": "attn_k_norm",
}
GGUF_ARCHITECTURES = {"gemma3_text": "gemma3", "phi": "phi2"}


def gguf_name(name, family):
    stem, kind = name.rsplit(".", 1)
    if not stem.startswith("model.layers."):
        return f"{GGUF_NAMES[stem]}.{kind}"
    _, _, layer, module = stem.split(".", 3)
    if module == "post_attention_layernorm" and family in ("gemma2", "gemma3_text", "olmo2"):
        return f"blk.{layer}.post_attention_norm.{kind}"
    return f"blk.{layer}.{GGUF_NAMES[module]}.{kind}"


def make_gguf(source, folder, kind, most=0):
    """Writes the checkpoint of a folder as a GGUF file, or as several of so many tensors at most, and
    what it amounts to into folder/hf."""
    (folder / "hf").mkdir(parents=True)
    config = AutoConfig.from_pretrained(source)
    family = config.model_type
    weights = {}
    for file in sorted(source.glob("*.safetensors")):
        weights |= load_file(file)
    rounded = {}
    architecture = GGUF_ARCHITECTURES.get(family, family)
    writer = gguf.GGUFWriter(folder / "model.gguf", architecture, split_max_tensors=most)
    write_metadata(writer, config, kind)
    for name, value in weights.items():
        if name.endswith("inv_freq"):
            continue
        if ".norms." in name:
            rounded[name] = value.to(torch.float32)
            continue
        data = value.to(torch.float32).numpy()
        target = QUANTISED[kind] if data.ndim > 1 else gguf.GGMLQuantizationType.F32
        # Rows are quantised each by itself, so that this and the permutation below commute.
        rounded[name] = torch.tensor(gguf.quants.dequantize(gguf.quants.quantize(data, target), target))
        if family in TURNING_NEIGHBOURS and ".q_proj." in name:
            data = permuted(data, config.num_attention_heads)
        if family in TURNING_NEIGHBOURS and ".k_proj." in name:
            data = permuted(data, config.num_key_value_heads)
        if family in OFFSET and name.endswith("norm.weight"):
            data = data + np.float32(1)
        writer.add_tensor(gguf_name(name, family), gguf.quants.quantize(data, target), raw_dtype=target)
    for layer in range(config.num_hidden_layers if getattr(config, "qk_layernorm", False) else 0):
        for which, heads in [("q", config.num_attention_heads), ("k", config.num_key_value_heads)]:
            path = f"model.layers.{layer}.self_attn.{which}_layernorm.norms"
            stacked = torch.stack([weights[f"{path}.{h}.weight"].to(torch.float32) for h in range(heads)])
            writer.add_tensor(f"blk.{layer}.attn_{which}_norm.weight", stacked.numpy())
    if config.rope_parameters.get("rope_type") == "longrope":
        for kind in ["short", "long"]:
            factors = np.array(config.rope_parameters[f"{kind}_factor"], dtype=np.float32)
            writer.add_tensor(f"rope_factors_{kind}.weight", factors)
    if config.rope_parameters.get("rope_type") == "llama3":
        writer.add_tensor("rope_freqs.weight", rope_factors(config))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    # The file says nothing of sliding windows, which llama.cpp does not have for these families.
    described = json.loads((source / "config.json").read_text()) | {"use_sliding_window": False}
    (folder / "hf" / "config.json").write_text(json.dumps(described))
    save_file(rounded, folder / "hf" / "model.safetensors", metadata={"format": "pt"})


def write_metadata(writer, config, kind):
    head = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    writer.add_name("tiny")
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_key_length(head)
    writer.add_value_length(head)
    if hasattr(config, "rms_norm_eps"):
        writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    else:
        writer.add_layer_norm_eps(config.layer_norm_eps)
    write_family(writer, config, head)
    if config.model_type == "llama":
        writer.add_rope_dimension_count(head)
        writer.add_vocab_size(config.vocab_size)
    writer.add_file_type({"F16": gguf.LlamaFileType.MOSTLY_F16, "Q8_0": gguf.LlamaFileType.MOSTLY_Q8_0}[kind])
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    printable = [chr(c) for c in range(33, 33 + VOCABULARY - 7)]
    writer.add_token_list(["<unk>", "<s>", "</s>", "<pad>", "Ġ"] + printable + ["Ġa", "Ġb"])
    writer.add_token_types([3, 3, 3, 3, 1] + [1] * (len(printable) + 2))
    writer.add_token_merges(["Ġ a", "Ġ b"])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_add_bos_token(False)


def write_family(writer, config, head):
    rope = config.rope_parameters.get("full_attention", config.rope_parameters)
    writer.add_rope_freq_base(rope["rope_theta"])
    if config.model_type in ("gemma2", "gemma3_text", "phi3"):
        writer.add_sliding_window(config.sliding_window)
    if config.model_type == "gemma2":
        writer.add_attn_logit_softcapping(config.attn_logit_softcapping)
        writer.add_final_logit_softcapping(config.final_logit_softcapping)
    if config.model_type == "gemma3_text":
        writer.add_float32("gemma3.rope.freq_base_swa", config.rope_parameters["sliding_attention"]["rope_theta"])
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(rope["factor"])
    if config.model_type in ("phi", "phi3", "stablelm"):
        writer.add_rope_dimension_count(int(head * rope["partial_rotary_factor"]))
    if config.model_type == "phi3":
        first = config.original_max_position_embeddings
        writer.add_rope_scaling_orig_ctx_len(first)
        scale = config.max_position_embeddings / first
        writer.add_rope_scaling_attn_factors(math.sqrt(1 + math.log(scale) / math.log(first)))
    if config.model_type == "stablelm":
        writer.add_parallel_residual(config.use_parallel_residual)
    if config.model_type == "granite":
        writer.add_embedding_scale(config.embedding_multiplier)
        writer.add_attention_scale(config.attention_multiplier)
        writer.add_residual_scale(config.residual_multiplier)
        writer.add_logit_scale(config.logits_scaling)


def plain_frequencies(config):
    exponents = torch.arange(0, config.head_dim, 2, dtype=torch.float32) / config.head_dim
    return 1.0 / (config.rope_parameters["rope_theta"] ** exponents)


def rope_factors(config):
    """What llama.cpp's conversion of Llama 3 divides the frequencies by."""
    rope = config.rope_parameters
    low = rope["original_max_position_embeddings"] / rope["low_freq_factor"]
    high = rope["original_max_position_embeddings"] / rope["high_freq_factor"]
    factors = []
    for frequency in plain_frequencies(config):
        wavelength = 2 * math.pi / frequency
        if wavelength < high:
            factors.append(1)
        elif wavelength > low:
            factors.append(rope["factor"])
        else:
            smooth = (rope["original_max_position_embeddings"] / wavelength - rope["low_freq_factor"]) / (
                rope["high_freq_factor"] - rope["low_freq_factor"]
            )
            factors.append(1 / ((1 - smooth) / rope["factor"] + smooth))
    return np.array(factors, dtype=np.float32)


def norm(module, offset, x):
    epsilon = module.eps if hasattr(module, "eps") else module.variance_epsilon
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + epsilon) * (module.weight + offset)


def angles(module, x, position_ids, layer_type=None):
    """Cosines and sines in float64, of texts one by one: long ones have other frequencies."""
    prefix = f"{layer_type}_" if layer_type else ""
    frequencies = getattr(module, f"{prefix}inv_freq")
    scaling = getattr(module, f"{prefix}attention_scaling", 1.0)
    rope = module.config.rope_parameters
    if rope.get("rope_type") == "longrope":
        long = int(position_ids.max()) + 1 > rope["original_max_position_embeddings"]
        factors = torch.tensor(rope["long_factor" if long else "short_factor"], dtype=torch.float32)
        exponents = torch.arange(0, 2 * len(factors), 2, dtype=torch.int64).float() / (2 * len(factors))
        frequencies = 1.0 / (factors * rope["rope_theta"] ** exponents)
    turned = position_ids[..., None].double() * frequencies.double()
    turned = torch.cat((turned, turned), dim=-1)
    return turned.cos() * scaling, turned.sin() * scaling


def load(folder):
    capped = getattr(AutoConfig.from_pretrained(folder), "attn_logit_softcapping", None)
    attention = "eager" if capped else "sdpa"  # which knows no soft caps
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float64, attn_implementation=attention)
    for module in model.modules():
        if type(module).__name__.endswith("RMSNorm"):
            module.forward = partial(norm, module, 1 if model.config.model_type in OFFSET else 0)
    rotary = model.model.rotary_emb
    if folder.name == "hf" and model.config.rope_parameters.get("rope_type") == "llama3":
        frequencies = plain_frequencies(model.config) / torch.tensor(rope_factors(model.config))
        rotary.inv_freq.copy_(frequencies)
    rotary.forward = partial(angles, rotary)
    return model.eval()


def with_lora(folder, modules):
    model = load(folder)
    config = LoraConfig(r=8, lora_alpha=16, target_modules=modules, lora_dropout=0.0, task_type="CAUSAL_LM")
    model = get_peft_model(model, config).to(torch.float64)
    parameters = []
    for l, layer in enumerate(model.base_model.model.model.layers):
        for m, name in enumerate(modules):
            part = layer.self_attn if hasattr(layer.self_attn, name) else layer.mlp
            linear = getattr(part, name)
            a, b = linear.lora_A["default"].weight, linear.lora_B["default"].weight
            i, j = torch.arange(a.shape[0]).double()[:, None], torch.arange(a.shape[1]).double()[None, :]
            o, k = torch.arange(b.shape[0]).double()[:, None], torch.arange(b.shape[1]).double()[None, :]
            a.data.copy_(0.3 * torch.sin(0.37 * (i + 1) * (j + 1) + l + 0.5 * m))
            b.data.copy_(0.2 * torch.cos(0.11 * (o + 1) + 0.7 * k + l - m))
            parameters += [a, b]
    return model, parameters


def batch():
    generator = np.random.default_rng(7)
    ids = torch.tensor(generator.integers(4, VOCABULARY, (2, 11)))
    mask = torch.ones_like(ids)
    mask[1, 8:] = 0
    labels = ids.clone()
    labels[:, :4] = -100
    labels[mask == 0] = -100
    return ids, mask, labels


def row_logits(model):
    """Row by row, as the length of a text may matter."""
    ids, mask, _ = batch()
    lengths = mask.sum(1).tolist()
    rows = [model(input_ids=ids[i : i + 1, :n]).logits[0] for i, n in enumerate(lengths)]
    return torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)


def lora_numbers(folder, modules):
    model, parameters = with_lora(folder, modules)
    ids, mask, labels = batch()
    logits = row_logits(model)
    loss = torch.nn.functional.cross_entropy(logits[:, :-1].reshape(-1, VOCABULARY), labels[:, 1:].reshape(-1))
    gradients = torch.autograd.grad(loss, parameters)
    return {
        "loss": loss.item(),
        "gradient_norms": [g.norm().item() for g in gradients],
        "gradient_layer0_q_A_row0": gradients[0][0].tolist(),
    }


QUESTIONS = [
    {"prompt": [9, 33, 71, 12, 50], "choices": [[20, 61, 8], [20, 7], [90]], "label": 1},
    {"prompt": [44, 5, 28], "choices": [[17, 80], [66, 81, 19, 30]], "label": 0},
]


def choice_numbers(folder, modules):
    model, parameters = with_lora(folder, modules)
    losses, scores = [], []
    for question in QUESTIONS:
        own = []
        for choice in question["choices"]:
            ids = torch.tensor([question["prompt"] + choice])
            likelihoods = torch.log_softmax(model(input_ids=ids).logits[0, :-1], -1)
            start = len(question["prompt"]) - 1
            own.append(sum(likelihoods[start + i, token] for i, token in enumerate(choice)))
        own = torch.stack(own)
        scores.append(own.tolist())
        losses.append(torch.nn.functional.cross_entropy(own, torch.tensor(question["label"])))
    loss = torch.stack(losses).mean()
    gradients = torch.autograd.grad(loss, parameters)
    return {
        "questions": QUESTIONS,
        "scores": scores,
        "loss": loss.item(),
        "gradient_norms": [g.norm().item() for g in gradients],
    }


def greedy(model, folder):
    for wish in range(3 * VOCABULARY):
        first, least = wish % VOCABULARY, [0.1, 0.05, 0.02][wish // VOCABULARY]
        prompt = [max(3, first), 40, 77, 15, 62]
        ids, margins = list(prompt), []
        for _ in range(8):
            logits = model(input_ids=torch.tensor([ids])).logits[0, -1]
            best = torch.topk(logits, 2).values
            margins.append((best[0] - best[1]).item())
            ids.append(int(logits.argmax()))
        # A wide margin, so that float32 and bfloat16 choose the same; and a text that says something.
        if min(margins) > least and len(set(ids[5:])) > 4 - 2 * (wish // VOCABULARY):
            made = model.generate(
                torch.tensor([prompt]), max_new_tokens=8, do_sample=False, eos_token_id=None, pad_token_id=0
            )
            assert made[0].tolist() == ids, (made, ids)
            return {"prompt": prompt, "tokens": ids[5:], "least_margin": min(margins)}
    raise SystemExit(f"{folder}: no prompt has a clear continuation")


def reference(folder, target):
    """Writes what the checkpoint of a folder computes into another folder."""
    model = load(folder)
    ids, mask, labels = batch()
    with torch.no_grad():
        logits = row_logits(model)
        generated = greedy(model, folder)
    small = FEW.get(model.config.model_type, SMALL)
    every = MANY.get(model.config.model_type, ALL)
    adapted, _ = with_lora(folder, small)
    with torch.no_grad():
        adapted_logits = row_logits(adapted)
    numbers = {
        "input_ids": ids.tolist(),
        "attention_mask": mask.tolist(),
        "labels": labels.tolist(),
        "logits_row0_last": logits[0, -1].tolist(),
        "logits_row1_position7": logits[1, 7].tolist(),
        "frequencies": next(model.model.rotary_emb.buffers()).float().tolist(),
        "modules": {"few": small, "all": every},
        "lora": lora_numbers(folder, small),
        "all_modules": lora_numbers(folder, every),
        "lora_logits_row0_last": adapted_logits[0, -1].tolist(),
        "choices": choice_numbers(folder, small),
        "greedy": generated,
    }
    (target / "reference.json").write_text(json.dumps(numbers) + "\n")
    print(target.name, numbers["lora"]["loss"], numbers["choices"]["scores"], generated["tokens"], flush=True)


ACTIVITY = [
    ("llama3", "answer", SMALL, [0, 1, 2]),
    ("qwen2", "answer", ALL, [0, 1, 2]),
    ("qwen3", "choices", ALL, [1]),
    ("gemma", "answer", SMALL, [0, 2]),
    ("mistral", "answer", ALL, [0, 1, 2]),
    ("llama3", "choices", ["v_proj", "down_proj"], []),
    ("phi3", "answer", MANY["phi3"], [0, 2]),
    ("phi", "choices", MANY["phi"], [1, 2]),
    ("gemma2", "answer", ALL, [0, 1]),
]


def texts(objective):
    """Texts, and the first token of each that counts: those that a question shares count once."""
    if objective == "answer":
        ids, mask, _ = batch()
        return [(row[: int(m.sum())].tolist(), 0) for row, m in zip(ids, mask)]
    return [
        (question["prompt"] + choice, len(question["prompt"]) if c else 0)
        for question in QUESTIONS
        for c, choice in enumerate(question["choices"])
    ]


def activity(folder, objective, modules, layers):
    """What hooks see: squares of what adapters add and frozen matrices put out, and angles of layers."""
    model, parameters = with_lora(folder, modules)
    made = model.base_model.model.model.layers
    adapter = np.zeros((len(made), len(modules)))
    frozen, angles, first = np.zeros_like(adapter), np.zeros(len(made)), 0

    def measure(l, m, linear, inputs, _):
        x = inputs[0][0, first:]
        a, b = linear.lora_A["default"].weight, linear.lora_B["default"].weight
        adapter[l, m] += (2 * x @ a.T @ b.T).square().sum().item()
        frozen[l, m] += (x @ linear.base_layer.weight.T).square().sum().item()

    def turn(l, _, inputs, outputs):
        x, y = inputs[0][0, first:], (outputs[0] if isinstance(outputs, tuple) else outputs)[0, first:]
        cosine = torch.cosine_similarity(x, y, dim=-1).clamp(-1, 1)
        angles[l] += (torch.acos(cosine) / math.pi).sum().item()

    for l, layer in enumerate(made):
        layer.register_forward_hook(partial(turn, l))
        for m, name in enumerate(modules):
            linear = getattr(layer.self_attn if hasattr(layer.self_attn, name) else layer.mlp, name)
            if l not in layers:
                linear.lora_B["default"].weight.data.zero_()
            linear.register_forward_hook(partial(measure, l, m))
    with torch.no_grad():
        for ids, first in texts(objective):
            model(input_ids=torch.tensor([ids]))
    return {
        "model": folder.name,
        "objective": objective,
        "modules": modules,
        "layers": layers,
        "tokens": sum(len(ids) - start for ids, start in texts(objective)),
        "adapter_squares": adapter.tolist(),
        "frozen_squares": frozen.tolist(),
        "angles": angles.tolist(),
    }


LLAMA3_WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def make_tokenizer(folder, name):
    """Writes a small tokenizer in the manner of the family: characters and a few merges."""
    specials = ["<unk>", "<s>", "</s>", "<pad>"]
    sentencepiece = name in ["llama2", "llama-linear", "mistral", "gemma"]
    space = "▁" if sentencepiece else "Ġ"
    merges = [("t", "h"), ("th", "e"), (space, "a"), (space, "the"), ("i", "n"), ("in", "g"), ("1", "2")]
    characters = [space] + [chr(c) for c in range(33, 127) if chr(c) not in "#$%&*/;@[]^`{}|~\\\"<>QXZ"]
    made = [a + b for a, b in merges]
    characters = characters[: VOCABULARY - len(specials) - len(made)]
    vocab = {token: i for i, token in enumerate(specials + characters + made)}
    model = tokenizers.models.BPE(
        vocab=vocab,
        merges=merges,
        unk_token="<unk>" if sentencepiece else None,
        fuse_unk=sentencepiece,
        byte_fallback=sentencepiece,
        ignore_merges=name == "llama3",
    )
    tokenizer = tokenizers.Tokenizer(model)
    cut = tokenizers.pre_tokenizers
    if sentencepiece:
        steps = [tokenizers.normalizers.Replace(" ", "▁")]
        if name != "gemma":
            steps.insert(0, tokenizers.normalizers.Prepend("▁"))
        tokenizer.normalizer = tokenizers.normalizers.Sequence(steps)
        tokenizer.decoder = tokenizers.decoders.Sequence(
            [
                tokenizers.decoders.Replace("▁", " "),
                tokenizers.decoders.ByteFallback(),
                tokenizers.decoders.Fuse(),
            ]
            + ([tokenizers.decoders.Strip(" ", 1, 0)] if name != "gemma" else [])
        )
    else:
        if name == "llama-tied-bias":
            tokenizer.pre_tokenizer = cut.Sequence(
                [cut.Digits(individual_digits=True), cut.ByteLevel(add_prefix_space=False)]
            )
        else:
            words = LLAMA3_WORDS if name == "llama3" else LLAMA3_WORDS.replace("{1,3}", "")
            tokenizer.pre_tokenizer = cut.Sequence(
                [
                    cut.Split(tokenizers.Regex(words), "isolated"),
                    cut.ByteLevel(add_prefix_space=False, use_regex=False),
                ]
            )
        if name.startswith("qwen"):
            tokenizer.normalizer = tokenizers.normalizers.NFC()
        tokenizer.decoder = tokenizers.decoders.ByteLevel()
    if name in ["llama2", "llama3", "gemma"]:
        tokenizer.post_processor = tokenizers.processors.TemplateProcessing(
            single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)]
        )
    template = "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}\n{% endfor %}"
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
        pad_token="<pad>",
        chat_template=template if name == "qwen3" else None,
    ).save_pretrained(folder)


def rotary_frequencies(target):
    """Writes the frequencies of rotary positions of models as they are published, by config.json."""
    cases = [
        {"head_dim": 128, "rope_theta": 10000.0},
        {"head_dim": 64, "rope_theta": 100000},
        {"head_dim": 256, "rope_theta": 1000000.0},
        {"head_dim": 80, "rope_theta": 10000.0, "rope_scaling": {"type": "linear", "factor": 3.0}},
        {
            "head_dim": 128,
            "rope_theta": 500000.0,
            "max_position_embeddings": 131072,
            "rope_scaling": {
                "rope_type": "llama3",
                "factor": 8.0,
                "low_freq_factor": 1.0,
                "high_freq_factor": 4.0,
                "original_max_position_embeddings": 8192,
            },
        },
        {
            "head_dim": 64,
            "max_position_embeddings": 131072,
            "rope_parameters": {
                "rope_theta": 500000.0,
                "rope_type": "llama3",
                "factor": 32.0,
                "low_freq_factor": 1.0,
                "high_freq_factor": 4.0,
                "original_max_position_embeddings": 8192,
            },
        },
    ]
    made = []
    for case in cases:
        small = {"hidden_size": 64, "num_attention_heads": 2, "num_hidden_layers": 1, "vocab_size": 8}
        config = AutoConfig.for_model("llama", **json.loads(json.dumps(small | case)))
        model = AutoModelForCausalLM.from_config(config)
        made.append({"config": LLAMA | small | case, "frequencies": model.model.rotary_emb.inv_freq.tolist()})
    (target / "frequencies.json").write_text(json.dumps(made) + "\n")


def main():
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
    # Written with a type, float32 whatever the model's is.
    torch.nn.functional.softmax = lambda x, dim, dtype=None: torch.softmax(x, dim)
    rotary_frequencies(target)
    for seed, (name, config) in enumerate(CONFIGS.items()):
        shutil.rmtree(target / name, ignore_errors=True)
        make_checkpoint(target / name, name, config, seed)
        make_tokenizer(target / name, name)
        reference(target / name, target / name)
    measured = [activity(target / case[0], *case[1:]) for case in ACTIVITY]
    lines = ",\n".join(json.dumps(case) for case in measured)
    (target / "activity.json").write_text("[\n" + lines + "\n]\n")
    for name, source, kind in [
        ("gguf-llama3-f16", "llama3", "F16"),
        ("gguf-llama3-q8_0", "llama3", "Q8_0"),
        ("gguf-qwen2-q8_0", "qwen2", "Q8_0"),
        ("gguf-qwen3-f16", "qwen3", "F16"),
        ("gguf-gemma-f16", "gemma", "F16"),
        ("gguf-gemma2-f16", "gemma2", "F16"),
        ("gguf-gemma3-f16", "gemma3", "F16"),
        ("gguf-phi3-f16", "phi3", "F16"),
        ("gguf-phi-f16", "phi", "F16"),
        ("gguf-olmo2-f16", "olmo2", "F16"),
        ("gguf-granite-f16", "granite", "F16"),
        ("gguf-stablelm-f16", "stablelm", "F16"),
        ("gguf-stablelm-parallel-f16", "stablelm-parallel", "F16"),
        ("gguf-smollm3-f16", "smollm3", "F16"),
    ]:
        shutil.rmtree(target / name, ignore_errors=True)
        make_gguf(target / source, target / name, kind)
        reference(target / name / "hf", target / name)
        shutil.rmtree(target / name / "hf")
    split = target / "gguf-llama3-q8_0-split"
    shutil.rmtree(split, ignore_errors=True)
    make_gguf(target / "llama3", split, "Q8_0", most=12)
    shutil.rmtree(split / "hf")


if __name__ == "__main__":
    main()
