package io.flexora.experiment;

import io.flexora.api.report.CellOutcome;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How much strategies choose that are told to choose the same as others.
 *
 * @param layers how many layers; empty where no number is held equal
 * @param parameters how many trainable parameters of adapters, without a head; empty likewise
 */
record SameSize(OptionalInt layers, OptionalLong parameters) {

  /** What the configuration itself holds equal. */
  static SameSize of(ExperimentConfiguration configuration, ExperimentInputs inputs) {
    Optional<Integer> layers = configuration.sameLayers();
    Optional<Long> parameters =
        configuration.sameParameters().or(() -> layers.map(inputs::adapterParameters));
    return new SameSize(
        layers.map(OptionalInt::of).orElse(OptionalInt.empty()),
        parameters.map(OptionalLong::of).orElse(OptionalLong.empty()));
  }

  /** What is not held equal is as much as another chose. */
  SameSize or(int otherLayers, long otherParameters) {
    return new SameSize(
        OptionalInt.of(layers.orElse(otherLayers)),
        OptionalLong.of(parameters.orElse(otherParameters)));
  }

  /** What is not held equal is as much as a cell has trained. */
  SameSize or(CellOutcome trained, ExperimentInputs inputs) {
    return or(
        trained.selectedLayers().size(), trained.trainableParameters() - inputs.headParameters());
  }
}
