package io.flexora.cli.result;

import io.flexora.api.run.Phase;
import io.flexora.cli.output.Palette;
import io.flexora.cli.output.TextTable;
import io.flexora.experiment.check.Benchmark;
import io.flexora.experiment.check.SpeedReport;
import io.flexora.experiment.check.StepSpeed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Shows how fast an experiment's steps are, and how fast they could be at most. */
final class SpeedLines {

  private static final String INDENT = "  ";
  private static final String NONE = "-";
  private static final double GIGA = 1e9;
  private static final double MEBIBYTE = 1 << 20;
  private static final double PERCENT = 100;

  private final SpeedReport report;

  SpeedLines(SpeedReport report) {
    this.report = report;
  }

  /**
   * The lines.
   *
   * @param room the columns of a line
   */
  List<String> lines(Palette palette, int room) {
    List<String> lines = new ArrayList<>();
    lines.add(machine());
    lines.add("Products of a layer, forward and back: " + rates());
    lines.add(
        String.format(
            Locale.ROOT, "Memory read and written: %.1f GB/s", report.machine().bytes() / GIGA));
    lines.addAll(table().lines(palette, room - INDENT.length()));
    lines.add(
        String.format(
            Locale.ROOT,
            "Peak of the process: %.0f MiB",
            report.benchmark().peakMemoryBytes() / MEBIBYTE));
    return lines.stream().map(line -> INDENT + line).toList();
  }

  private String machine() {
    String threads = report.threads() == 1 ? "1 thread" : report.threads() + " threads";
    String load = report.load() < 0 ? "" : String.format(Locale.ROOT, "; load %.1f", report.load());
    return threads + load + "; the model computes in " + report.computeType();
  }

  private String rates() {
    return new TreeMap<>(report.machine().operations())
        .entrySet().stream()
            .map(e -> String.format(Locale.ROOT, "%s %.4g", e.getKey(), e.getValue() / GIGA))
            .collect(Collectors.joining(", ", "", " GFLOP/s"));
  }

  private TextTable table() {
    TextTable table =
        new TextTable(
            List.of(
                TextTable.words("PHASE"),
                TextTable.numbers("STEPS"),
                TextTable.numbers("SECONDS EACH"),
                TextTable.numbers("IN ALL"),
                TextTable.numbers("TOKENS/S"),
                TextTable.numbers("AT MOST"),
                TextTable.numbers("REACHED")));
    report
        .benchmark()
        .steps()
        .forEach(
            (phase, speed) -> {
              OptionalDouble most = report.mostTokensPerSecond(speed);
              table.row(
                  List.of(
                      phase.title(),
                      Long.toString(speed.steps()),
                      String.format(Locale.ROOT, "%.3g", speed.seconds()),
                      String.format(Locale.ROOT, "%,.1f", secondsOf(phase)),
                      whole(speed.tokensPerSecond()),
                      whole(most),
                      share(speed.tokensPerSecond(), most)));
            });
    return table;
  }

  private double secondsOf(Phase phase) {
    Benchmark benchmark = report.benchmark();
    return switch (phase) {
      case SEARCH -> benchmark.searchSeconds();
      case TRAIN -> benchmark.trainSeconds();
      case EVALUATE -> benchmark.evaluateSeconds();
    };
  }

  private static String whole(OptionalDouble number) {
    return number.isPresent() ? String.format(Locale.ROOT, "%,.0f", number.getAsDouble()) : NONE;
  }

  private static String share(OptionalDouble found, OptionalDouble most) {
    return found.isPresent() && most.isPresent()
        ? String.format(Locale.ROOT, "%.0f %%", PERCENT * found.getAsDouble() / most.getAsDouble())
        : NONE;
  }

  /** The same for programs. */
  Map<String, Object> members() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("threads", report.threads());
    members.put("load", report.load());
    members.put("compute_type", report.computeType());
    members.put("operations_per_second", new TreeMap<>(report.machine().operations()));
    members.put("bytes_per_second", report.machine().bytes());
    Map<String, Object> steps = new LinkedHashMap<>();
    report.benchmark().steps().forEach((phase, speed) -> steps.put(phase.word(), members(speed)));
    members.put("steps", steps);
    Benchmark benchmark = report.benchmark();
    Map<String, Object> seconds = new LinkedHashMap<>();
    for (Phase phase : Phase.values()) {
      seconds.put(phase.word(), secondsOf(phase));
    }
    members.put("cell_seconds", seconds);
    members.put("peak_memory_bytes", benchmark.peakMemoryBytes());
    return members;
  }

  private Map<String, Object> members(StepSpeed speed) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("steps", speed.steps());
    members.put("seconds", speed.seconds());
    speed.tokensPerSecond().ifPresent(rate -> members.put("tokens_per_second", rate));
    report
        .mostTokensPerSecond(speed)
        .ifPresent(most -> members.put("most_tokens_per_second", most));
    speed
        .work()
        .ifPresent(
            work -> {
              members.put("operations_of_token", work.operationsOfToken());
              members.put("bytes_of_step", work.bytes());
            });
    return members;
  }
}
