package io.flexora.cli.model;

import io.flexora.api.data.Row;
import io.flexora.api.run.FlexoraException;
import io.flexora.cli.command.ExitCodes;
import io.flexora.cli.command.FlexoraCommand;
import io.flexora.cli.command.StandardInput;
import io.flexora.cli.result.PredictionTable;
import io.flexora.experiment.Experiment;
import io.flexora.experiment.use.PredictedRow;
import io.flexora.files.durable.DurableFile;
import io.flexora.host.FlexoraHost;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Lets a model answer texts or rows whose answers are not known. */
@Command(
    name = "predict",
    description = {
      "Predicts the classes or numbers of texts, or the answers of rows: with the trained model of a"
          + " run, or the pretrained model of an experiment with a PEFT adapter or as it is.",
      "",
      "A row needs the fields that the task asks about, without the answer. The probability of an"
          + " answer is its likelihood among all answers of the row. A run needs neither its dataset"
          + " nor the network for it.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  flexora predict runs/quickstart-20260102-030405 --text \"a small stream\"",
      "  flexora predict runs/quickstart-20260102-030405 --cell all --input rows.jsonl",
      "  flexora predict runs/piqa-20260102-030405 --input q.jsonl --output a.jsonl"
    })
public final class PredictCommand implements Callable<Integer> {

  @ParentCommand private FlexoraCommand root;

  @Mixin private ModelArguments model;

  @ArgGroup(multiplicity = "1")
  private Asked asked;

  /** One of these. */
  static final class Asked {

    @Option(
        names = "--text",
        paramLabel = "TEXT",
        required = true,
        description =
            "A text to classify; repeatable. For tasks that ask about one text; - reads it from"
                + " standard input.")
    private List<String> texts = new ArrayList<>();

    @Option(
        names = "--input",
        paramLabel = "FILE",
        required = true,
        description =
            "Rows as JSON Lines (an object on each line), or a .csv or .tsv file whose first line"
                + " names the fields; - reads JSON Lines from standard input.")
    private Path input;
  }

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "Write all answers with their probabilities here, as JSON Lines.")
  private Optional<Path> output = Optional.empty();

  @Override
  public Integer call() throws Exception {
    // Before the rows are read, and the model.
    Optional<Path> target = output.map(DurableFile::named);
    return model.ask(
        root,
        experiment -> {
          List<Row> rows = rows(experiment);
          return view -> experiment.predict(model.subject(), rows, view);
        },
        predicted -> show(predicted, target));
  }

  private List<Row> rows(Experiment experiment) {
    Optional<String> field = experiment.textField();
    if (asked.input == null) {
      String name =
          field.orElseThrow(
              () ->
                  new FlexoraException(
                      "--text: the task asks about more than a text; give rows with its fields by"
                          + " --input"));
      return FlexoraHost.rows(
          asked.texts.equals(List.of(StandardInput.NAME))
              ? List.of(StandardInput.text(System.in).strip())
              : asked.texts,
          name);
    }
    return asked.input.toString().equals(StandardInput.NAME)
        ? FlexoraHost.rows("standard input", StandardInput.text(System.in).lines().toList())
        : FlexoraHost.rows(asked.input);
  }

  private int show(List<PredictedRow> predicted, Optional<Path> target) {
    target.ifPresent(file -> DurableFile.write(file, lines(predicted)));
    for (PredictedRow row : predicted) {
      Map<String, Object> members = new LinkedHashMap<>();
      FlexoraHost.json(row).properties().forEach(e -> members.put(e.getKey(), e.getValue()));
      root.console().json("prediction", members);
    }
    if (output.isPresent()) {
      root.console().result("%d answers in %s".formatted(predicted.size(), output.get()));
    } else {
      root.console()
          .result(
              PredictionTable.lines(predicted, root.console().palette(), root.console().columns()));
    }
    return ExitCodes.OK;
  }

  private static String lines(List<PredictedRow> predicted) {
    StringBuilder lines = new StringBuilder();
    predicted.forEach(row -> lines.append(FlexoraHost.json(row)).append('\n'));
    return lines.toString();
  }
}
