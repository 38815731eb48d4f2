package io.flexora.cli.model;

import io.flexora.api.run.FlexoraException;
import io.flexora.cli.command.ExperimentArguments;
import io.flexora.cli.command.FlexoraCommand;
import io.flexora.cli.command.Interruptible;
import io.flexora.cli.progress.RunView;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.use.EvaluationTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The model that a command looks at: of an experiment or of a run, with or without an adapter. */
final class ModelArguments extends ExperimentArguments {

  @ArgGroup private Choice choice = new Choice();

  /** At most one of these. */
  static final class Choice {

    @Option(
        names = "--adapter",
        paramLabel = "DIR",
        description =
            "Use the pretrained model with this adapter: a PEFT folder, or a GGUF file of LoRA.")
    private Optional<Path> adapter = Optional.empty();

    @Option(
        names = "--cell",
        paramLabel = "NAME",
        description = "Use the trained model of this cell: main, or a baseline.")
    private Optional<String> cell = Optional.empty();

    @Option(names = "--base", description = "Use the pretrained model of the run.")
    private boolean base;
  }

  /** A question to the model. */
  @FunctionalInterface
  interface Question<T> {

    /** Prepares what is asked; Ctrl-C ends that at once. */
    Function<RunView, T> of(Experiment experiment) throws IOException;
  }

  /**
   * Opens the experiment, asks and shows how far that is, until the answer or the first Ctrl-C.
   *
   * @param show shows the answer and returns the exit code
   */
  <T> int ask(FlexoraCommand root, Question<T> question, ToIntFunction<T> show) throws Exception {
    return root.withHost(
        host -> {
          Experiment experiment = experiment(host);
          Function<RunView, T> asked = question.of(experiment);
          return Interruptible.run(
              root.console(),
              experiment::cancel,
              () -> show.applyAsInt(watched(root.console(), asked)));
        });
  }

  /** A file means the pretrained model, a run what its main cell has trained. */
  EvaluationTarget subject() {
    if (choice.adapter.isPresent()) {
      return new EvaluationTarget.Adapter(choice.adapter.get());
    }
    if (choice.cell.isPresent() && !isRun()) {
      throw new FlexoraException(
          "--cell %s: cells belong to a run, but %s is no folder of one"
              .formatted(choice.cell.get(), source()));
    }
    return choice.base || !isRun()
        ? new EvaluationTarget.Base()
        : new EvaluationTarget.Trained(source(), choice.cell.orElse("main"));
  }
}
