package io.flexora.model.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.ability.FrozenMatrices;
import io.flexora.api.ability.PrunableModel;
import io.flexora.api.ability.TextGenerator;
import io.flexora.api.ability.TextGenerator.Sampling;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.head.Head;
import io.flexora.api.head.Objective;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.Batch;
import io.flexora.api.model.ModelMemory;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Decisions;
import io.flexora.api.run.FlexoraException;
import io.flexora.formats.gguf.GgufFile;
import io.flexora.formats.gguf.GgufMetadata;
import io.flexora.formats.gguf.GgufTensor;
import io.flexora.formats.gguf.GgufType;
import io.flexora.formats.gguf.GgufWriter;
import io.flexora.formats.gguf.NewTensor;
import io.flexora.formats.safetensors.SafetensorsModel;
import io.flexora.numerics.transformer.ArrayValues;
import io.flexora.transformers.causal.AdaptedCausal;
import io.flexora.transformers.causal.CausalOptions;
import io.flexora.transformers.checkpoint.ComputeChoice;
import io.flexora.transformers.checkpoint.WeightStorage;
import io.flexora.transformers.token.Bos;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A base that stays as its checkpoint stores it computes what its dequantised numbers do. */
class StoredWeightsTest {

  @TempDir private Path temporary;

  private static final List<String> FEW = List.of("q_proj", "v_proj");

  private static DecoderBackend backend(
      Path source, ComputeChoice type, int segments, WeightStorage weights) {
    CausalOptions options =
        new CausalOptions(
            source.toString(),
            Optional.empty(),
            64,
            type,
            Bos.AUTO,
            Optional.empty(),
            1024,
            segments,
            weights);
    return new DecoderBackend(options, Path::of, Device.cpu(), new Decisions(), notice -> {});
  }

  private static Path tiny(String name) {
    Path folder = TinyModel.named(name).folder();
    Path gguf = folder.resolve("model.gguf");
    return Files.exists(gguf) ? gguf : folder;
  }

  @ParameterizedTest
  @ValueSource(strings = {"F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1"})
  void agreesWithTransformersAndPeft(String type) throws IOException {
    String property = System.getProperty("flexora.reference", "");
    Path folder = Path.of(property, "gguf");
    assumeTrue(!property.isEmpty() && Files.isDirectory(folder), "no folder of gguf references");
    JsonNode file = new ObjectMapper().readTree(folder.resolve("reference.json").toFile());
    JsonNode expected = file.get("types").get(type);
    Path model = folder.resolve(type + ".gguf");
    try (BaseModel base = backend(model, ComputeChoice.FLOAT64, 0, WeightStorage.STORED).load()) {
      int[] row = TinyModel.ints(file.get("input_ids").get(0));
      int[] other = Arrays.copyOf(TinyModel.ints(file.get("input_ids").get(1)), 8);
      double[][] scores = everyToken(base, List.of(row, other));
      assertClose(scores[0], logSoftmax(expected.get("logits_row0_last")));
      assertClose(scores[1], logSoftmax(expected.get("logits_row1_position7")));
      assertGradient(base, file, expected);
    }
  }

  /** With every token of the vocabulary as a choice, the scores are the logarithmic softmax. */
  private static double[][] everyToken(BaseModel base, List<int[]> prompts) {
    List<int[]> every =
        IntStream.range(0, base.shape().vocabulary()).mapToObj(i -> new int[] {i}).toList();
    List<Tokens> rows =
        prompts.stream().map(prompt -> TinyModel.question(prompt, every, 0)).toList();
    AdapterPlan nothing = new AdapterPlan(Lora.method(0), List.of(), List.of(), Head.NONE);
    try (AdaptedModel bare = base.adapt(nothing);
        NDManager scope = base.manager().newSubManager()) {
      Point point = Point.of(scope.create(new double[0]));
      return bare.scores(scope, bare.batch(scope, rows), point);
    }
  }

  private static double[] logSoftmax(JsonNode logits) {
    double[] values = TinyModel.doubles(logits);
    double sum = Math.log(Arrays.stream(values).map(Math::exp).sum());
    return Arrays.stream(values).map(v -> v - sum).toArray();
  }

