package io.flexora.cli.progress;

import io.flexora.api.run.Progress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Writes figures and times in few characters. */
final class ProgressText {

  private static final int SHOWN = 3;

  private ProgressText() {}

  /**
   * The losses and the first few numbers among the figures, such as {@code training loss 0.693}.
   */
  static String brief(Progress progress) {
    return brief(progress, Integer.MAX_VALUE);
  }

  /** As many of them, from the first, as fit into so many characters. */
  static String brief(Progress progress, int room) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    progress.trainingLoss().ifPresent(loss -> numbers.put(Progress.TRAINING_LOSS, loss));
    progress.validationLoss().ifPresent(loss -> numbers.put(Progress.VALIDATION_LOSS, loss));
    new TreeMap<>(progress.figures())
        .forEach((name, figure) -> figure.number().ifPresent(n -> numbers.put(name, n)));
    List<String> figures =
        numbers.entrySet().stream()
            .limit(SHOWN)
            .map(f -> f.getKey().replace('_', ' ') + " " + number(f.getValue()))
            .toList();
    String brief = String.join(", ", figures);
    for (int shown = figures.size(); brief.length() > room; shown--) {
      brief = String.join(", ", figures.subList(0, shown - 1));
    }
    return brief;
  }

  /** The time left, such as {@code 1:05 left}. */
  static String left(Optional<Forecast.Estimate> estimate) {
    return estimate
        .filter(e -> e.whole() || e.left().toSeconds() > 0)
        .map(e -> (e.whole() ? "" : "at least ") + clock(e.left()) + " left")
        .orElse("");
  }

  /** Minutes and seconds, with hours if there are any. */
  static String clock(Duration time) {
    long hours = time.toHours();
    return hours > 0
        ? "%d:%02d:%02d".formatted(hours, time.toMinutesPart(), time.toSecondsPart())
        : "%d:%02d".formatted(time.toMinutesPart(), time.toSecondsPart());
  }

  private static String number(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e9
        ? String.valueOf((long) number)
        : String.format(Locale.ROOT, "%.4g", number);
  }
}
