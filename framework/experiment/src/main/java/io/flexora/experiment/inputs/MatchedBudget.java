package io.flexora.experiment.inputs;

import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.results.run.CellOutcome;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The amount that strategies choose which are to choose the same as others.
 *
 * @param layers how many layers; empty where no number is held equal
 * @param parameters how many trainable parameters of adapters, without a head; empty likewise
 */
public record MatchedBudget(OptionalInt layers, OptionalLong parameters) {

  /** What the configuration itself holds equal. */
  public static MatchedBudget of(ExperimentConfiguration configuration, AdapterPlans adapters) {
    Optional<Integer> layers = configuration.sameLayers();
    Optional<Long> parameters =
        configuration.sameParameters().or(() -> layers.map(adapters::parameters));
    return new MatchedBudget(
        layers.map(OptionalInt::of).orElse(OptionalInt.empty()),
        parameters.map(OptionalLong::of).orElse(OptionalLong.empty()));
  }

  /** What is not held equal is as much as another chose. */
  public MatchedBudget or(int otherLayers, long otherParameters) {
    return new MatchedBudget(
        OptionalInt.of(layers.orElse(otherLayers)),
        OptionalLong.of(parameters.orElse(otherParameters)));
  }

  /**
   * What is not held equal is as much as a cell has trained. A choice of modules counts as so many
   * layers as have about as many parameters.
   */
  public MatchedBudget or(CellOutcome trained, AdapterPlans adapters) {
    return or(layersOf(trained, adapters), parametersOf(trained, adapters));
  }

  private static int layersOf(CellOutcome trained, AdapterPlans adapters) {
    if (trained.selectedModules().isEmpty()) {
      return trained.selectedLayers().size();
    }
    long ofLayer = Math.max(1, adapters.parameters(1));
    long nearest = Math.round((double) parametersOf(trained, adapters) / ofLayer);
    return (int) Math.max(1, Math.min(adapters.pretrained().shape().layers(), nearest));
  }

  /** Where shapes vary, the largest ones count, as they do in every choice before a training. */
  private static long parametersOf(CellOutcome trained, AdapterPlans adapters) {
    if (!adapters.method().form().shapesVary()) {
      return trained.trainableParameters() - adapters.headParameters();
    }
    return trained.selectedModules().isEmpty()
        ? adapters.parameters(trained.selectedLayers().size())
        : adapters.parameters(trained.selectedModules());
  }

  /**
   * Says how many layers strategies choose that are told to choose as many as one of modules.
   *
   * @param trained the outcome of that one
   * @return empty where a number is held equal, or whole layers were chosen
   */
  public Optional<String> notice(CellOutcome trained, AdapterPlans adapters) {
    return layers.isPresent() || trained.selectedModules().isEmpty()
        ? Optional.empty()
        : Optional.of(
            ("The main strategy has chosen modules. Their adapters have %d trainable parameters,"
                    + " and those of a whole layer %d, so strategies that choose as many layers as"
                    + " the main one choose %d.")
                .formatted(
                    parametersOf(trained, adapters),
                    adapters.parameters(1),
                    layersOf(trained, adapters)));
  }
}
