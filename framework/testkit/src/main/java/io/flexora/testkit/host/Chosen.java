package io.flexora.testkit.host;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.data.Dataset;
import io.flexora.api.evaluate.Evaluator;
import io.flexora.api.evaluate.Metric;
import io.flexora.api.head.Objective;
import io.flexora.api.hpo.Solver;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.optimiser.Optimiser;
import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Option;
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
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A configuration of one extension; each key is the kind of an extension point, {@code _} for its
 * {@code -}.
 */
record Chosen(
    @Option(doc = "the source under test") Optional<Component<Source>> source,
    @Option(doc = "the model under test") Optional<Component<ModelBackend>> model,
    @Option(doc = "the dataset under test") Optional<Component<Dataset>> dataset,
    @Option(doc = "the task under test") Optional<Component<Task>> task,
    @Option(doc = "the objective under test") Optional<Component<Objective>> objective,
    @Option(doc = "the adapter method under test") Optional<Component<AdapterMethod>> adapter,
    @Option(doc = "the optimiser under test") Optional<Component<Optimiser>> optimiser,
    @Option(doc = "the solver under test") Optional<Component<Solver>> solver,
    @Option(doc = "the selector under test") Optional<Component<Selector>> selector,
    @Option(doc = "the trainer under test") Optional<Component<Trainer>> trainer,
    @Option(doc = "the posterior under test") Optional<Component<Posterior>> posterior,
    @Option(doc = "the tuner under test") Optional<Component<Tuner>> tuner,
    @Option(doc = "the evaluator under test") Optional<Component<Evaluator>> evaluator,
    @Option(doc = "the metric under test") Optional<Component<Metric>> metric,
    @Option(doc = "the report under test") Optional<Component<Report>> report,
    @Option(doc = "the comparison report under test")
        Optional<Component<ComparisonReport>> comparisonReport,
    @Option(doc = "the runner under test") Optional<Component<Runner>> runner,
    @Option(doc = "the tracker under test") Optional<Component<Tracker>> tracker) {

  /** The one that was chosen. */
  Object extension() {
    return Stream.of(
            source,
            model,
            dataset,
            task,
            objective,
            adapter,
            optimiser,
            solver,
            selector,
            trainer,
            posterior,
            tuner,
            evaluator,
            metric,
            report,
            comparisonReport,
            runner,
            tracker)
        .flatMap(Optional::stream)
        .findFirst()
        .orElseThrow()
        .get();
  }
}
