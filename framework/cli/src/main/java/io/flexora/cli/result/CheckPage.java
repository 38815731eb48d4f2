package io.flexora.cli.result;

import io.flexora.cli.output.Console;
import io.flexora.cli.output.Table;
import io.flexora.host.experiment.CheckReport;
import io.flexora.host.experiment.CheckReport.AdaptedModule;
import io.flexora.host.experiment.CheckReport.ShownExample;
import io.flexora.host.experiment.CheckReport.ShownToken;
import io.flexora.host.experiment.CheckReport.SplitSize;
import io.flexora.host.experiment.MemoryEstimate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Shows what an experiment would do.
 *
 * @since 0.1
 */
public final class CheckPage {

  private static final double MEBIBYTE = 1 << 20;

  private final Console console;

  /** Makes a page on a console. */
  public CheckPage(Console console) {
    this.console = console;
  }

  /** Shows a report. */
  public void show(CheckReport report) {
    console.json("check", members(report));
    title("Configuration");
    console.result(report.configuration().lines().map(line -> "  " + line).toList());
    title("Model");
    console.result(model(report));
    title("Modules to adapt, in each layer that is chosen");
    console.result(indented(modules(report.modules())));
    console.result(parameters(report));
    title("Data");
    console.result(indented(splits(report.splits())));
    if (!report.classes().isEmpty()) {
      console.result("  %d classes: %s".formatted(report.classes().size(), classes(report)));
    }
    title("Examples, as the model sees them");
    report.examples().forEach(example -> console.result(example(example)));
    title("Cells");
    report.cells().forEach((cell, strategy) -> console.result("  " + cell + ": " + strategy));
    title("Memory, about");
    console.result(memory(report.memory()));
    console.result("");
    console.result("The experiment is in order, and would compute on " + report.device() + ".");
  }

  private void title(String text) {
    console.result(System.lineSeparator() + console.palette().strong(text));
  }

  private static String model(CheckReport report) {
    return "  %s: %d layers, %d wide, %,d parameters, up to %,d tokens"
        .formatted(
            report.model().family(),
            report.model().layers(),
            report.model().hiddenSize(),
            report.model().frozenParameters(),
            report.model().maxTokens());
  }

  private static Table modules(List<AdaptedModule> modules) {
    Table table =
        new Table(
            List.of(Table.words("MODULE"), Table.numbers("SHAPE"), Table.numbers("PARAMETERS")));
    modules.forEach(
        m ->
            table.row(
                List.of(
                    m.module().name(),
                    m.module().outputs() + " x " + m.module().inputs(),
                    count(m.parameters()))));
    return table;
  }

  private static String parameters(CheckReport report) {
    return "  Trainable: %s in each adapted layer, %s in the head; %s with all %d layers"
        .formatted(
            count(report.parametersPerLayer()),
            count(report.headParameters()),
            count(report.parametersOfAllLayers()),
            report.model().layers());
  }

  private static Table splits(Map<String, SplitSize> splits) {
    Table table =
        new Table(
            List.of(
                Table.words("SPLIT"),
                Table.numbers("EXAMPLES"),
                Table.numbers("TOKENS"),
                Table.numbers("LONGEST"),
                Table.numbers("CUT")));
    splits.forEach(
        (name, size) ->
            table.row(
                List.of(
                    name,
                    count(size.examples()),
                    count(size.tokens()),
                    count(size.longest()),
                    count(size.truncatedExamples()))));
    return table;
  }

  private static String classes(CheckReport report) {
    return String.join(", ", report.classes());
  }

  /** The tokens, with those that the loss counts in brackets. */
  private String example(ShownExample example) {
    String tokens = example.tokens().stream().map(this::token).collect(Collectors.joining(" "));
    return "  %s%n    %s%n    answer: %s"
        .formatted(
            console.palette().faint(example.id()),
            tokens,
            console.palette().good(example.answer()));
  }

  private String token(ShownToken token) {
    return token.labelled() ? console.palette().good("[" + token.text() + "]") : token.text();
  }

  private static String memory(MemoryEstimate memory) {
    return String.format(
        Locale.ROOT,
        "  %.0f MiB: weights %.0f, activations %.0f, training state %.0f",
        memory.total() / MEBIBYTE,
        memory.weights() / MEBIBYTE,
        memory.activations() / MEBIBYTE,
        memory.training() / MEBIBYTE);
  }

  private List<String> indented(Table table) {
    return table.lines(console.palette()).stream().map(line -> "  " + line).toList();
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static Map<String, Object> members(CheckReport report) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("configuration", report.configuration());
    members.put("device", report.device());
    members.put("layers", report.model().layers());
    members.put("modules", report.modules());
    members.put("parameters_per_layer", report.parametersPerLayer());
    members.put("head_parameters", report.headParameters());
    members.put("parameters_of_all_layers", report.parametersOfAllLayers());
    members.put("cells", report.cells());
    members.put("classes", report.classes());
    members.put("splits", report.splits());
    members.put("memory_bytes", report.memory().total());
    members.put("examples", report.examples());
    return members;
  }
}
