package io.flexora.cli.result;

import io.flexora.api.cost.Workload;
import io.flexora.api.cost.Workload.Amount;
import io.flexora.api.cost.Workload.PassKind;
import io.flexora.cli.output.Console;
import io.flexora.cli.output.Paragraph;
import io.flexora.cli.output.TextTable;
import io.flexora.experiment.check.CheckReport;
import io.flexora.experiment.check.CheckReport.AdaptedModule;
import io.flexora.experiment.check.CheckReport.ShownChoice;
import io.flexora.experiment.check.CheckReport.ShownExample;
import io.flexora.experiment.check.CheckReport.ShownToken;
import io.flexora.experiment.check.CheckReport.SplitSize;
import io.flexora.experiment.check.SpeedReport;
import io.flexora.experiment.estimate.Expectation;
import io.flexora.experiment.estimate.MemoryEstimate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Shows what an experiment would do.
 *
 * @since 0.1
 */
public final class CheckPage {

  private static final List<PassKind> STATED_PASSES =
      List.of(
          PassKind.TRAINING_GRADIENTS,
          PassKind.HESSIAN_PRODUCTS,
          PassKind.VALIDATION_GRADIENTS,
          PassKind.FORWARD,
          PassKind.RECORDED_PRODUCTS);
  private static final List<Amount> STATED_AMOUNTS =
      List.of(Amount.STORED_THETAS, Amount.BATCHES_OF_STEP, Amount.KEPT_GRAPHS);

  private static final double MEBIBYTE = 1 << 20;
  private static final double GIBIBYTE = 1 << 30;

  private static final String MEMORY = "Memory of the process at its peak, about";
  private static final String INDENT = "  ";
  private static final String EXAMPLE = "    ";

  private final Console console;
  private final boolean verbose;

  /** Makes a page on a console; when verbose, with the resolved configuration. */
  public CheckPage(Console console, boolean verbose) {
    this.console = console;
    this.verbose = verbose;
  }

  /**
   * Shows a report; when quiet, no more than what decides whether and where to run.
   *
   * @param speed how fast the steps are, where they were benchmarked
   */
  public void show(CheckReport report, Optional<SpeedReport> speed) {
    console.json("check", members(report, speed));
    boolean quiet = console.verbosity().quiet();
    if (quiet) {
      console.result(MEMORY + ": " + size(report.memory().total()).strip());
    } else {
      describe(report, speed.isPresent());
    }
    speed.ifPresent(
        measured -> {
          title("Speed on this machine");
          console.result(new SpeedLines(measured).lines(console.palette(), console.columns()));
        });
    if (!report.contested().isEmpty()) {
      title("Names that more than one plugin brings");
      report.contested().forEach(line -> console.prose(INDENT + line));
    }
    if (!quiet) {
      console.result("");
    }
    conclude(report);
  }

  private void conclude(CheckReport report) {
    report.notices().forEach(console::prose);
    console.prose(
        report.refusal().isPresent()
            ? "The experiment is valid for " + report.device() + ", but does not run here."
            : "The experiment is valid and would run on " + report.device() + ".");
    if (!report.devicePresent()) {
      console.prose("This machine has no such device: the run must be started elsewhere.");
    }
  }

  private void describe(CheckReport report, boolean benchmarked) {
    if (verbose) {
      title("Configuration");
      console.result(report.configuration().lines().map(line -> INDENT + line).toList());
    }
    title("Model");
    console.prose(model(report));
    report.decisions().forEach((option, decision) -> console.prose("  " + decision.line(option)));
    title("Adapted modules in each chosen layer");
    console.result(indented(modules(report.modules())));
    console.prose(parameters(report));
    title("Data");
    console.result(indented(splits(report.splits())));
    if (!report.classes().isEmpty()) {
      console.prose("  %d classes: %s".formatted(report.classes().size(), classes(report)));
    }
    if (report.classes().isEmpty()) {
      console.prose(objective(report));
    }
    title("Tokenized examples; labelled tokens in brackets");
    report.examples().forEach(example -> console.result(example(example)));
    title("Cells, and how many examples their selection takes");
    console.result(indented(cells(report)));
    dearSearches(report).ifPresent(console::prose);
    if (!benchmarked && searches(report)) {
      console.prose(
          INDENT
              + "These are gradients of one example. On the clock a search in small batches takes"
              + " longer than they say; --benchmark measures it.");
    }
    showExpectations(report);
    title(MEMORY);
    console.result(memory(report.memory()));
  }

