package io.flexora.config.option;

import io.flexora.config.yaml.ConfigNode.Scalar;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A {@link Duration} of days, hours, minutes, seconds and milliseconds: {@code 1h30m}.
 *
 * @param bounds the seconds accepted
 * @since 0.1
 */
public record TimeSpan(Bounds bounds) implements OptionType.Word {

  /** The pattern of a duration, the parts in order. */
  public static final String PATTERN =
      Stream.of("d", "h", "m(?!s)", "s", "ms")
          .map(unit -> "(?:([0-9]{1,9})" + unit + ")?")
          .collect(Collectors.joining());

  private static final Pattern PARTS = Pattern.compile(PATTERN);
  private static final double MILLIS = 1000.0;

  @Override
  public String name() {
    return "duration";
  }

  @Override
  public String accepted() {
    String seconds = bounds.toString();
    return "a duration such as 90s, 15m, 1h30m or 2d"
        + (seconds.isEmpty() ? "" : ", " + seconds + " seconds");
  }

  @Override
  public Optional<Object> read(Scalar scalar) {
    Matcher parts = PARTS.matcher(scalar.text());
    if (scalar.text().isEmpty() || !parts.matches()) {
      return Optional.empty();
    }
    Duration duration =
        Duration.ofDays(part(parts, 1))
            .plusHours(part(parts, 2))
            .plusMinutes(part(parts, 3))
            .plusSeconds(part(parts, 4))
            .plusMillis(part(parts, 5));
    return bounds.contains(duration.toMillis() / MILLIS) ? Optional.of(duration) : Optional.empty();
  }

  @Override
  public String hint(Scalar scalar) {
    return scalar.text().matches("[0-9]{1,9}") ? "; write " + scalar.text() + "s" : "";
  }

  private static long part(Matcher parts, int group) {
    return parts.group(group) == null ? 0 : Long.parseLong(parts.group(group));
  }
}
