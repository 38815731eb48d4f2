package io.flexora.model.decoder.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.run.FlexoraException;
import io.flexora.formats.safetensors.DType;
import io.flexora.formats.safetensors.SafetensorsFile;
import io.flexora.formats.safetensors.SafetensorsWriter;
import io.flexora.formats.safetensors.Tensor;
import io.flexora.formats.safetensors.TensorInfo;
import io.flexora.model.decoder.shape.DecoderArrays;
import io.flexora.model.decoder.shape.DecoderShape;
import io.flexora.numerics.torch.Arguments;
import io.flexora.numerics.torch.TorchEngine;
import io.flexora.numerics.torch.TorchScript;
import io.flexora.transformers.checkpoint.ComputeType;
import io.flexora.transformers.checkpoint.StoredTensor;
import io.flexora.transformers.family.CausalCheckpoint;
import io.flexora.transformers.rotary.Frequencies;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrays on the device against the numbers in the files. */
class FrozenWeightsTest {
  private static final String WIDE =
      """
        def wide(self, x: Tensor) -> Tensor:
          return x.to(7)
        def joined(self, xs: List[Tensor]) -> List[Tensor]:
          return xs
      """;

  @TempDir private Path temporary;
  private final NDManager owner = TorchEngine.start().newManager(Device.cpu());

  @AfterEach
  void close() {
    owner.close();
  }

  @ParameterizedTest
  @MethodSource("io.flexora.model.decoder.weights.Tiny#all")
  void holdTheCheckpointsNumbersInTheirOrder(String name) throws IOException {
    for (ComputeType type : ComputeType.values()) {
      try (CausalCheckpoint checkpoint = Tiny.open(Tiny.location(name))) {
        DecoderShape shape = Tiny.decoder(checkpoint).shape();
        DecoderArrays arrays = Tiny.decoder(checkpoint).arrays();
        List<NDArray> weights = Tiny.load(checkpoint, owner, type);

        assertThat(weights).hasSize(arrays.global() + arrays.perLayer() * shape.layers());
        assertThat(weights.get(arrays.place(DecoderArrays.Role.FREQUENCIES)).toDoubleArray())
            .isEqualTo(Frequencies.widened(shape.rotaries().get(0).frequencies()));
        List<double[]> expected = expected(checkpoint, shape);
        double precision = type == ComputeType.BF16 ? 1.0 / 256 : 0;
        for (int i = 0; i < expected.size(); i++) {
          if (i != arrays.place(DecoderArrays.Role.FREQUENCIES)) {
            requireClose(wide(weights.get(i)), expected.get(i), precision, name + " " + i);
          }
        }
      }
    }
  }

  private static void requireClose(double[] seen, double[] wanted, double precision, String what) {
    assertThat(seen.length).as(what).isEqualTo(wanted.length);
    for (int i = 0; i < seen.length; i++) {
      // A norm is float32, where adding the offset rounds.
      double allowed = precision * Math.abs(wanted[i]) + 1e-7;
      assertThat(Math.abs(seen[i] - wanted[i])).as(what).isLessThanOrEqualTo(allowed);
    }
  }

  private double[] wide(NDArray array) {
    try (NDManager scope = owner.newSubManager();
        TorchScript script = TorchScript.compile(scope, WIDE)) {
      return script.call("wide", new Arguments(scope).with("x", array)).get(0).toDoubleArray();
    }
  }

  private static List<double[]> expected(CausalCheckpoint checkpoint, DecoderShape shape)
      throws IOException {
    List<double[]> arrays = new ArrayList<>();
    arrays.add(read(checkpoint, 0, "model.embed_tokens.weight"));
    arrays.add(shape.tiedHead() ? arrays.get(0) : read(checkpoint, 0, "lm_head.weight"));
    arrays.add(read(checkpoint, shape.norms().offset(), "model.norm.weight"));
    arrays.add(new double[0]);
    for (int layer = 0; layer < shape.layers(); layer++) {
      String attention = "model.layers." + layer + ".self_attn.";
      String mlp = "model.layers." + layer + ".mlp.";
      double offset = shape.norms().offset();
      arrays.add(read(checkpoint, offset, "model.layers." + layer + ".input_layernorm.weight"));
      String[] qkv = {attention + "q_proj", attention + "k_proj", attention + "v_proj"};
      linear(arrays, checkpoint, qkv);
      addIfThere(arrays, read(checkpoint, offset, attention + "q_norm.weight"));
      addIfThere(arrays, read(checkpoint, offset, attention + "k_norm.weight"));
      linear(arrays, checkpoint, attention + "o_proj");
      arrays.add(
          read(checkpoint, offset, "model.layers." + layer + ".post_attention_layernorm.weight"));
      linear(arrays, checkpoint, mlp + "gate_proj", mlp + "up_proj");
      linear(arrays, checkpoint, mlp + "down_proj");
    }
    return arrays;
  }

  private static void linear(List<double[]> arrays, CausalCheckpoint checkpoint, String... modules)
      throws IOException {
    for (String end : List.of(".weight", ".bias")) {
      String[] names = new String[modules.length];
      for (int i = 0; i < names.length; i++) {
        names[i] = modules[i] + end;
      }
      addIfThere(arrays, read(checkpoint, 0, names));
    }
  }

