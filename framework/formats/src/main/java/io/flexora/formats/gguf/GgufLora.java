package io.flexora.formats.gguf;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A LoRA adapter in llama.cpp's form: a GGUF file with two factors for each adapted matrix, named
 * after the tensor of the base. llama.cpp adds {@code alpha / rank · B A} to that, rows as the
 * base's file has them.
 *
 * @param architecture the architecture of the base, such as {@code llama}
 * @param alpha what llama.cpp divides by the rank of each module; 0 stands for a scale of 1, as it
 *     does there
 * @param matrices the factors by the name of the base's tensor, such as {@code blk.0.attn_q.weight}
 * @since 0.1
 */
public record GgufLora(String architecture, double alpha, Map<String, Factors> matrices) {

  private static final String TYPE = "general.type";
  private static final String ARCHITECTURE = "general.architecture";
  private static final String ADAPTER_TYPE = "adapter.type";
  private static final String ALPHA = "adapter.lora.alpha";
  private static final String ADAPTER = "adapter";
  private static final String LORA = "lora";
  private static final String A = ".lora_a";
  private static final String B = ".lora_b";

  /** Sorts and copies the matrices. */
  public GgufLora {
    matrices = Collections.unmodifiableMap(new TreeMap<>(matrices));
  }

  /**
   * The factors of a matrix.
   *
   * @param a {@code [rank, inputs]}, row-major
   * @param b {@code [outputs, rank]}, row-major, rows as the base's file has them
   */
  // Bulk data, handed on as it is.
  @SuppressWarnings("ArrayRecordComponent")
  public record Factors(int rank, int inputs, int outputs, float[] a, float[] b) {

    /**
     * Checks the sizes.
     *
     * @throws IllegalArgumentException if they do not fit each other
     */
    public Factors {
      if (rank < 1 || a.length != (long) rank * inputs || b.length != (long) outputs * rank) {
        throw new IllegalArgumentException(
            "factors of %d and %d numbers are not those of %d by %d at rank %d"
                .formatted(a.length, b.length, outputs, inputs, rank));
      }
    }
  }

  /** What llama.cpp multiplies the product of a module's factors by. */
  public double scale(Factors factors) {
    return alpha == 0 ? 1 : alpha / factors.rank();
  }

  /**
   * Writes the content of a file, in float32.
   *
   * @throws IOException if the stream cannot take it
   * @throws IllegalArgumentException if alpha is 0, which llama.cpp would take for a scale of 1
   *     whatever the rank
   */
  public void write(OutputStream out) throws IOException {
    if (!(alpha > 0)) {
      throw new IllegalArgumentException("alpha is " + alpha + ", but has to be above 0");
    }
    GgufMetadata metadata =
        GgufMetadata.builder()
            .putString(TYPE, ADAPTER)
            .putString(ARCHITECTURE, architecture)
            .putString(ADAPTER_TYPE, LORA)
            .putNumber(ALPHA, GgufValueType.FLOAT32, alpha)
            .build();
    List<NewTensor> tensors = new ArrayList<>();
    matrices.forEach(
        (name, factors) -> {
          tensors.add(tensor(name + A, factors.rank(), factors.inputs(), factors.a()));
          tensors.add(tensor(name + B, factors.outputs(), factors.rank(), factors.b()));
        });
    GgufWriter.write(out, metadata, tensors);
  }

  private static NewTensor tensor(String name, long rows, long columns, float[] values) {
    return NewTensor.of(
        name,
        List.of(rows, columns),
        GgufType.F32,
        (first, target, count) ->
            System.arraycopy(values, Math.toIntExact(first), target, 0, count));
  }

  /**
   * Reads a file as strictly as llama.cpp does, and more: what it would leave out silently is
   * refused.
   *
   * @throws IOException if it cannot be read
   * @throws FlexoraException if it is no such adapter, or a tensor has no partner, another shape
   *     than that or a number that is not finite
   */
  public static GgufLora read(Path path) throws IOException {
    try (GgufFile file = GgufFile.open(path)) {
      require(file, TYPE, ADAPTER);
      require(file, ADAPTER_TYPE, LORA);
      String architecture = file.metadata().requireString(ARCHITECTURE);
      double alpha = file.metadata().findDouble(ALPHA).orElse(0);
      if (!Double.isFinite(alpha)) {
        throw new FlexoraException("%s of %s is %s".formatted(ALPHA, path, alpha));
      }
      Map<String, Factors> matrices = new TreeMap<>();
      for (String name : names(file)) {
        matrices.put(name, factors(file, name));
      }
      return new GgufLora(architecture, alpha, matrices);
    }
  }

  private static void require(GgufFile file, String key, String value) {
    String found = file.metadata().findString(key).orElse("missing");
    if (!found.equals(value)) {
      throw new FlexoraException(
          "%s is no LoRA adapter: its %s is %s, and has to be %s"
              .formatted(file.path(), key, BrokenGgufRule.quoted(found), value));
    }
  }

  private static TreeSet<String> names(GgufFile file) {
    TreeSet<String> names = new TreeSet<>();
    for (GgufTensor tensor : file.tensors()) {
      String name = tensor.name();
      if (!name.endsWith(A) && !name.endsWith(B)) {
        throw new FlexoraException(
            "tensor %s of %s is no factor of a LoRA: its name has to end with %s or %s"
                .formatted(BrokenGgufRule.quoted(name), file.path(), A, B));
      }
      names.add(name.substring(0, name.length() - A.length()));
    }
    return names;
  }

  private static Factors factors(GgufFile file, String name) throws IOException {
    GgufTensor a = half(file, name + A);
    GgufTensor b = half(file, name + B);
    if (!a.shape().get(0).equals(b.shape().get(1))) {
      throw new FlexoraException(
          "%s and %s of %s have the shapes %s and %s, which are no factors of one matrix"
              .formatted(a.name(), b.name(), file.path(), a.shape(), b.shape()));
    }
    return new Factors(
        Math.toIntExact(a.shape().get(0)),
        Math.toIntExact(a.shape().get(1)),
        Math.toIntExact(b.shape().get(0)),
        values(file, a),
        values(file, b));
  }

  private static GgufTensor half(GgufFile file, String name) {
    if (!file.has(name)) {
      throw new FlexoraException(
          "%s has no tensor %s, so a factor lacks the other"
              .formatted(file.path(), BrokenGgufRule.quoted(name)));
    }
    GgufTensor tensor = file.tensor(name);
    if (tensor.shape().size() != 2 || tensor.size() == 0) {
      throw new FlexoraException(
          "tensor %s of %s has the shape %s, which is no matrix"
              .formatted(BrokenGgufRule.quoted(name), file.path(), tensor.shape()));
    }
    return tensor;
  }

  private static float[] values(GgufFile file, GgufTensor tensor) throws IOException {
    float[] values = new float[Math.toIntExact(tensor.size())];
    file.readFloats(tensor.name(), 0, values);
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new FlexoraException(
            "tensor '%s' of %s holds %s".formatted(tensor.name(), file.path(), value));
      }
    }
    return values;
  }
}
