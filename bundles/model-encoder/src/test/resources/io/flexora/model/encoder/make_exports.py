"""Makes optimum.onnx and dynamo.onnx of this folder, exports of one random BERT, and prints what PyTorch computes.

Needs onnx, onnxscript and torch, and for optimum.onnx optimum-onnx, which had no release for transformers 5 yet.
Usage: python make_exports.py optimum|dynamo FOLDER
"""
import os
import sys
import tempfile

import onnx
import torch
from transformers import BertConfig, FrozenEncoder

EXPORTER, OUT = sys.argv[1:]
TEXTS = [[2, 5, 9, 21, 17, 3], [2, 28, 11, 3]]


def bert(attention):
    """Three heads of size four; every tensor differs from every other, as after training."""
    config = BertConfig(
        vocab_size=30, hidden_size=12, num_hidden_layers=2, num_attention_heads=3, intermediate_size=20,
        max_position_embeddings=16)
    model = FrozenEncoder._from_config(config, attn_implementation=attention, add_pooling_layer=False).eval()
    generator = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for name, weight in sorted(model.named_parameters()):
            mean, deviation = (0, 0.3) if weight.dim() > 1 else (1 if name.endswith("LayerNorm.weight") else 0, 0.1)
            weight.copy_(mean + deviation * torch.randn(weight.shape, generator=generator))
    return model


def by_optimum(file):
    from optimum.exporters.onnx import main_export

    with tempfile.TemporaryDirectory() as folder:
        bert("sdpa").save_pretrained(folder)
        main_export(folder, folder + "/out", task="feature-extraction", library_name="transformers")
        save(folder + "/out/model.onnx", file)


def by_dynamo(file):
    model = bert("sdpa")
    model.config.return_dict = False
    ids = torch.ones(2, 6, dtype=torch.long)
    inputs = {"input_ids": 3 * ids, "attention_mask": ids.clone(), "token_type_ids": 0 * ids}
    shape = {0: torch.export.Dim("batch", max=64), 1: torch.export.Dim("sequence", max=16)}
    with tempfile.TemporaryDirectory() as folder:
        torch.onnx.export(
            model, (), folder + "/model.onnx", kwargs=inputs, dynamo=True, opset_version=18, external_data=False,
            input_names=list(inputs), output_names=["last_hidden_state"],
            dynamic_shapes={name: shape for name in inputs})
        save(folder + "/model.onnx", file)


def save(source, target):
    """Without the exporter's notes, which are ten times as long as the model."""
    model = onnx.load(source)
    graph = model.graph
    del graph.value_info[:]
    for part in [model, graph, *graph.node, *graph.initializer, *graph.input, *graph.output]:
        part.ClearField("doc_string")
        part.ClearField("metadata_props")
    onnx.checker.check_model(model)
    onnx.save(model, target)


{"optimum": by_optimum, "dynamo": by_dynamo}[EXPORTER](os.path.join(OUT, EXPORTER + ".onnx"))
exact = bert("eager").double()
for ids in TEXTS:
    states = exact(torch.tensor([ids])).last_hidden_state[0].detach()
    for name, values in ("first", states[0]), ("mean", states.mean(0)):
        print(name, ids, ", ".join(f"{value:.10f}" for value in values.tolist()))