  private static void assertGradient(BaseModel base, JsonNode file, JsonNode expected) {
    AdapterPlan plan =
        new AdapterPlan(Lora.method(0), List.of(0, 1), FEW, Head.NONE, Objective.ANSWER);
    try (AdaptedModel adapted = base.adapt(plan);
        NDManager scope = base.manager().newSubManager()) {
      NDArray theta = scope.create(Lora.theta(adapted.parameters(), FEW, 0.3, 0.2));
      LossGradient found =
          adapted.lossGradient(scope, adapted.batch(scope, TinyModel.rows(file)), Point.of(theta));
      assertThat(found.loss()).isCloseTo(expected.get("lora_loss").asDouble(), within(1e-9));
      double[] gradient = ArrayValues.of(found.theta());
      List<Double> norms = new ArrayList<>();
      for (Slice slice : adapted.parameters().slices()) {
        norms.add(
            Math.sqrt(
                IntStream.range((int) slice.offset(), (int) (slice.offset() + slice.size()))
                    .mapToDouble(i -> gradient[i] * gradient[i])
                    .sum()));
      }
      assertClose(
          norms.stream().mapToDouble(n -> n).toArray(),
          TinyModel.doubles(expected.get("lora_gradient_norms")));
      double[] row = TinyModel.doubles(expected.get("lora_gradient_first_A_row0"));
      assertClose(Arrays.copyOf(gradient, row.length), row);
    }
  }

