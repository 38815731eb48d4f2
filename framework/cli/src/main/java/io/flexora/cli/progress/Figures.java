package io.flexora.cli.progress;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Writes figures and times in few characters. */
final class Figures {

  private static final int SHOWN = 3;

  private Figures() {}

  /** The first few numbers among the figures, such as {@code training loss 0.693}. */
  static String brief(Map<String, ?> figures) {
    return figures.entrySet().stream()
        .filter(figure -> figure.getValue() instanceof Number)
        .sorted(Map.Entry.comparingByKey(Figures::lossesFirst))
        .limit(SHOWN)
        .map(f -> f.getKey().replace('_', ' ') + " " + number((Number) f.getValue()))
        .collect(Collectors.joining(", "));
  }

  /** The time left, such as {@code 1:05 left}. */
  static String left(Optional<Forecast.Estimate> estimate) {
    return estimate
        .filter(e -> e.whole() || e.left().toSeconds() > 0)
        .map(e -> (e.whole() ? "" : "over ") + clock(e.left()) + " left")
        .orElse("");
  }

  /** Minutes and seconds, with hours if there are any. */
  static String clock(Duration time) {
    long hours = time.toHours();
    return hours > 0
        ? "%d:%02d:%02d".formatted(hours, time.toMinutesPart(), time.toSecondsPart())
        : "%d:%02d".formatted(time.toMinutesPart(), time.toSecondsPart());
  }

  private static String number(Number value) {
    double number = value.doubleValue();
    return number == Math.rint(number) && Math.abs(number) < 1e9
        ? String.valueOf((long) number)
        : String.format(Locale.ROOT, "%.4g", number);
  }

  private static int lossesFirst(String one, String other) {
    int order = Boolean.compare(!one.endsWith("loss"), !other.endsWith("loss"));
    return order != 0 ? order : one.compareTo(other);
  }
}
