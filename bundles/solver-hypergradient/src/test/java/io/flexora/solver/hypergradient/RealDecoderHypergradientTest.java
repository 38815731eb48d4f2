package io.flexora.solver.hypergradient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.adapter.lora.LoraAdapter;
import io.flexora.adapter.lora.LoraOptions;
import io.flexora.api.data.Example;
import io.flexora.api.gradient.Direction;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.head.Head;
import io.flexora.api.hpo.BilevelProblem;
import io.flexora.api.hpo.Hypergradient;
import io.flexora.api.hpo.Solver;
import io.flexora.api.input.Tokenizer;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.model.decoder.DecoderBackend;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.optimiser.Schedule;
import io.flexora.numerics.optimiser.UpdateOptions;
import io.flexora.optimiser.basic.AdamWOptions;
import io.flexora.testkit.host.Extensions;
import io.flexora.transformers.causal.CausalOptions;
import io.flexora.transformers.checkpoint.ComputeChoice;
import io.flexora.transformers.checkpoint.WeightStorage;
import io.flexora.transformers.token.Bos;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Compares the hypergradient of SmolLM2-135M-Instruct, 30 layers, on rows of PIQA with what PyTorch
 * makes of the whole trajectory. The system properties {@code flexora.models}, {@code flexora.data}
 * and {@code flexora.reference} name the folders.
 */
class RealDecoderHypergradientTest {

  private static final String MODEL = "smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf";
  private static final List<String> MODULES = List.of("q_proj", "v_proj");
  private static final int LAYERS = 30;