  private static void assertClose(double[] found, double[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i])
          .isCloseTo(expected[i], within(1e-9 * Math.max(1, Math.abs(expected[i]))));
    }
  }

  /** All that a model is asked for. */
  private record Numbers(
      List<Double> gradient,
      List<Double> product,
      List<Double> scores,
      List<Integer> generated,
      List<Double> matrix) {}

  /** Rows to learn and questions to score. */
  private record Texts(List<Tokens> rows, List<Tokens> questions) {}

  private static Numbers numbers(
      String name, ComputeChoice type, int segments, WeightStorage weights) throws IOException {
    JsonNode reference = TinyModel.named(name).reference();
    Texts texts = new Texts(TinyModel.rows(reference), TinyModel.questions(reference));
    return numbers(backend(tiny(name), type, segments, weights), type, texts);
  }

  private static Numbers numbers(DecoderBackend backend, ComputeChoice type, Texts texts)
      throws IOException {
    try (BaseModel base = backend.load()) {
      List<String> modules = base.shape().modules().stream().map(ModuleShape::name).toList();
      List<Integer> layers = List.of(1, 2);
      try (AdaptedModel adapted =
              base.adapt(new AdapterPlan(Lora.method(0), layers, modules, Head.NONE));
          NDManager scope = base.manager().newSubManager()) {
        DataType trained = type == ComputeChoice.FLOAT64 ? DataType.FLOAT64 : DataType.FLOAT32;
        NDArray theta =
            scope.create(Lora.theta(adapted.parameters(), modules, 0.3, 0.2)).toType(trained, true);
        NDArray alpha = scope.create(new double[] {0.2, -0.1}).toType(trained, true);
        Point point = Point.of(theta, alpha);
        Batch batch = adapted.batch(scope, texts.rows());
        LossGradient found = adapted.lossGradient(scope, batch, point);
        Direction product =
            adapted.hessianProduct(scope, batch, point, new Direction(theta.sin(), alpha.cos()));
        double[][] scores = adapted.scores(scope, adapted.batch(scope, texts.questions()), point);
        int[] generated =
            adapted
                .ability(TextGenerator.class)
                .orElseThrow()
                .generate(
                    scope, new int[] {1, 5, 9}, point, new Sampling(6, 0, 1, 1, Set.of()), t -> {});
        NDArray matrix =
            base.ability(FrozenMatrices.class).orElseThrow().weight(scope, 2, modules.get(0));
        return new Numbers(
            joined(found.loss(), found.theta(), found.alpha().orElseThrow()),
            joined(0, product.theta(), product.alpha()),
            Arrays.stream(scores).flatMapToDouble(Arrays::stream).boxed().toList(),
            Arrays.stream(generated).boxed().toList(),
            joined(0, matrix.flatten()));
      }
    }
  }

  private static List<Double> joined(double first, NDArray... arrays) {
    return DoubleStream.concat(
            DoubleStream.of(first),
            Arrays.stream(arrays).flatMapToDouble(a -> Arrays.stream(ArrayValues.of(a))))
        .boxed()
        .toList();
  }

  @ParameterizedTest
  @CsvSource({
    "gguf-llama3-q8_0, FLOAT32",
    "gguf-llama3-q8_0, BF16",
    "gguf-qwen2-q8_0, FLOAT32",
    "gguf-gemma2-f16, FLOAT32",
    "gguf-phi3-f16, FLOAT32",
    "llama3-nf4, FLOAT32",
    "llama3-fp4, BF16"
  })
  void isTheSameBitForBit(String name, ComputeChoice type) throws IOException {
    Numbers dense = numbers(name, type, 3, WeightStorage.DENSE);
    assertSame(numbers(name, type, 0, WeightStorage.STORED), dense);
  }

  /** Whole models of each type that llama.cpp's mixtures have, as most published files are. */
  @ParameterizedTest
  @CsvSource({
    "Q2_K, Q6_K, FLOAT32",
    "Q3_K, Q5_K, FLOAT32",
    "Q4_K, Q6_K, BF16",
    "Q5_K, Q4_K, FLOAT32",
    "Q6_K, Q3_K, FLOAT64",
    "Q4_K, Q2_K, FLOAT32"
  })
  void largeBlocksAreTheSameBitForBit(GgufType matrices, GgufType embedding, ComputeChoice type)
      throws IOException {
    Path file = temporary.resolve("model.gguf");
    RandomGguf.tiny(matrices, embedding).write(file);
    Tokens row =
        TinyModel.question(new int[] {1, 60, 17, 33}, List.of(new int[] {5, 94, 71, 8}), 0);
    Tokens question =
        TinyModel.question(new int[] {9, 50}, List.of(new int[] {3, 41}, new int[] {77}), 1);
    Texts texts = new Texts(List.of(row, question), List.of(question, row));
    Numbers dense = numbers(backend(file, type, 3, WeightStorage.DENSE), type, texts);
    Numbers stored = numbers(backend(file, type, 0, WeightStorage.STORED), type, texts);
    assertThat(dense.gradient()).allMatch(Double::isFinite);
    assertThat(dense.gradient().get(0)).isBetween(1.0, 20.0);
    assertSame(stored, dense);
  }

  @Test
  void stackedExpertsAreTheSameBitForBit() throws IOException {
    Path file = temporary.resolve("model.gguf");
    RandomGguf.tiny(GgufType.Q4_K, GgufType.Q6_K).withExperts(3).write(file);
    Tokens row = TinyModel.question(new int[] {1, 60, 17}, List.of(new int[] {5, 94, 71}), 0);
    Texts texts = new Texts(List.of(row), List.of(row));
    ComputeChoice type = ComputeChoice.FLOAT32;
    Numbers dense = numbers(backend(file, type, 3, WeightStorage.DENSE), type, texts);
    Numbers stored = numbers(backend(file, type, 0, WeightStorage.STORED), type, texts);
    assertThat(dense.gradient()).allMatch(Double::isFinite);
    assertSame(stored, dense);
  }

  private static void assertSame(Numbers found, Numbers expected) {
    assertThat(found.generated()).isEqualTo(expected.generated());
    assertThat(found.scores()).isEqualTo(expected.scores());
    // Of long lists a message would show every number.
    assertThat(found.gradient().equals(expected.gradient())).as("gradient").isTrue();
    assertThat(found.product().equals(expected.product())).as("Hessian product").isTrue();
    assertThat(found.matrix().equals(expected.matrix())).as("matrix").isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "llama3-nf4, DENSE",
    "llama3-nf4, STORED",
    "llama3-fp4, DENSE",
    "llama3-fp4, STORED",
  })
  void readsWhatBitsandbytesWrites(String name, WeightStorage weights) throws IOException {
    Path folder = TinyModel.named(name).folder();
    compare(folder, ComputeChoice.FLOAT32, weights, name, 0, 0);
  }

  /** Values of an 8-bit code are rounded otherwise, so a scale may differ in its last bit. */
  @Test
  void quantisesAsBitsandbytes() throws IOException {
    compare(tiny("llama3"), ComputeChoice.BF16, WeightStorage.NF4, "llama3-nf4", 0.005, 0.01);
  }

  @Test
  void quantisesRowsToEightBits() throws IOException {
    Matrices exact = new Matrices(tiny("llama3"), WeightStorage.DENSE);
    Matrices rounded = new Matrices(tiny("llama3"), WeightStorage.INT8);
    float[] wanted = exact.matrix("down_proj");
    float[] found = rounded.matrix("down_proj");
    for (int row = 0; row < wanted.length / 64; row++) {
      float most = 0;
      for (int i = 64 * row; i < 64 * row + 64; i++) {
        most = Math.max(most, Math.abs(wanted[i]));
      }
      for (int i = 64 * row; i < 64 * row + 64; i++) {
        assertThat(found[i]).isCloseTo(wanted[i], within(most / 254 * 1.0001f));
      }
    }
    assertThat(found).isNotEqualTo(wanted);
  }

  /** Reads a matrix of layer 0 of a model that is loaded for it. */
  private record Matrices(Path source, WeightStorage weights) {
    float[] matrix(String module) throws IOException {
      try (BaseModel base = backend(source, ComputeChoice.FLOAT32, 0, weights).load();
          NDManager scope = base.manager().newSubManager()) {
        return base.ability(FrozenMatrices.class)
            .orElseThrow()
            .weight(scope, 0, module)
            .toFloatArray();
      }
    }
  }

  private static void compare(
      Path source,
      ComputeChoice type,
      WeightStorage weights,
      String expected,
      double different,
      double tolerance)
      throws IOException {
    Path values = TinyModel.named(expected).folder().resolve("expected.safetensors");
    try (SafetensorsModel file = SafetensorsModel.open(values);
        BaseModel base = backend(source, type, 0, weights).load();
        NDManager scope = base.manager().newSubManager()) {
      FrozenMatrices matrices = base.ability(FrozenMatrices.class).orElseThrow();
      long differ = 0;
      long all = 0;
      for (ModuleShape module : base.shape().modules()) {
        float[] wanted = new float[module.inputs() * module.outputs()];
        file.readFloats(module.path(0) + ".weight", 0, FloatBuffer.wrap(wanted));
        float[] found = matrices.weight(scope, 0, module.name()).toFloatArray();
        for (int i = 0; i < wanted.length; i++) {
          assertThat(found[i])
              .isCloseTo(wanted[i], within((float) (tolerance * Math.abs(wanted[i]))));
          differ += found[i] == wanted[i] ? 0 : 1;
        }
        all += wanted.length;
      }
      assertThat(differ / (double) all).isLessThanOrEqualTo(different);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "gguf-llama3-q8_0, STORED, gguf-f16, 2e-3",
    "gguf-llama3-q8_0, STORED, safetensors, 1e-5",
    "llama3-nf4, STORED, safetensors, 2e-3",
    "llama3-fp4, DENSE, safetensors, 2e-3",
    "llama3, NF4, safetensors, 2e-3",
    "llama3, INT8, gguf-f16, 2e-3",
    "gguf-llama3-q8_0, NF4, gguf-q8_0, 0.1",
    "mixtral, NF4, safetensors, 2e-3",
    "granitemoe, INT8, safetensors, 2e-3",
    "granitemoe, NF4, safetensors, 2e-3"
  })
  void isMergedIntoTheNumbersThatWereTrainedOn(
      String name, WeightStorage weights, String format, double tolerance) throws IOException {
    Path folder = Files.createDirectory(temporary.resolve("merged"));
    int[] text = {9, 33, 71, 12, 50, 8, 20, 61, 44, 5};
    double[] adapted;
    try (BaseModel base = backend(tiny(name), ComputeChoice.FLOAT32, 0, weights).load();
        AdaptedCausal model =
            (AdaptedCausal)
                base.adapt(new AdapterPlan(Lora.method(0), List.of(1), FEW, Head.NONE));
        NDManager scope = base.manager().newSubManager()) {
      NDArray theta =
          scope
              .create(Lora.theta(model.parameters(), FEW, 0.2, 0.1))
              .toType(DataType.FLOAT32, true);
      model.export(format, theta, List.of(), folder);
      adapted = model.logits(Point.of(theta), text);
    }
    Path merged =
        format.startsWith("gguf")
            ? folder.resolve("model-" + format.substring(5) + ".gguf")
            : folder;
    double size = Arrays.stream(adapted).map(Math::abs).max().orElseThrow();
    try (BaseModel base = backend(merged, ComputeChoice.FLOAT32, 0, WeightStorage.DENSE).load();
        AdaptedCausal bare =
            (AdaptedCausal)
                base.adapt(new AdapterPlan(Lora.method(0), List.of(), List.of(), Head.NONE));
        NDManager scope = base.manager().newSubManager()) {
      double[] found = bare.logits(Point.of(scope.create(new float[0])), text);
      for (int i = 0; i < found.length; i++) {
        assertThat(found[i]).isCloseTo(adapted[i], within(tolerance * size));
      }
    }
    if (weights != WeightStorage.DENSE) {
      JsonNode told = new ObjectMapper().readTree(folder.resolve("merge.json").toFile());
      assertThat(told.get("base_weights").asText()).isEqualTo(weights.word());
      assertThat(told.get("relative_logit_difference").asDouble()).isLessThan(tolerance);
    }
  }

  @Test
  void saysWhichTensorIsMissingBeforeItIsLoaded() throws IOException {
    Path file = temporary.resolve("model.gguf");
    try (GgufFile whole = GgufFile.open(tiny("gguf-llama3-q8_0"));
        OutputStream out = Files.newOutputStream(file)) {
      List<NewTensor> some =
          whole.tensors().stream()
              .filter(tensor -> !tensor.name().equals("blk.1.ffn_up.weight"))
              .map(tensor -> copy(whole, tensor))
              .toList();
      GgufWriter.write(out, GgufMetadata.builder().putAll(whole.metadata()).build(), some);
    }
    DecoderBackend backend = backend(file, ComputeChoice.FLOAT32, 0, WeightStorage.STORED);
    assertThatThrownBy(backend::describe)
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("it lacks the tensor 'model.layers.1.mlp.up_proj.weight'");
  }

  private static NewTensor copy(GgufFile from, GgufTensor tensor) {
    return new NewTensor(
        tensor.name(),
        tensor.shape(),
        tensor.type(),
        out -> {
          ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(tensor.byteCount()));
          from.read(tensor.name(), 0, bytes);
          out.write(bytes.array());
        });
  }

  @Test
  void cannotBePruned() throws IOException {
    DecoderBackend backend =
        backend(tiny("gguf-llama3-q8_0"), ComputeChoice.FLOAT32, 0, WeightStorage.STORED);
    assertThatThrownBy(() -> backend.describe().require(PrunableModel.class, "trainer 'losa'"))
        .isInstanceOf(FlexoraException.class)
        .hasMessage(
            "trainer 'losa' needs a model that can compute with pruned matrices, which this model"
                + " (llama) cannot; its matrices stay quantised, as model.weights is stored;"
                + " write dense to have them pruned");
    try (BaseModel base = backend.load()) {
      assertThat(base.ability(PrunableModel.class)).isEmpty();
    }
  }

  @Test
  void keepsTheBlocks() throws IOException {
    Path file = tiny("gguf-llama3-q8_0");
    long dense = bytes(file, WeightStorage.DENSE);
    long stored = bytes(file, WeightStorage.STORED);
    // 34 bytes instead of 128 for 32 numbers; norms and frequencies stay.
    assertThat(stored / (double) dense).isBetween(0.26, 0.29);
    DecoderBackend backend = backend(file, ComputeChoice.FLOAT32, 0, WeightStorage.STORED);
    // The table of the matrices is not counted.
    assertThat(backend.describe().weightBytes()).isBetween(stored * 94 / 100, stored);
    ModelMemory memory = backend.memory();
    assertThat(memory.activationSegments()).isEqualTo(3);
    long layer =
        4
            * backend.describe().modules().stream()
                .mapToLong(m -> (long) m.inputs() * m.outputs())
                .sum();
    assertThat(memory.unpacked().forGradient()).isEqualTo(layer + 4 * 96 * 32);
  }

  private static long bytes(Path file, WeightStorage weights) throws IOException {
    try (BaseModel base = backend(file, ComputeChoice.FLOAT32, 0, weights).load()) {
      return base.manager().getManagedArrays().stream()
          .mapToLong(a -> a.getShape().size() * a.getDataType().getNumOfBytes())
          .sum();
    }
  }
}
