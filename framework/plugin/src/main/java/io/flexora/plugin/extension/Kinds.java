package io.flexora.plugin.extension;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.data.Dataset;
import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.head.Objective;
import io.flexora.api.hpo.Solver;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.optimiser.Optimiser;
import io.flexora.api.plugin.ExtensionPoint;
import io.flexora.api.posterior.Posterior;
import io.flexora.api.run.Runner;
import io.flexora.api.selection.Selector;
import io.flexora.api.source.Source;
import io.flexora.api.task.Task;
import io.flexora.api.track.Tracker;
import io.flexora.api.train.Trainer;
import io.flexora.api.tune.Tuner;
import io.flexora.results.report.ComparisonReport;
import io.flexora.results.report.Report;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The words that name extension points, each of which means one interface. */
final class Kinds {

  private static final Map<String, Class<?>> OF_HOST =
      Stream.<Class<?>>of(
              AdapterMethod.class,
              ComparisonReport.class,
              Dataset.class,
              Evaluator.class,
              Metric.class,
              ModelBackend.class,
              Objective.class,
              Optimiser.class,
              Posterior.class,
              Report.class,
              Runner.class,
              Selector.class,
              Solver.class,
              Source.class,
              Task.class,
              Tracker.class,
              Trainer.class,
              Tuner.class)
          .collect(
              Collectors.toUnmodifiableMap(
                  point -> point.getAnnotation(ExtensionPoint.class).value(), Function.identity()));

  private Kinds() {}

  /** The interface of the host's extension point of a kind. */
  static Optional<Class<?>> ofHost(String kind) {
    return Optional.ofNullable(OF_HOST.get(kind));
  }

  /**
   * Says that the interface of an extension names itself as another one does.
   *
   * @param other the other interface and whose it is
   */
  static String taken(InstalledExtension extension, String other) {
    return "%s: its %s takes the kind '%s', which is that of %s: import that package, or give it a kind of its own"
        .formatted(
            extension.id(),
            extension.extension().point().getName(),
            extension.extension().kind(),
            other);
  }
}
