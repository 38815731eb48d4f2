"""Makes python.gguf and python.f32 with the Python package gguf: pip install gguf numpy.

python.gguf has a tensor of random blocks of each type, and one row of numbers in each type that can be written;
python.f32 has what gguf.quants makes of them: float32, little-endian, tensor after tensor.
"""
import numpy as np
from gguf import GGMLQuantizationType as T
from gguf import GGUFValueType as V
from gguf import GGUFWriter
from gguf.constants import GGML_QUANT_SIZES
from gguf.quants import dequantize, quantize

random = np.random.default_rng(20260101)
SCALES = {
    T.Q4_0: [0], T.Q4_1: [0, 2], T.Q5_0: [0], T.Q5_1: [0, 2], T.Q8_0: [0],
    T.Q2_K: [80, 82], T.Q3_K: [108], T.Q4_K: [0, 2], T.Q5_K: [0, 2], T.Q6_K: [208],
}
EDGES = [0.0, -0.0, 1.0, -2.5, 65504.0, 2**-14, 2**-24, 2**-25, 3 * 2**-26, 1 + 2**-11, 1 + 3 * 2**-11, 1 / 3, -1e-7, 0.5, 127, -126.5]


def random_blocks(kind):
    elements, width = GGML_QUANT_SIZES[kind]
    rows, blocks = 2, 64 // elements or 1
    data = random.integers(0, 256, (rows * blocks, width), dtype=np.uint8)
    for at in SCALES[kind]:  # neither infinite nor NaN
        half = random.standard_normal(rows * blocks) * 10.0 ** random.integers(-6, 3, rows * blocks)
        data[:, at:at + 2] = half.astype(np.float16).view(np.uint8).reshape(-1, 2)
    return data.reshape(rows, -1)


numbers = random.standard_normal((3, 64)).astype(np.float32)
numbers[0, :16] = EDGES
numbers[1, 32:] = 0
numbers[2, :4] = [1, 0.5 / 127, -1.5 / 127, 2.5 / 127]
numbers[2, 4:32] *= 0.01

writer = GGUFWriter("python.gguf", "llama")
for name, kind, value in [
    ("uint8", V.UINT8, 200), ("int8", V.INT8, -100), ("uint16", V.UINT16, 60000), ("int16", V.INT16, -30000),
    ("uint32", V.UINT32, 4_000_000_000), ("int32", V.INT32, -2_000_000_000), ("uint64", V.UINT64, 2**64 - 1),
    ("int64", V.INT64, -(2**62)), ("float32", V.FLOAT32, 0.1), ("float64", V.FLOAT64, 0.1), ("bool", V.BOOL, True),
    ("string", V.STRING, "größe 😀"),
]:
    writer.add_key_value("test." + name, value, kind)
writer.add_array("test.strings", ["", "a", "größe"])
writer.add_array("test.floats", [0.5, -1.5])
writer.add_key_value("test.bytes", [1, 255], V.ARRAY, sub_type=V.UINT8)
writer.add_array("test.bools", [True, False])
writer.add_array("test.nested", [[1, 2], [3]])
expected = []


def add(name, data, kind):
    writer.add_tensor(name, data, raw_dtype=kind)
    expected.append(dequantize(data, kind).astype(np.float32).ravel())


for kind in SCALES:
    add("random." + kind.name, random_blocks(kind), kind)
for kind in [T.F32, T.F16, T.BF16, T.Q8_0]:
    add("numbers." + kind.name, quantize(numbers, kind), kind)
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
np.concatenate(expected).astype("<f4").tofile("python.f32")
