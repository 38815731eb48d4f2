package io.flexora.cli.model;

import io.flexora.api.run.FlexoraException;
import io.flexora.cli.command.ExperimentArguments;
import io.flexora.experiment.use.EvaluationTarget;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The adapter that a command reads: one that a cell of a run has trained, or one of a file. */
final class AdapterSource {

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description =
          "Take this adapter, with the model and the data of an experiment: a PEFT folder, or a"
              + " GGUF file of LoRA.")
  private Optional<Path> adapter = Optional.empty();

  @Option(
      names = "--cell",
      paramLabel = "NAME",
      description = "The cell of the run: main, or a baseline. Default: main.")
  private Optional<String> cell = Optional.empty();

  Optional<Path> adapter() {
    return adapter;
  }

  String cell() {
    return cell.orElse("main");
  }

  /**
   * Finds the adapter. A file is the experiment of an adapter, a folder a run that has trained one
   * itself.
   *
   * @param verb the command
   * @param done its participle
   * @param parts the parts of the experiment that an adapter needs
   */
  EvaluationTarget.Adapted of(
      ExperimentArguments arguments, String verb, String done, String parts) {
    Path named = arguments.source();
    if (adapter.isPresent() == arguments.isRun()) {
      throw new FlexoraException(
          adapter.isPresent()
              ? "--adapter %s: an adapter is %s with the %s of an experiment's file, but %s is a folder; name the YAML file, or leave --adapter out to %s what the run has trained"
                  .formatted(adapter.get(), done, parts, named, verb)
              : "%s is not the folder of a run, so nothing is trained that could be %s; name the folder of a run (runs/NAME-TIME), or an adapter (--adapter)"
                  .formatted(named, done));
    }
    return adapter.isPresent()
        ? new EvaluationTarget.Adapter(adapter.get())
        : new EvaluationTarget.Trained(named, cell());
  }

  /** The folder to write to: as named, or of a run {@code RUN/export/CELL-SUFFIX}. */
  Path target(Optional<Path> output, ExperimentArguments arguments, String suffix) {
    if (!arguments.isRun() && output.isEmpty()) {
      throw new FlexoraException(
          "%s--output is missing; name the folder to write to"
              .formatted(adapter.map("--adapter %s: "::formatted).orElse("")));
    }
    return output.orElseGet(
        () -> arguments.source().resolve("export").resolve(cell() + "-" + suffix));
  }
}
