package {{package}};

import io.flexora.api.plugin.Option;
import io.flexora.numerics.bilevel.InnerOptions;
import io.flexora.numerics.bilevel.InnerTraining;

/** The options of {@code {{name}}}; in YAML, {@code inner_steps} is {@code innerSteps}. */
public record {{type}}Options(
    @Option(doc = "optimiser steps on theta in one step on the gates", byDefault = "2", min = 1)
        int innerSteps,
    @Option(doc = "how theta is trained while the gates are searched", byDefault = "{}")
        InnerOptions inner) {

  /** How theta is trained, which solvers have in common. */
  InnerTraining training() {
    return new InnerTraining(inner, innerSteps, false);
  }
}
