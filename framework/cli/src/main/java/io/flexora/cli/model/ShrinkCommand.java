package io.flexora.cli.model;

import io.flexora.api.data.Split;
import io.flexora.api.run.FlexoraException;
import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.ExperimentArguments;
import io.flexora.cli.command.FlexoraCommand;
import io.flexora.cli.output.Paragraph;
import io.flexora.cli.output.TextTable;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.use.EvaluationTarget;
import io.flexora.experiment.use.ExportRequest;
import io.flexora.experiment.use.ShrunkAdapter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Reduces a trained adapter to its most important parts. */
@Command(
    name = "shrink",
    description = {
      "Drops of a trained adapter what matters least, and writes what is left: of the trained model"
          + " of a run, or of an adapter from elsewhere (--adapter) with the model and the data of"
          + " an experiment. By default one threshold on the singular values of all s B A gives"
          + " each module a rank of its own.",
      "",
      "It prints the scores before and after on validation and test examples, with a paired test."
          + " With --margin the validation examples choose, so that those of the test tell more.",
      "",
      "An adapter whose change of each matrix is the product of two trained matrices is cut as it"
          + " is; others are refused. Write them as LoRA first (`flexora export --to lora`).",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  flexora shrink runs/quickstart-20260102-030405 --cell all --parameters 25%%",
      "  flexora shrink config/piqa.yaml --adapter adapters/p --parameters 25%% --output small",
      "  flexora shrink config/piqa.yaml --adapter adapters/p --margin 0.005 --output small"
    })
public final class ShrinkCommand implements Callable<Integer> {

  @ParentCommand private FlexoraCommand root;

  @Mixin private ExperimentArguments arguments;

  @ArgGroup(multiplicity = "1")
  private Budget budget;

  /** One of these. */
  static final class Budget {

    @Option(
        names = "--parameters",
        paramLabel = "N|SHARE",
        description = "The most parameters that are left: a number, or a share such as 25%%.")
    private Optional<String> parameters = Optional.empty();

    @Option(
        names = "--margin",
        paramLabel = "NATS",
        description =
            "The least is left whose validation loss is not worse by more than this, one-sided at"
                + " 95 %%.")
    private Optional<Double> margin = Optional.empty();

    /** As options of the strategy. */
    private String options() {
      parameters
          .filter(written -> !written.matches("[1-9]\\d{0,17}|\\d{1,3}(\\.\\d+)?%"))
          .ifPresent(
              written -> {
                throw new FlexoraException(
                    "--parameters %s: neither a number of parameters, such as 20000, nor a share, such as 25%%"
                        .formatted(written));
              });
      margin
          .filter(written -> !(written >= 0) || written.isInfinite())
          .ifPresent(
              written -> {
                throw new FlexoraException(
                    "--margin %s: not a number of nats of at least 0, such as 0.005"
                        .formatted(written));
              });
      return parameters
          .map("parameters: '%s'"::formatted)
          .orElseGet(() -> "margin: " + margin.orElseThrow());
    }
  }

  @ArgGroup private AdapterSource adapter = new AdapterSource();

  @Option(
      names = "--strategy",
      paramLabel = "NAME",
      defaultValue = "prune-trained",
      description =
          "The strategy that chooses, one that chooses from trained adapters. Default:"
              + " ${DEFAULT-VALUE}.")
  private String strategy;

  @Option(
      names = "--to",
      paramLabel = "FORMAT",
      defaultValue = "peft",
      description = "The format: peft, lora, gguf-lora or a merged format, as in export.")
  private String format;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Output folder. Default: RUN/export/CELL-shrunk; required for an experiment.")
  private Optional<Path> output = Optional.empty();

  @Override
  public Integer call() throws Exception {
    EvaluationTarget.Adapted source = adapter.of(arguments, "shrink", "shrunk", "model and data");
    ExportRequest request = new ExportRequest(format, adapter.target(output, arguments, "shrunk"));
    return root.withHost(
        host -> {
          Experiment experiment =
              arguments.experiment(
                  host, List.of("selector={use: %s, %s}".formatted(strategy, budget.options())));
          show(
              ExperimentArguments.watched(
                  root.console(), view -> experiment.shrink(source, request, view)));
          return ExitCodes.OK;
        });
  }

  private void show(ShrunkAdapter outcome) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("parameters_before", outcome.parametersBefore());
    members.put("parameters_after", outcome.parametersAfter());
    members.put("layers", outcome.layers());
    Map<String, Object> scores = new LinkedHashMap<>();
    outcome.scores().forEach((split, of) -> scores.put(word(split), members(of)));
    members.put("scores", scores);
    members.put("notices", outcome.notices());
    members.put("path", outcome.target().toString());
    root.console().json("shrink", members);
    outcome.notices().forEach(root.console()::message);
    root.console().result(table(outcome));
    root.console().result("");
    root.console().result(Paragraph.wrap(kept(outcome), 0, root.console().columns()));
    root.console().result("Written to " + outcome.target());
  }

  private static Map<String, Object> members(ShrunkAdapter.Scores scores) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("metric", scores.metric());
    members.put("examples", scores.examples());
    members.put("before", scores.before());
    members.put("after", scores.after());
    scores
        .test()
        .ifPresent(
            test -> {
              members.put("difference_low", test.low());
              members.put("difference_high", test.high());
              members.put("p_value", test.pValue());
            });
    return members;
  }

  private static String word(Split split) {
    return split.name().toLowerCase(Locale.ROOT);
  }

  private static String kept(ShrunkAdapter outcome) {
    return String.format(
        Locale.ROOT,
        "%,d of %,d parameters of the adapter are left (%.1f %%), on %d layers%s.",
        outcome.parametersAfter(),
        outcome.parametersBefore(),
        100.0 * outcome.parametersAfter() / outcome.parametersBefore(),
        outcome.layers().size(),
        outcome.greatestRank() == 0
            ? ""
            : outcome.leastRank() == outcome.greatestRank()
                ? " with rank " + outcome.leastRank()
                : " with ranks from %d to %d"
                    .formatted(outcome.leastRank(), outcome.greatestRank()));
  }

  private List<String> table(ShrunkAdapter outcome) {
    TextTable table =
        new TextTable(
            List.of(
                TextTable.words("SPLIT"),
                TextTable.numbers("EXAMPLES").ifThereIsRoom(),
                TextTable.words("METRIC"),
                TextTable.numbers("BEFORE"),
                TextTable.numbers("AFTER"),
                TextTable.numbers("DIFFERENCE (95 % INTERVAL)"),
                TextTable.numbers("P")));
    outcome.scores().forEach((split, scores) -> table.row(row(split, scores)));
    return table.lines(root.console().palette(), root.console().columns());
  }

  private static List<String> row(Split split, ShrunkAdapter.Scores scores) {
    double difference = scores.after() - scores.before();
    return List.of(
        word(split),
        String.format(Locale.ROOT, "%,d", scores.examples()),
        scores.metric(),
        number("%.4f", scores.before()),
        number("%.4f", scores.after()),
        scores
            .test()
            .map(
                test ->
                    String.format(
                        Locale.ROOT, "%+.4f (%+.4f to %+.4f)", difference, test.low(), test.high()))
            .orElseGet(() -> number("%+.4f", difference)),
        scores.test().map(test -> number("%.3f", test.pValue())).orElse(""));
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