  /** What to expect of the strategies, where something was measured elsewhere. */
  private void showExpectations(CheckReport report) {
    Map<String, Expectation> expectations = new LinkedHashMap<>();
    report
        .cells()
        .forEach(
            (name, cell) -> cell.expectation().ifPresent(found -> expectations.put(name, found)));
    expectations.values().stream()
        .findFirst()
        .ifPresent(
            first -> {
              title("What to expect with " + first.here().words());
              ExpectationLines.caution(expectations, name -> report.searchOfTraining(name) > 0)
                  .ifPresent(sentence -> console.prose(INDENT + sentence));
              console.result(
                  ExpectationLines.each(expectations, console.palette(), console.columns()));
            });
  }

  private void title(String text) {
    console.result(System.lineSeparator() + console.palette().strong(text));
  }

  private static String model(CheckReport report) {
    return "  %s: %d layers, %d wide, %,d parameters in %s, up to %,d tokens"
        .formatted(
            report.model().family(),
            report.model().layers(),
            report.model().hiddenSize(),
            report.model().frozenParameters(),
            report.model().computeType(),
            report.model().maxTokens());
  }

  private static TextTable modules(List<AdaptedModule> modules) {
    TextTable table =
        new TextTable(
            List.of(
                TextTable.words("MODULE"),
                TextTable.numbers("SHAPE"),
                TextTable.numbers("PARAMETERS")));
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

  static TextTable splits(Map<String, SplitSize> splits) {
    // Where a head judges the whole text, no token is learnt.
    boolean learnt = splits.values().stream().anyMatch(size -> size.labelledTokens() > 0);
    List<TextTable.Column> columns = new ArrayList<>();
    columns.add(TextTable.words("SPLIT"));
    columns.add(TextTable.numbers("EXAMPLES"));
    columns.add(TextTable.numbers("TOKENS"));
    if (learnt) {
      columns.add(TextTable.numbers("LEARNT"));
    }
    columns.add(TextTable.numbers("LONGEST"));
    columns.add(TextTable.numbers("PROMPTS CUT"));
    columns.add(TextTable.numbers("TOKENS CUT"));
    TextTable table = new TextTable(columns);
    splits.forEach((name, size) -> table.row(sizes(name, size, learnt)));
    return table;
  }

  private static List<String> sizes(String name, SplitSize size, boolean learnt) {
    List<String> cells = new ArrayList<>();
    cells.add(name);
    cells.add(count(size.examples()));
    cells.add(count(size.tokens()));
    if (learnt) {
      cells.add(count(size.labelledTokens()));
    }
    cells.add(count(size.longest()));
    cells.add(count(size.truncatedExamples()));
    cells.add(count(size.truncatedTokens()));
    return cells;
  }

  /** What the selection of each cell takes, in examples. */
  private static TextTable cells(CheckReport report) {
    TextTable table =
        new TextTable(
            List.of(
                TextTable.words("CELL"),
                TextTable.words("SELECTOR"),
                TextTable.numbers("GRADIENTS"),
                TextTable.numbers("HESSIAN PRODUCTS"),
                TextTable.numbers("VALIDATION GRADIENTS"),
                TextTable.numbers("FORWARD PASSES"),
                TextTable.numbers("OF TRAINING")));
    report
        .cells()
        .forEach(
            (name, cell) ->
                table.row(
                    List.of(
                        name,
                        cell.strategy(),
                        count(cell.cost().trainingGradients().examples()),
                        count(cell.cost().hessianProducts().examples()),
                        count(cell.cost().validationGradients().examples()),
                        count(cell.cost().forward().examples()),
                        ofTraining(report.searchOfTraining(name)))));
    return table;
  }

  private static String ofTraining(double share) {
    return share == 0 ? "" : String.format(Locale.ROOT, "%.1f x", share);
  }

  private static boolean searches(CheckReport report) {
    return report.cells().keySet().stream().anyMatch(cell -> report.searchOfTraining(cell) > 0);
  }

  /** What to know where a search takes longer than the training that it is for. */
  private static Optional<String> dearSearches(CheckReport report) {
    List<String> dear =
        report.cells().keySet().stream()
            .filter(cell -> report.searchOfTraining(cell) > 1)
            .map(cell -> "%s (%s)".formatted(cell, ofTraining(report.searchOfTraining(cell))))
            .toList();
    return dear.isEmpty()
        ? Optional.empty()
        : Optional.of(
            INDENT
                + ("The search takes longer than the training, with a Hessian product as two"
                        + " gradients, in %s. How many steps and examples it takes are options of"
                        + " the selector; a baseline that searches nothing shows whether it pays.")
                    .formatted(String.join(", ", dear)));
  }

  private static String classes(CheckReport report) {
    return String.join(", ", report.classes());
  }

  private static String objective(CheckReport report) {
    return "  Objective: %s, %s".formatted(report.objective(), report.learnt());
  }

  /** The tokens that all choices share, then each choice on a line of its own. */
  private List<String> example(ShownExample example) {
    List<String> lines = new ArrayList<>();
    lines.add("  " + console.palette().faint(example.id()));
    lines.addAll(tokens(EXAMPLE, example.tokens()));
    for (ShownChoice choice : example.choices()) {
      boolean only = example.choices().size() == 1;
      String mark = only ? "" : choice.right() ? "right: " : "wrong: ";
      lines.addAll(tokens(EXAMPLE + mark, choice.tokens()));
    }
    String answer = EXAMPLE + "answer: " + console.palette().good(visible(example.answer()));
    lines.add(Paragraph.fitted(answer, console.columns()));
    return lines;
  }

  /** Tokens one behind the other; a line that is full ends behind a token. */
  private List<String> tokens(String head, List<ShownToken> tokens) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(head);
    int width = head.length();
    for (int i = 0; i < tokens.size(); i++) {
      ShownToken token = tokens.get(i);
      boolean bounded = i > 0 && !token.labelled() && !tokens.get(i - 1).labelled();
      String text = token.labelled() ? "[" + visible(token.text()) + "]" : visible(token.text());
      int more = text.length() + (bounded ? 1 : 0);
      if (i > 0 && width + more > console.columns()) {
        lines.add(line.toString());
        line = new StringBuilder(EXAMPLE);
        width = EXAMPLE.length();
      }
      line.append(bounded ? console.palette().faint("|") : "")
          .append(token.labelled() ? console.palette().good(text) : text);
      width += more;
    }
    lines.add(line.toString());
    return lines;
  }

