package io.flexora.objective.preference;

import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.head.Objective;
import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.plugin.NoOptions;

/** Declares the objectives of preferences, and what measures them. */
public final class PreferencePlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(Objective.class, "dpo", DpoOptions.class, DpoObjective.class);
    extension(Objective.class, "ipo", IpoOptions.class, IpoObjective.class);
    extension(Objective.class, "orpo", OrpoOptions.class, OrpoObjective.class);
    extension(Objective.class, "simpo", SimpoOptions.class, SimpoObjective.class);
    extension(Metric.class, "rewards", NoOptions.class, RewardsMetric.class);
    extension(
        Evaluator.class, "preference", PreferenceEvaluatorOptions.class, PreferenceEvaluator.class);
  }
}
