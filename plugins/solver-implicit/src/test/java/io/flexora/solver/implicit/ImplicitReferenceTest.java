package io.flexora.solver.implicit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import io.flexora.adapter.lora.LoraAdapter;
import io.flexora.adapter.lora.LoraOptions;
import io.flexora.api.gradient.LossGradient;
import io.flexora.api.hpo.Solver;
import io.flexora.api.run.FlexoraException;
import io.flexora.model.decoder.DecoderFamilies;
import io.flexora.numerics.torch.NativeArrays;
import io.flexora.testkit.fixture.problem.SolverReference;
import io.flexora.testkit.host.Extensions;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares with solvers.json of the folder {@code flexora.reference}: another implementation's
 * (PyTorch).
 */
class ImplicitReferenceTest {

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

  private static void agrees(double[] gradient, String name) {
    String pointer = "/implicit/" + name + "/hypergradient";
    assertThat(gradient)
        .as(name)
        .containsExactly(SolverReference.numbers(published.at(pointer)), within(TOLERANCE));
  }

  private static void agrees(Solver solver, String name) {
    agrees(gradient(solver), name);
  }

  private static double[] gradient(Solver solver) {
    try (NDManager scope = llama.base().manager().newSubManager()) {
      SolverReference problem = new SolverReference(llama.adapted(), published);
      NDArray alpha = NativeArrays.of(scope, SolverReference.alpha());
      return solver
          .step(scope, problem, solver.start(scope, problem), alpha, 0)
          .gradient()
          .toDoubleArray();
    }
  }

  /** Where the Hessian with the damping is positive definite. */
  @Test
  void conjugateGradient() {
    Settings settings = new Settings();
    settings.damping = 40;
    settings.iterations = 40;
    agrees(settings.implicit(), "implicit_damping_40.0");
  }

  /** With less damping the system is indefinite; the file has the solution of a dense solver. */
  @ParameterizedTest
  @ValueSource(doubles = {0.1, 1})
  void conjugateGradientRefusesAnIndefiniteSystem(double damping) {
    Settings settings = new Settings();
    settings.damping = damping;
    settings.iterations = 40;
    assertThatThrownBy(() -> gradient(settings.implicit()))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("met the curvature -")
        .hasMessageContaining("raise damping by more than");
  }

  /** The Hessian is indefinite here, so that the terms grow; all of them are summed. */
  @ParameterizedTest
  @CsvSource({"0, neumann", "0.1, neumann_damped"})
  void neumann(double damping, String name) {
    Settings settings = new Settings();
    settings.method = Method.NEUMANN;
    settings.neumannStep = Optional.of(0.05);
    settings.iterations = 9;
    settings.damping = damping;
    settings.negativeCurvature = Optional.empty();

    agrees(settings.implicit(), name);
    assertThat(settings.warnings).singleElement().asString().contains("it does not converge");
  }

  @Test
  void nystromOfColumns() {
    Settings settings = new Settings();
    settings.damping = 0.1;
    agrees(settings.nystrom(5, Sketch.COLUMNS, 1), "nystrom_columns");
  }

  @Test
  void nystromOfASketch() {
    try (NDManager scope = llama.base().manager().newSubManager()) {
      SolverReference problem = new SolverReference(llama.adapted(), published);
      NDArray alpha = NativeArrays.of(scope, SolverReference.alpha());
      NDArray theta = problem.initialTheta(scope);
      LossGradient validation = problem.validation(scope, 0, theta, alpha);
      ShiftedHessian hessian =
          new ShiftedHessian(problem.trainingRecord(scope, 0, theta, alpha), alpha, 0);
      NystromSketch sketch =
          NystromSketch.take(
              scope,
              5,
              direction -> hessian.times(scope, direction).theta(),
              j -> sines(scope, (int) theta.size(), j));
      NDArray q = sketch.solve(scope, validation.theta(), 0.1);
      agrees(
          validation.alpha().orElseThrow().sub(hessian.times(scope, q).alpha()).toDoubleArray(),
          "nystrom_sketch");
    }
  }

  private static NDArray sines(NDManager scope, int length, int j) {
    double[] values = new double[length];
    for (int i = 0; i < length; i++) {
      values[i] = Math.sin(0.37 * (i + 1) * (j + 1));
    }
    return NativeArrays.of(scope, values);
  }
}
