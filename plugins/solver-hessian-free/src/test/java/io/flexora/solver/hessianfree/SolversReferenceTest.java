package io.flexora.solver.hessianfree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.adapter.lora.LoraAdapter;
import io.flexora.adapter.lora.LoraOptions;
import io.flexora.api.hpo.Hypergradient;
import io.flexora.api.hpo.Solver;
import io.flexora.model.decoder.DecoderFamilies;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.optimiser.Schedule;
import io.flexora.numerics.optimiser.UpdateOptions;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.optimiser.basic.AdamWOptions;
import io.flexora.solver.hypergradient.DartsOptions;
import io.flexora.solver.hypergradient.DartsSolver;
import io.flexora.solver.hypergradient.Products;
import io.flexora.solver.hypergradient.TruncatedOptions;
import io.flexora.solver.hypergradient.TruncatedSolver;
import io.flexora.solver.hypergradient.UnrolledOptions;
import io.flexora.testkit.fixture.problem.SolverReference;
import io.flexora.testkit.host.Extensions;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Compares with solvers.json of the folder {@code flexora.reference}: another implementation's
 * (PyTorch).
 */
class SolversReferenceTest {

  private static final double TOLERANCE = 1e-9;

  private static JsonNode published;
  private static SolverReference.LlamaReference llama;

  @BeforeAll
  static void load() throws IOException {
    published = SolverReference.read();
    llama =
        SolverReference.load(
            new DecoderFamilies(),
            Extensions.of(LoraAdapter.class, LoraOptions.class, SolverReference.LORA_OPTIONS));
  }

  @AfterAll
  static void close() {
    if (llama != null) {
      llama.close();
    }
  }

  private static void agrees(Solver solver, String pointer) {
    try (NDManager scope = llama.base().manager().newSubManager()) {
      SolverReference problem = new SolverReference(llama.adapted(), published);
      Hypergradient found =
          solver.step(
              scope,
              problem,
              solver.start(scope, problem),
              NativeArrays.of(scope, SolverReference.alpha()),
              0);
      double[] gradient = found.gradient().toDoubleArray();
      assertThat(gradient)
          .as(pointer)
          .containsExactly(SolverReference.numbers(published.at(pointer)), within(TOLERANCE));
    }
  }

  private static InnerOptions inner(OptimiserKind kind) {
    boolean sgd = kind == OptimiserKind.SGD;
    return new InnerOptions(
        new UpdateOptions(
            kind.with(0, new AdamWOptions(0.9, 0.999, 1e-8, sgd ? 0 : 0.01)),
            sgd ? 0.05 : 0.01,
            Optional.empty(),
            0,
            Schedule.Decay.CONSTANT),
        0,
        0);
  }

  private static Solver truncated(OptimiserKind kind, int steps, int truncation) {
    UnrolledOptions unrolled =
        new UnrolledOptions(steps, inner(kind), Optional.empty(), Products.EXACT, false, 1);
    TruncatedOptions options = new TruncatedOptions(unrolled, truncation);
    return Extensions.of(TruncatedSolver.class, options);
  }

  @ParameterizedTest
  @CsvSource({"SGD, sgd, 1", "SGD, sgd, 3", "ADAMW, adamw, 1", "ADAMW, adamw, 3"})
  void unrolledAndFirstOrder(OptimiserKind kind, String name, int steps) {
    String pointer = "/unrolled/%s_K%d/".formatted(name, steps);
    agrees(truncated(kind, steps, steps), pointer + "hypergradient");
    agrees(truncated(kind, steps, 0), pointer + "first_order");
  }

  @ParameterizedTest
  @CsvSource({"SGD, sgd, 1", "SGD, sgd, 2", "ADAMW, adamw, 1", "ADAMW, adamw, 2"})
  void truncated(OptimiserKind kind, String name, int truncation) {
    agrees(truncated(kind, 3, truncation), "/truncated/%s_K3_tau%d".formatted(name, truncation));
  }

  @Test
  void darts() {
    DartsOptions options = new DartsOptions(inner(OptimiserKind.SGD), Optional.empty());
    agrees(Extensions.of(DartsSolver.class, options), "/darts");
  }

  @ParameterizedTest
  @EnumSource(PerturbedTheta.class)
  void sama(PerturbedTheta around) {
    int theta = around == PerturbedTheta.BEFORE_LAST_STEP ? 2 : 3;
    agrees(
        new SamaSolver(
            new SamaOptions(3, inner(OptimiserKind.ADAMW), around, Optional.of(0.01), false)),
        "/sama/bias_corrected_at_theta" + theta);
  }

  @Test
  void penalty() {
    InnerOptions inner = inner(OptimiserKind.SGD);
    for (int lambda : new int[] {10, 20}) {
      agrees(
          new PenaltySolver(new PenaltyOptions(5, inner, lambda, 0, false, false)),
          "/penalty/lambda_%d/hypergradient".formatted(lambda));
    }
    agrees(
        new PenaltySolver(new PenaltyOptions(5, inner, 10, 0, true, false)), "/penalty/richardson");
  }

  @Test
  void zeroOrder() {
    Directions sines =
        (step, j, gates) -> {
          double[] u = new double[gates];
          for (int i = 0; i < gates; i++) {
            u[i] = Math.sin(1.3 * (j + 1) * (i + 1) + 0.5 * j);
          }
          return u;
        };
    InnerOptions inner = inner(OptimiserKind.SGD);
    agrees(
        new ZeroOrderSolver(new ZeroOrderOptions(3, inner, 1, 1e-3, false, 64, false), sines),
        "/zero_order/one_direction");
    agrees(
        new ZeroOrderSolver(new ZeroOrderOptions(3, inner, 4, 1e-3, false, 64, false), sines),
        "/zero_order/mean_of_four");
  }
}
