package io.flexora.api.run;

import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * The values of the options that a configuration leaves to the machine, such as {@code
 * compute_dtype: auto}: decided once for a run, recorded in its folder, and kept to by all that
 * goes on with it. An extension may ask for it in its constructor. May be used by several threads.
 *
 * @since 0.1
 */
public final class Decisions {

  /**
   * The value of an option that a configuration leaves to the machine.
   *
   * @param value the option's value, such as {@code float32}
   * @param reason the reason, as the end of a sentence: {@code as ...}
   */
  public record Decision(String value, String reason) {

    /** Refuses null. */
    public Decision {
      Objects.requireNonNull(value);
      Objects.requireNonNull(reason);
    }

    /** It in one line. */
    public String line(String option) {
      return "%s: %s, %s".formatted(option, value, reason);
    }
  }

  private final Map<String, Decision> made = new TreeMap<>();
  private final Set<String> recalled = new TreeSet<>();

  /** Begins with none. */
  public Decisions() {}

  /**
   * What was decided on an option; decides it, if nothing was.
   *
   * @param option the option's name, in snake case
   * @param make decides
   */
  public synchronized Decision of(String option, Supplier<Decision> make) {
    Decision known = made.get(option);
    if (known == null) {
      known = make.get();
      made.put(option, known);
    }
    return known;
  }

  /** All decisions so far, by the names of their options. */
  public synchronized Map<String, Decision> all() {
    return Map.copyOf(made);
  }

  /** Takes over what was decided when a run began, in place of what was decided since. */
  public synchronized void recall(Map<String, Decision> earlier) {
    made.putAll(earlier);
    recalled.clear();
    recalled.addAll(earlier.keySet());
  }

  /** The decisions that were taken over. */
  public synchronized Map<String, Decision> recalled() {
    Map<String, Decision> earlier = new TreeMap<>(made);
    earlier.keySet().retainAll(recalled);
    return earlier;
  }
}