  private static String visible(String text) {
    return text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t");
  }

  private static List<String> memory(MemoryEstimate memory) {
    List<String> parts = new ArrayList<>();
    Collections.addAll(
        parts,
        part("Java and engine", memory.process()),
        part("weights", memory.weights()),
        part("kept states", memory.kept()),
        part("activations", memory.activations()),
        part("logits", memory.logits()),
        part("second-order graph", memory.secondOrder()),
        part("copies of theta", memory.thetas()));
    if (memory.bases() > 0) {
      parts.add(part("copy of the base", memory.bases()));
    }
    Collections.addAll(
        parts, part("allocator's spare", memory.spare()), part("in all", memory.total()));
    return parts;
  }

  private static String part(String name, long bytes) {
    return String.format(Locale.ROOT, "  %-19s %s", name, size(bytes));
  }

  private static String size(long bytes) {
    return bytes < GIBIBYTE
        ? String.format(Locale.ROOT, "%8.0f MiB", bytes / MEBIBYTE)
        : String.format(Locale.ROOT, "%8.1f GiB", bytes / GIBIBYTE);
  }

  private List<String> indented(TextTable table) {
    return table.lines(console.palette(), console.columns() - INDENT.length()).stream()
        .map(line -> INDENT + line)
        .toList();
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static Map<String, Object> members(CheckReport report, Optional<SpeedReport> speed) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("configuration", report.configuration());
    members.put("device", report.device());
    members.put("device_present", report.devicePresent());
    report.refusal().ifPresent(why -> members.put("refusal", why));
    members.put("layers", report.model().layers());
    members.put("modules", report.modules());
    members.put("parameters_per_layer", report.parametersPerLayer());
    members.put("head_parameters", report.headParameters());
    members.put("parameters_of_all_layers", report.parametersOfAllLayers());
    members.put("training_gradients", report.training().equivalentGradients());
    members.put("training_passes", report.passes());
    members.put("cells", cellMembers(report));
    members.put("classes", report.classes());
    members.put("decisions", report.decisions());
    members.put("objective", report.objective());
    members.put("splits", report.splits());
    members.put("memory_bytes", report.memory().total());
    members.put("memory", report.memory());
    members.put("examples", report.examples());
    members.put("contested", report.contested());
    members.put("notices", report.notices());
    speed.ifPresent(measured -> members.put("benchmark", new SpeedLines(measured).members()));
    return members;
  }

  private static Map<String, Object> members(Workload cost) {
    Map<String, Object> members = new LinkedHashMap<>();
    STATED_PASSES.forEach(kind -> members.put(kind.key(), cost.of(kind)));
    STATED_AMOUNTS.forEach(amount -> members.put(amount.key(), cost.of(amount)));
    return members;
  }

  private static Map<String, Object> cellMembers(CheckReport report) {
    Map<String, Object> cells = new LinkedHashMap<>();
    report
        .cells()
        .forEach(
            (name, cell) -> {
              Map<String, Object> members = new LinkedHashMap<>();
              members.put("strategy", cell.strategy());
              members.put("cost", members(cell.cost()));
              cell.expectation()
                  .ifPresent(found -> members.put("expected", ExpectationLines.members(found)));
              cells.put(name, members);
            });
    return cells;
  }
}
