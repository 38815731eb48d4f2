package io.flexora.transformers.packed;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.torch.ScriptText;
import io.flexora.numerics.torch.TorchScript;
import java.util.ArrayList;
import java.util.List;

/**
 * Quantises matrices as they are loaded: in four bits as QLoRA does (NF4 in blocks of 64, whose
 * scales are quantised in turn in blocks of 256), or in eight bits by rows.
 *
 * @since 0.1
 */
public final class Quantiser {

  /** The quantiles of a normal distribution that bitsandbytes has as NF4. */
  private static final float[] NF4 = {
    -1.0f,
    -0.6961928f,
    -0.52507305f,
    -0.3949175f,
    -0.28444138f,
    -0.18477343f,
    -0.091050036f,
    0.0f,
    0.0795803f,
    0.1609302f,
    0.2461123f,
    0.33791524f,
    0.44070983f,
    0.562617f,
    0.72295684f,
    1.0f
  };

  private static final long BLOCK = 64;
  private static final long SCALES_BLOCK = 256;
  private static final int EXPONENTS = 7;

  private final NDManager owner;
  private final TorchScript script;
  private final NDArray code;
  private final NDArray scales;
  private final NDArray sizes;
  private final NDArray single;

  /**
   * Compiles what it needs.
   *
   * @param owner the owner of the arrays that it makes
   */
  public Quantiser(NDManager owner) {
    this.owner = owner;
    this.script = ScriptText.of(Quantiser.class, "quantise.torchscript").compile(owner);
    this.code = NativeArrays.of(owner, NF4);
    this.scales = NativeArrays.of(owner, codeOfScales());
    this.sizes = NativeArrays.of(owner, new long[] {BLOCK, SCALES_BLOCK});
    this.single = NativeArrays.of(owner, new float[0], new Shape(0));
  }

  /** Signed numbers with a shared exponent of a power of ten and up to six bits of a fraction. */
  private static float[] codeOfScales() {
    List<Float> values = new ArrayList<>();
    for (int exponent = 0; exponent < EXPONENTS; exponent++) {
      int parts = 1 << exponent;
      double scale = Math.pow(10, exponent - EXPONENTS + 1);
      for (int i = 0; i < parts; i++) {
        float middle = (float) ((0.1 + 0.9 * (i + 0.5) / parts) * scale);
        values.add(middle);
        values.add(-middle);
      }
    }
    values.add(0f);
    values.add(1f);
    values.sort(null);
    float[] code = new float[values.size()];
    for (int i = 0; i < code.length; i++) {
      code[i] = values.get(i);
    }
    return code;
  }

  /**
   * Quantises a matrix.
   *
   * @param tensor its name
   * @param matrix {@code [outputs, inputs]}, all finite
   * @param format {@link WeightFormat#FOUR_BIT_NESTED} or {@link WeightFormat#INT8_ROWS}
   */
  public PackedMatrix of(String tensor, NDArray matrix, WeightFormat format) {
    long outputs = matrix.getShape().get(0);
    long inputs = matrix.getShape().get(1);
    try (NDManager scope = owner.newSubManager()) {
      Arguments arguments = new Arguments(scope).with("matrix", matrix);
      if (format.equals(WeightFormat.INT8_ROWS)) {
        NDList made = script.call("int8_rows", arguments);
        made.attach(owner);
        return new PackedMatrix(tensor, outputs, inputs, format, made);
      }
      NDList made = script.call("four_bit", arguments.with("code", code).with("scales", scales));
      made.attach(owner);
      List<NDArray> arrays =
          List.of(made.get(0), sizes, code, single, made.get(1), made.get(2), scales, made.get(3));
      return new PackedMatrix(tensor, outputs, inputs, format, arrays);
    }
  }
}