  private static Path folder(String kind) {
    String named = System.getProperty("flexora." + kind);
    assumeTrue(named != null, "-Dflexora." + kind + "=FOLDER names no folder of real files");
    return Path.of(named);
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT64, SGD, 1e-5",
    "FLOAT64, ADAMW, 1e-4",
    "FLOAT32, SGD, 1e-2",
    "FLOAT32, ADAMW, 5e-2"
  })
  void agreesWithPyTorch(ComputeChoice type, OptimiserKind kind, double tolerance)
      throws IOException {
    JsonNode reference =
        new ObjectMapper()
            .readTree(folder("reference").resolve("hypergradient-piqa.json").toFile());
    JsonNode expected = reference.get(kind == OptimiserKind.SGD ? "sgd" : "adamw");
    ModelBackend backend = backend(type);
    List<Tokens> rows = rows(backend);
    try (BaseModel base = backend.load();
        AdaptedModel model =
            base.adapt(
                new AdapterPlan(
                    lora(), IntStream.range(0, LAYERS).boxed().toList(), MODULES, Head.NONE));
        NDManager scope = base.manager().newSubManager()) {
      DataType theta = type == ComputeChoice.FLOAT64 ? DataType.FLOAT64 : DataType.FLOAT32;
      BilevelProblem problem =
          new Rows(model, rows, reference.get("validation_rows").get(0).asInt(), theta);
      NDArray alpha =
          scope
              .create(IntStream.range(0, LAYERS).mapToDouble(l -> 0.1 * Math.sin(l)).toArray())
              .toType(theta, false);
      Solver solver =
          new UnrolledSolver(
              new UnrolledOptions(
                  expected.get("K").asInt(),
                  inner(kind, expected.get("lr").asDouble()),
                  Optional.empty(),
                  Products.EXACT,
                  false,
                  1));
      Hypergradient found = solver.step(scope, problem, solver.start(scope, problem), alpha, 0);
      assertThat(found.validationLoss())
          .isCloseTo(expected.get("val_loss").asDouble(), within(tolerance));
      assertThat(distance(found.gradient(), expected.get("hypergradient"))).isLessThan(tolerance);
    }
  }

  private static InnerOptions inner(OptimiserKind kind, double learningRate) {
    return new InnerOptions(
        new UpdateOptions(
            kind.with(
                0.9, new AdamWOptions(0.9, 0.999, 1e-8, kind == OptimiserKind.ADAMW ? 0.01 : 0)),
            learningRate,
            Optional.empty(),
            0,
            Schedule.Decay.CONSTANT),
        0,
        0);
  }

  private static double distance(NDArray found, JsonNode expected) {
    double[] values = found.toType(DataType.FLOAT64, false).toDoubleArray();
    double apart = 0;
    double whole = 0;
    for (int i = 0; i < values.length; i++) {
      double wanted = expected.get(i).asDouble();
      apart += (values[i] - wanted) * (values[i] - wanted);
      whole += wanted * wanted;
    }
    return Math.sqrt(apart / whole);
  }

  /** Two rows for each step, in the order of the file. */
  private record Rows(AdaptedModel model, List<Tokens> rows, int validation, DataType type)
      implements BilevelProblem {

    @Override
    public ParameterIndex parameters() {
      return model.parameters();
    }

    @Override
    public int gates() {
      return LAYERS;
    }

    @Override
    public NDArray initialTheta(NDManager scope) {
      double[] theta = new double[(int) parameters().size()];
      for (Slice slice : parameters().slices()) {
        Slice.Adapter owner = (Slice.Adapter) slice.owner();
        int module = MODULES.indexOf(owner.module().name());
        int columns = (int) slice.shape().get(1);
        for (int i = 0; i < slice.size(); i++) {
          int row = i / columns;
          int column = i % columns;
          theta[(int) slice.offset() + i] =
              owner.parameter().name().equals("A")
                  ? 0.02 * Math.sin(0.37 * (row + 1) * (column + 1) + owner.layer() + 0.5 * module)
                  : 0.01 * Math.cos(0.11 * (row + 1) + 0.7 * column + owner.layer() - module);
        }
      }
      return scope.create(theta).toType(type, false);
    }

    @Override
    public LossGradient training(NDManager scope, long innerStep, NDArray theta, NDArray alpha) {
      return gradient(scope, 2 * (int) innerStep, theta, alpha);
    }

    @Override
    public LossGradient validation(NDManager scope, long outerStep, NDArray theta, NDArray alpha) {
      return gradient(scope, validation, theta, alpha);
    }

    private LossGradient gradient(NDManager scope, int first, NDArray theta, NDArray alpha) {
      try (NDManager own = scope.newSubManager()) {
        LossGradient found =
            model.lossGradient(scope, model.batch(own, two(first)), Point.of(theta, alpha));
        return found;
      }
    }

    @Override
    public Direction trainingProduct(
        NDManager scope, long innerStep, NDArray theta, NDArray alpha, Direction u) {
      try (NDManager own = scope.newSubManager()) {
        return model.hessianProduct(
            scope, model.batch(own, two(2 * (int) innerStep)), Point.of(theta, alpha), u);
      }
    }

    private List<Tokens> two(int first) {
      return rows.subList(first, first + 2);
    }
  }

  private static ModelBackend backend(ComputeChoice type) {
    CausalOptions options =
        new CausalOptions(
            folder("models").resolve(MODEL).toString(),
            Optional.empty(),
            512,
            type,
            Bos.AUTO,
            Optional.empty(),
            1024,
            0,
            WeightStorage.DENSE);
    return Extensions.of(DecoderBackend.class, options);
  }

  private static LoraAdapter lora() {
    LoraOptions options = new LoraOptions(8, 16, 0, false, List.of());
    return Extensions.of(LoraAdapter.class, options);
  }

  private static List<Tokens> rows(ModelBackend backend) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<Tokens> rows = new ArrayList<>();
    try (Tokenizer tokenizer = backend.tokenizer()) {
      for (String line :
          Files.readAllLines(folder("data").resolve("piqa/train.jsonl")).subList(0, 12)) {
        JsonNode row = json.readTree(line);
        String prompt = "Question: " + row.get("goal").asText() + "\nAnswer:";
        List<String> choices = List.of(row.get("sol1").asText(), row.get("sol2").asText());
        int label = row.get("label").asInt();
        rows.add(
            tokenizer.tokens(
                new Example("row", List.of(prompt), " ", choices, label, List.of()), Head.NONE));
      }
    }
    return rows;
  }
}
