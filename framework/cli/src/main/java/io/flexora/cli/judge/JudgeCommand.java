package io.flexora.cli.judge;

import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.FlexoraCommand;
import io.flexora.cli.output.Console;
import io.flexora.cli.result.ComparisonTable;
import io.flexora.comparison.judge.JudgeOptions;
import io.flexora.comparison.judge.JudgedResults;
import io.flexora.comparison.judge.ResultJudge;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Judges results that were made elsewhere. */
@Command(
    name = "judge",
    description = {
      "Judges results made elsewhere as a comparison judges its cells: which differences are real,"
          + " over examples and seeds, and how many more seeds would be needed.",
      "",
      "RESULT is a file or a folder: a .csv, .tsv or .jsonl table with the columns strategy and"
          + " value (and model, task, seed, example), samples_*.jsonl and results_*.json of"
          + " lm-evaluation-harness, or a JSON result of PEFT's method comparison. NAME=PATH and"
          + " NAME@SEED=PATH say whose results they are. No model is loaded.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  flexora judge results.csv --against baseline --margin 0.01",
      "  flexora judge lora@1=out/lora-1 lora@2=out/lora-2 full@1=out/full-1 full@2=out/full-2",
      "  flexora judge results.jsonl --out judged",
      "",
      "Next: open comparison.html in the folder of --out."
    })
public final class JudgeCommand implements Callable<Integer> {

  @ParentCommand private FlexoraCommand root;

  @Parameters(
      arity = "1..*",
      paramLabel = "RESULT",
      description = "The files and folders of results.")
  private List<String> results;

  @Option(
      names = "--against",
      paramLabel = "NAME",
      description = "The strategy that the others are tested against. Default: the first one.")
  private Optional<String> against = Optional.empty();

  @Option(
      names = "--margin",
      paramLabel = "NUMBER",
      description =
          "Tests in addition which strategies are not worse by more than this, or equivalent within"
              + " it; in units of the metric, so that half a point of an accuracy is 0.005.")
  private Optional<Double> margin = Optional.empty();

  @Option(
      names = "--margin-against",
      paramLabel = "NAME",
      description = "The strategy that the margin is asked against. Default: that of --against.")
  private Optional<String> marginAgainst = Optional.empty();

  @Option(
      names = "--metric",
      paramLabel = "NAME",
      description =
          "The metric that is judged, such as acc_norm; of a table the name of its values. Default:"
              + " the first one.")
  private Optional<String> metric = Optional.empty();

  @Option(
      names = "--filter",
      paramLabel = "NAME",
      description = "The filter of the harness whose answers count. Default: the first one.")
  private Optional<String> filter = Optional.empty();

  @Option(
      names = "--lower-is-better",
      description = "A lower value is the better one, as of a loss.")
  private boolean lowerIsBetter;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description =
          "One name for the models of all results, which are then compared with each other. Default:"
              + " what the files say.")
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--examples",
      paramLabel = "NUMBER",
      description =
          "How many examples a share is of that comes without them. Default: as the values tell.")
  private Optional<Long> examples = Optional.empty();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The title of the reports. Default: judgement.")
  private String name = "judgement";

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Writes the reports (page, CSV, LaTeX) and comparison.json into this folder.")
  private Optional<Path> out = Optional.empty();

  @Override
  public Integer call() throws Exception {
    JudgedResults judgement = ResultJudge.of(results, options());
    return out.isEmpty()
        ? show(judgement, List.of())
        : root.withReports(reports -> show(judgement, judgement.write(out.get(), reports)));
  }

  private JudgeOptions options() {
    return new JudgeOptions(
        name,
        against,
        margin.map(OptionalDouble::of).orElse(OptionalDouble.empty()),
        marginAgainst,
        model,
        metric,
        filter,
        lowerIsBetter,
        examples.map(OptionalLong::of).orElse(OptionalLong.empty()));
  }

  private int show(JudgedResults judgement, List<Path> reports) {
    Console console = root.console();
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("notes", judgement.notes());
    members.put("reports", reports.stream().map(Path::toString).toList());
    members.put("comparison", judgement.json());
    console.json("judgement", members);
    judgement.notes().forEach(console::message);
    console.result(
        new ComparisonTable(judgement.result()).lines(console.palette(), console.columns()));
    if (!reports.isEmpty()) {
      console.result("");
    }
    reports.forEach(report -> console.result("Report      " + report));
    return ExitCodes.OK;
  }
}