  private static void addIfThere(List<double[]> arrays, double[] values) {
    if (values.length > 0) {
      arrays.add(values);
    }
  }

  /** Absent tensors count for nothing. */
  private static double[] read(CausalCheckpoint checkpoint, double offset, String... names)
      throws IOException {
    List<Double> all = new ArrayList<>();
    for (String name : names) {
      StoredTensor tensor = checkpoint.tensors().get(name);
      if (tensor != null) {
        float[] values = new float[(int) (tensor.rows() * tensor.rowSize())];
        checkpoint.readFloats(tensor, 0, values, (int) tensor.rows());
        for (float value : values) {
          all.add(value + offset);
        }
      }
    }
    return all.stream().mapToDouble(d -> d).toArray();
  }

  @Test
  void keepATiedHeadOnceAndNothingThatIsNotThere() throws IOException {
    try (CausalCheckpoint checkpoint = Tiny.open(Tiny.location("qwen2"));
        TorchScript script = TorchScript.compile(owner, WIDE)) {
      List<NDArray> weights = Tiny.load(checkpoint, owner, ComputeType.FLOAT32);

      DecoderArrays arrays = Tiny.decoder(checkpoint).arrays();
      assertThat(weights.get(arrays.place(DecoderArrays.Role.HEAD)))
          .isSameAs(weights.get(arrays.place(DecoderArrays.Role.EMBEDDING)));
      assertThat(arrays.has(DecoderArrays.Role.DOWN_BIAS)).isFalse();
      assertThat(weights).allMatch(array -> array.size() > 0);
      assertThat(script.call("joined", new Arguments(owner).with("xs", weights)))
          .hasSameSizeAs(weights);
    }
  }

  @Test
  void refuseNumbersThatAreNotFinite() throws IOException {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      Path folder = Tiny.copy("llama-tied-bias", Files.createTempDirectory(temporary, ""));
      change(folder, "model.layers.1.mlp.up_proj.weight", bytes -> bytes.putFloat(44, bad));

      assertThatThrownBy(() -> load(folder))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("'model.layers.1.mlp.up_proj.weight'")
          .hasMessageContaining("model.safetensors")
          .hasMessageContaining("not finite");
    }
  }

  private void load(Path folder) throws IOException {
    try (CausalCheckpoint checkpoint = Tiny.open(folder)) {
      Tiny.load(checkpoint, owner, ComputeType.FLOAT32);
    }
  }

  /** Writes the tensors of a folder again, with one changed. */
  private static void change(
      Path folder, String changed, java.util.function.Consumer<ByteBuffer> how) throws IOException {
    List<Tensor> tensors = tensors(folder);
    for (int i = 0; i < tensors.size(); i++) {
      Tensor tensor = tensors.get(i);
      if (tensor.name().equals(changed)) {
        byte[] bytes = bytes(tensor);
        how.accept(ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN));
        tensors.set(i, Tensor.of(changed, tensor.type(), tensor.shape(), bytes));
      }
    }
    write(folder, tensors);
  }

  private static void write(Path folder, List<Tensor> tensors) {
    SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors, Map.of());
  }

  private static byte[] bytes(Tensor tensor) throws IOException {
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    tensor.content().writeTo(out);
    return out.toByteArray();
  }

  private static List<Tensor> tensors(Path folder) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("model.safetensors"))) {
      List<Tensor> tensors = new ArrayList<>();
      for (TensorInfo info : file.tensors()) {
        ByteBuffer bytes = ByteBuffer.allocate((int) info.byteCount());
        file.read(info.name(), 0, bytes);
        tensors.add(Tensor.of(info.name(), info.type(), info.shape(), bytes.array()));
      }
      return tensors;
    }
  }

  @Test
  void refuseMissingSuperfluousAndWronglyShapedTensorsInOneMessage() throws IOException {
    Path folder = Tiny.copy("llama-tied-bias", temporary);
    List<Tensor> tensors = tensors(folder);
    tensors.removeIf(t -> t.name().equals("model.norm.weight"));
    tensors.removeIf(t -> t.name().equals("model.layers.2.self_attn.k_proj.bias"));
    tensors.add(Tensor.of("model.layers.0.router.weight", List.of(2L), new float[2]));
    tensors.add(Tensor.of("model.layers.2.self_attn.k_proj.bias", List.of(13L), new float[13]));
    write(folder, tensors);

    assertThatThrownBy(() -> load(folder))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("lacks the tensor 'model.norm.weight' [24]")
        .hasMessageContaining("'model.layers.0.router.weight'")
        .hasMessageContaining(
            "tensor 'model.layers.2.self_attn.k_proj.bias' of "
                + folder.resolve("model.safetensors")
                + " has the shape [13], not [12]");
  }

  @Test
  void refuseTypesThatAreNotOfDecoders() throws IOException {
    Path folder = Tiny.copy("llama-tied-bias", temporary);
    List<Tensor> tensors = tensors(folder);
    tensors.removeIf(t -> t.name().equals("model.norm.weight"));
    tensors.add(Tensor.of("model.norm.weight", DType.U8, List.of(24L), new byte[24]));
    write(folder, tensors);

    assertThatThrownBy(() -> load(folder))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("'model.norm.weight'")
        .hasMessageContaining("has the type U8; accepted are BF16, F16 and F32");
  }
}
