package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.ability.ModelExporter;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.adapter.TrainingSchedule;
import io.flexora.api.data.Example;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.head.Head;
import io.flexora.api.input.Tokens;
import io.flexora.api.input.Tokens.Continuation;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.Batch;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.Seeds;
import io.flexora.formats.peft.AdapterFolder;
import io.flexora.formats.peft.MethodKeys;
import io.flexora.formats.peft.PeftAdapter;
import io.flexora.formats.safetensors.SafetensorsFile;
import io.flexora.formats.safetensors.TensorInfo;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.numerics.transformer.AdapterChange;
import io.flexora.numerics.transformer.AdapterChange.PlainLora;
import io.flexora.numerics.transformer.AdapterConstants;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares an adapter method with PEFT: losses of a training, what is saved of it, its logits, and
 * those of PEFT's own file, read and merged into the model. The property {@code flexora.reference}
 * names the folder with {@code adapters/METHOD/BASE} and {@code tiny/BASE}; without it the tests
 * are skipped. The model backend is the installed one that {@link #model} names.
 *
 * @since 0.1
 */
public abstract class PeftReferenceSuite extends ExtensionSuite<AdapterMethod> {

  private static final List<Integer> LAYERS = List.of(0, 2);
  private static final double H = 1e-5;
  private static final int IGNORED = -100;
  private static final AdapterStart NOTHING = new AdapterStart(Map.of(), Map.of(), List.of());
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The largest difference of a loss from PEFT's in the latest training. */
  private double largest;

  @TempDir private Path exports;

  /** For subclasses. */
  protected PeftReferenceSuite() {
    super(AdapterMethod.class);
  }

  /** The folder of the method, such as {@code lora}. */
  protected abstract String method();

  /** The adapted modules. */
  protected List<String> modules() {
    return List.of("q_proj", "v_proj");
  }

  /**
   * The constants of each site, where PEFT saves none.
   *
   * @param parameters what the parameters start from
   */
  protected Map<AdapterSite, List<AdapterArray>> constants(
      Map<AdapterSite, List<AdapterArray>> parameters) {
    return Map.of();
  }

  /**
   * The model behind a folder.
   *
   * @param type {@code float64} or {@code float32}
   * @param segments the segments of layers of which one at a time keeps its activations
   */
  protected BaseModel model(Path folder, String type, int segments) throws IOException {
    String yaml =
        "{use: decoder, source: 'file:%s', max_tokens: 64, compute_dtype: %s, checkpoint_segments: %d}"
            .formatted(folder, type, segments);
    return extension(ModelBackend.class, yaml, host().services(SEED)).load();
  }

  @Test
  void trainsLlamaAsPeftDoes() throws IOException {
    compare("llama3", "float64", 1e-6);
  }

  @Test
  void trainsQwenAsPeftDoes() throws IOException {
    compare("qwen3", "float64", 1e-6);
  }

  @Test
  void trainsInSinglePrecisionAsPeftDoesInDouble() throws IOException {
    compare("llama3", "float32", 1e-4);
    compare("qwen3", "float32", 1e-4);
  }

  private void compare(String base, String type, double tolerance) throws IOException {
    Path root = reference();
    Path folder = root.resolve("adapters").resolve(method()).resolve(base);
    JsonNode batches = JSON.readTree(root.resolve("adapters/batches.json").toFile());
    JsonNode expected = JSON.readTree(folder.resolve("reference.json").toFile());
    try (BaseModel model = model(root.resolve("tiny").resolve(base), type, 0)) {
      AdapterMethod method = extension();
      AdapterPlan plan = new AdapterPlan(method, LAYERS, modules(), Head.NONE);
      AdapterStart given = begin(folder).start(model.shape(), plan, () -> NOTHING);
      AdapterStart start =
          new AdapterStart(given.parameters(), constants(given.parameters()), given.shared());
      try (AdaptedModel adapted = model.adapt(plan.withStart(start));
          NDManager scope = model.manager().newSubManager()) {
        largest = 0;
        NDArray theta = train(scope, adapted, batches, expected, tolerance);
        tell(base, type);
        PeftAdapter written = written(adapted, model, theta);
        PeftAdapter saved = AdapterFolder.read(folder.resolve("adapter"));
        assertSaved(written, saved, tolerance);
        assertConverted(scope, folder, restarted(saved, model, plan, start));
        Logits logits = new Logits(scope, batches, expected, 10 * tolerance);
        try (AdaptedModel again = model.adapt(restarted(written, model, plan, start))) {
          logits.require(again, "");
        }
        try (AdaptedModel ofPeft = model.adapt(restarted(saved, model, plan, start))) {
          logits.require(ofPeft, "");
          Path merged = exports.resolve(base + "-" + type);
          ofPeft
              .require(ModelExporter.class, name())
              .export(
                  "safetensors", ofPeft.initialTheta(scope, new Seeds(SEED)), List.of(), merged);
          assertMerged(merged, type, logits);
        }
      }
    }
  }

  /** The plan of an adapter that was read, which has the constants that no file has. */
  private static AdapterPlan restarted(
      PeftAdapter adapter, BaseModel model, AdapterPlan plan, AdapterStart constants) {
    AdapterStart read = adapter.start(model.shape(), plan, () -> NOTHING);
    return plan.withStart(
        new AdapterStart(read.parameters(), constants.constants(), constants.shared()));
  }

  /** PEFT's conversion to plain LoRA, which it has where a method changes the base. */
  private void assertConverted(NDManager scope, Path folder, AdapterPlan plan) throws IOException {
    Path converted = folder.resolve("adapter-converted");
    if (Files.notExists(converted)) {
      return;
    }
    PeftAdapter peft = AdapterFolder.read(converted);
    double alpha = ((Number) peft.configuration().get("lora_alpha")).doubleValue();
    double rank = ((Number) peft.configuration().get("r")).doubleValue();
    plan.start()
        .orElseThrow()
        .parameters()
        .forEach(
            (site, arrays) -> {
              List<NDArray> values = arrays.stream().map(a -> wide(scope, values(a))).toList();
              List<NDArray> constants = AdapterConstants.of(scope, plan, site, DataType.FLOAT64);
              ModuleShape module = site.module();
              NDArray like =
                  scope.zeros(new Shape(module.outputs(), module.inputs()), DataType.FLOAT64);
              PlainLora lora =
                  new AdapterChange(scope, plan.method())
                      .plainLora(scope, like, values, constants)
                      .orElseThrow();
              String prefix = PeftAdapter.PREFIX + site.path() + ".lora_";
              NDArray a = wide(scope, peft.tensors().get(prefix + "A.weight"));
              NDArray b = wide(scope, peft.tensors().get(prefix + "B.weight"));
              assertThat(
                      Engine.relativeDistance(
                          lora.b().matMul(lora.a()).toDoubleArray(),
                          b.matMul(a).mul(alpha / rank).toDoubleArray()))
                  .as("distance of the plain LoRA of %s at %s from PEFT's", name(), site.path())
                  .isLessThan(1e-6);
            });
  }

  private static PeftAdapter.Values values(AdapterArray array) {
    List<Long> shape = Arrays.stream(array.parameter().shape().getShape()).boxed().toList();
    return new PeftAdapter.Values(shape, array.values());
  }

  private static NDArray wide(NDManager scope, PeftAdapter.Values values) {
    Shape shape = new Shape(values.shape().stream().mapToLong(d -> d).toArray());
    return NativeArrays.of(scope, values.values(), shape).toType(DataType.FLOAT64, false);
  }

  private void assertMerged(Path folder, String type, Logits logits) throws IOException {
    try (BaseModel model = model(folder, type, 0);
        AdaptedModel plain =
            model.adapt(new AdapterPlan(extension(), List.of(), List.of(), Head.NONE))) {
      logits.require(plain, "merged_");
    }
  }

  /** The folder of the reference; the test ends here if none is named. */
  protected static Path reference() {
    String reference = System.getProperty("flexora.reference", "");
    assumeTrue(!reference.isEmpty(), "the property flexora.reference names no folder");
    return Path.of(reference);
  }

  /** On a whole model, with gates; in segments the numbers are the same. */
  @Test
  void itsDerivativesOnAModelAreThoseOfItsLoss() throws IOException {
    Path root = reference();
    JsonNode batches = JSON.readTree(root.resolve("adapters/batches.json").toFile());
    List<Tokens> rows = rows(batches.get("batches").get(1));
    double[] whole = derivatives(root, rows, 0);
    double[] inSegments = derivatives(root, rows, 2);
    assertThat(Engine.relativeDistance(inSegments, whole))
        .as("distance of the derivatives of %s in segments from those at once", name())
        .isLessThan(1e-10);
  }

  private double[] derivatives(Path root, List<Tokens> rows, int segments) throws IOException {
    Path folder = root.resolve("adapters").resolve(method()).resolve("llama3");
    try (BaseModel model = model(root.resolve("tiny/llama3"), "float64", segments);
        NDManager scope = model.manager().newSubManager()) {
      AdapterPlan plan = new AdapterPlan(extension(), LAYERS, modules(), Head.NONE);
      AdapterStart given = begin(folder).start(model.shape(), plan, () -> NOTHING);
      AdapterStart start =
          new AdapterStart(given.parameters(), constants(given.parameters()), given.shared());
      try (AdaptedModel adapted = model.adapt(plan.withStart(start))) {
        return derivatives(new Located(adapted, scope, adapted.batch(scope, rows)));
      }
    }
  }

  private double[] derivatives(Located at) {
    double[] gradient = at.gradient(0);
    double[] product = at.product();
    if (extension().script().inexactGradient().isEmpty()) {
      double slope = (at.loss(H) - at.loss(-H)) / (2 * H);
      assertThat(Engine.dot(gradient, at.direction))
          .as("slope of the loss of a model with %s by its gradient, and by differences", name())
          .isCloseTo(slope, within(1e-6 * Math.max(1, Math.abs(slope))));
      double[] differences = Engine.plus(at.gradient(H), -1, at.gradient(-H));
      double[] expected = Arrays.stream(differences).map(d -> d / (2 * H)).toArray();
      assertThat(Engine.relativeDistance(product, expected))
          .as("distance of hessianProduct of a model with %s from differences", name())
          .isLessThan(1e-5);
    }
    return DoubleStream.concat(Arrays.stream(gradient), Arrays.stream(product)).toArray();
  }

  /** A model at a point of theta and alpha, and a direction from there. */
  private static final class Located {

    private final AdaptedModel model;
    private final NDManager scope;
    private final Batch batch;
    private final int size;
    private final double[] point;
    private final double[] direction;

    Located(AdaptedModel model, NDManager scope, Batch batch) {
      this.model = model;
      this.scope = scope;
      this.batch = batch;
      double[] start = Engine.values(model.initialTheta(scope, new Seeds(SEED)));
      size = start.length;
      double[] moved = Engine.plus(start, 1, Engine.random(1, size, 0.05));
      point = joined(moved, Engine.random(2, LAYERS.size(), 0.7));
      direction = joined(Engine.random(3, size, 0.5), Engine.random(4, LAYERS.size(), 0.5));
    }

    private static double[] joined(double[] theta, double[] alpha) {
      return DoubleStream.concat(Arrays.stream(theta), Arrays.stream(alpha)).toArray();
    }

    private NDArray theta(double[] of) {
      return Engine.array(scope, Arrays.copyOf(of, size), DataType.FLOAT64);
    }

    private NDArray alpha(double[] of) {
      return Engine.array(scope, Arrays.copyOfRange(of, size, of.length), DataType.FLOAT64);
    }

    private Point at(double by) {
      double[] moved = Engine.plus(point, by, direction);
      return Point.of(theta(moved), alpha(moved));
    }

    double loss(double by) {
      return model.loss(scope, batch, at(by));
    }

    double[] gradient(double by) {
      LossGradient found = model.lossGradient(scope, batch, at(by));
      return joined(Engine.values(found.theta()), Engine.values(found.alpha().orElseThrow()));
    }

    double[] product() {
      Direction u = new Direction(theta(direction), alpha(direction));
      Direction found = model.hessianProduct(scope, batch, at(0), u);
      return joined(Engine.values(found.theta()), Engine.values(found.alpha()));
    }
  }

  /** What PEFT started from. */
  protected static PeftAdapter begin(Path folder) throws IOException {
    NavigableMap<String, PeftAdapter.Values> tensors = new TreeMap<>();
    try (SafetensorsFile file = SafetensorsFile.open(folder.resolve("start.safetensors"))) {
      for (TensorInfo tensor : file.tensors()) {
        if (tensor.name().startsWith(PeftAdapter.SHARED)) {
          tensors.put(
              tensor.name(), new PeftAdapter.Values(tensor.shape(), file.floats(tensor.name())));
        }
      }
    }
    return new PeftAdapter(Map.of(), tensors);
  }

  private NDArray train(
      NDManager scope, AdaptedModel model, JsonNode batches, JsonNode expected, double tolerance) {
    int steps = batches.get("steps").asInt();
    String losses = model.plan().method().script().hasPenalty() ? "losses_with_penalty" : "losses";
    NDArray theta = model.initialTheta(scope, new Seeds(SEED));
    Adam adam = new Adam(model, batches);
    TrainingSchedule schedule = model.plan().method().schedule().orElse(null);
    List<TrainingSchedule.ParameterPlace> places = model.parameters().places();
    TrainingSchedule.Known known =
        schedule == null ? TrainingSchedule.Known.NOTHING : schedule.start(scope, places, theta);
    for (int step = 0; step < steps; step++) {
      List<Tokens> rows = rows(batches.get("batches").get(step % batches.get("batches").size()));
      Batch batch = model.batch(scope, rows);
      LossGradient found = model.lossGradient(scope, batch, Point.of(theta).withDropout(step));
      double ofPeft = expected.get(losses).get(step).asDouble();
      largest = Math.max(largest, Math.abs(found.loss() - ofPeft));
      assertThat(found.loss())
          .as("loss of %s before step %d", name(), step + 1)
          .isCloseTo(ofPeft, within(tolerance));
      assertThat(model.loss(scope, batch, Point.of(theta)))
          .as(
              "loss of %s before step %d outside of the training, without penalty",
              name(), step + 1)
          .isCloseTo(expected.get("losses").get(step).asDouble(), within(tolerance));
      theta = adam.step(scope, theta, found.theta());
      if (schedule != null) {
        TrainingSchedule.Moment at =
            new TrainingSchedule.Moment(places, step + 1L, steps, theta, known);
        TrainingSchedule.Turn turn = schedule.after(scope, at, found.theta());
        theta = turn.theta().orElse(theta);
        known = turn.known();
      }
    }
    return theta;
  }

  /**
   * Prints the largest difference of a loss where the property {@code flexora.differences} is set.
   */
  private void tell(String base, String type) {
    if (Boolean.getBoolean("flexora.differences")) {
      System.out.printf(Locale.ROOT, "%s, %s, %s: %.1e%n", method(), base, type, largest);
    }
  }

  /** The rows of a batch of {@code batches.json}. */
  protected static List<Tokens> rows(JsonNode batch) {
    return IntStream.range(0, batch.get("input_ids").size())
        .mapToObj(i -> row(ints(batch.get("input_ids").get(i)), ints(batch.get("labels").get(i))))
        .toList();
  }

  private static Tokens row(int[] ids, int[] labels) {
    int prompt = 0;
    while (labels[prompt] == IGNORED) {
      prompt++;
    }
    return question(
        Arrays.copyOf(ids, prompt), List.of(Arrays.copyOfRange(ids, prompt, ids.length)));
  }

  private static Tokens question(int[] prompt, List<int[]> choices) {
    List<Continuation> continuations =
        choices.stream()
            .map(
                ids -> {
                  boolean[] marks = new boolean[ids.length];
                  Arrays.fill(marks, true);
                  return new Continuation(ids, marks);
                })
            .toList();
    List<String> texts = Collections.nCopies(choices.size(), "-");
    return new Tokens(new Example("row", "", texts, 0), prompt, continuations, 0);
  }

  private static int[] ints(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
  }

  private static PeftAdapter written(AdaptedModel adapted, BaseModel model, NDArray theta) {
    float[] values = theta.toType(DataType.FLOAT32, false).toFloatArray();
    return PeftAdapter.of(model.shape(), adapted.plan(), adapted.parameters(), values);
  }

  private void assertSaved(PeftAdapter written, PeftAdapter saved, double tolerance) {
    MethodKeys.requireSame(saved, extension());
    MethodKeys.requireSame(written, extension());
    assertThat(written.tensors().keySet())
        .as("tensors that %s saves", name())
        .isEqualTo(saved.tensors().keySet());
    saved
        .tensors()
        .forEach(
            (tensor, expected) -> {
              PeftAdapter.Values found = written.tensors().get(tensor);
              assertThat(found.shape()).as("shape of %s", tensor).isEqualTo(expected.shape());
              for (int i = 0; i < expected.values().length; i++) {
                assertThat((double) found.values()[i])
                    .as("element %d of tensor %s of %s", i, tensor, name())
                    .isCloseTo(expected.values()[i], within(10 * tolerance));
              }
            });
    extension()
        .form()
        .configuration()
        .forEach(
            (key, value) ->
                assertThat(saved.configuration())
                    .as("keys that PEFT writes of the method")
                    .containsKey(key));
  }

  /**
   * The logits that PEFT gives. With every token of the vocabulary as a choice, the scores of a
   * model are the logarithmic softmax.
   */
  private record Logits(NDManager scope, JsonNode batches, JsonNode expected, double tolerance) {

    /** Compares a model at its initial values with those whose keys start so. */
    void require(AdaptedModel model, String prefix) {
      int vocabulary = expected.get(prefix + "logits_row0_last").size();
      List<int[]> every = IntStream.range(0, vocabulary).mapToObj(i -> new int[] {i}).toList();
      JsonNode ids = batches.get("batches").get(0).get("input_ids");
      List<Tokens> rows =
          List.of(
              question(ints(ids.get(0)), every),
              question(Arrays.copyOf(ints(ids.get(1)), 8), every));
      NDArray theta = model.initialTheta(scope, new Seeds(SEED));
      double[][] scores = model.scores(scope, model.batch(scope, rows), Point.of(theta));
      requireClose(scores[0], prefix + "logits_row0_last");
      requireClose(scores[1], prefix + "logits_row1_position7");
    }

    private void requireClose(double[] scores, String key) {
      JsonNode logits = expected.get(key);
      double[] values =
          IntStream.range(0, logits.size()).mapToDouble(i -> logits.get(i).asDouble()).toArray();
      double sum = Math.log(DoubleStream.of(values).map(Math::exp).sum());
      for (int i = 0; i < values.length; i++) {
        assertThat(scores[i])
            .as("logarithmic probability of token %d by %s", i, key)
            .isCloseTo(values[i] - sum, within(tolerance));
      }
    }
  }

  /** PyTorch's AdamW, written out. */
  private static final class Adam {

    private final double rate;
    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private final double decay;
    private final double[] factors;
    private final double[] first;
    private final double[] second;
    private int steps;

    Adam(AdaptedModel model, JsonNode options) {
      rate = options.get("lr").asDouble();
      beta1 = options.get("betas").get(0).asDouble();
      beta2 = options.get("betas").get(1).asDouble();
      epsilon = options.get("eps").asDouble();
      decay = options.get("weight_decay").asDouble();
      int size = Math.toIntExact(model.parameters().size());
      factors = new double[size];
      first = new double[size];
      second = new double[size];
      for (Slice slice : model.parameters().slices()) {
        Slice.Adapter owner = (Slice.Adapter) slice.owner();
        int from = Math.toIntExact(slice.offset());
        Arrays.fill(
            factors,
            from,
            Math.toIntExact(from + slice.size()),
            owner.parameter().learningRateFactor());
      }
    }

    NDArray step(NDManager scope, NDArray theta, NDArray gradient) {
      steps++;
      double[] values = Engine.values(theta);
      double[] slope = Engine.values(gradient);
      for (int i = 0; i < values.length; i++) {
        first[i] = beta1 * first[i] + (1 - beta1) * slope[i];
        second[i] = beta2 * second[i] + (1 - beta2) * slope[i] * slope[i];
        double root = Math.sqrt(second[i] / (1 - Math.pow(beta2, steps))) + epsilon;
        double move = first[i] / (1 - Math.pow(beta1, steps)) / root;
        values[i] -= rate * factors[i] * (move + decay * values[i]);
      }
      return Engine.array(scope, values, theta.getDataType());
    }
  }
}
