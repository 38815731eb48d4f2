package io.flexora.results.benchmark;

import io.flexora.api.model.ModelShape;
import java.util.Locale;
import java.util.Objects;

/**
 * The setting in which selectors were compared.
 *
 * @param model the kind of the model
 * @param layers the layers of the model
 * @param budget how many layers strategies chose; a strategy that chooses no number of them, such
 *     as all layers, was compared with others that chose so many
 * @param rows the training rows that were seen
 * @param passes how often each was seen
 * @param seeds over how many seeds
 * @param source where to read more, in a few words
 * @since 0.1
 */
public record BenchmarkedSetting(
    ModelKind model, int layers, int budget, long rows, double passes, int seeds, String source) {

  /** A kind of model, by the text that it reads at once. */
  public enum ModelKind {
    /** The whole text. */
    ENCODER("an encoder"),
    /** A text of which the next token is predicted. */
    DECODER("a decoder");

    private static final String CAUSAL = "CAUSAL_LM";

    private final String words;

    ModelKind(String words) {
      this.words = words;
    }

    /** The kind of a model. */
    public static ModelKind of(ModelShape shape) {
      return shape.taskType().equals(CAUSAL) ? DECODER : ENCODER;
    }

    /** The kind with its article. */
    public String words() {
      return words;
    }
  }

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is not positive, or there are fewer layers than were
   *     chosen
   */
  public BenchmarkedSetting {
    Objects.requireNonNull(model);
    Objects.requireNonNull(source);
    if (budget < 1 || layers < budget || rows < 1 || !(passes > 0) || seeds < 1) {
      throw new IllegalArgumentException(
          "%d of %d layers, %d rows, %s passes and %d seeds are no setting"
              .formatted(budget, layers, rows, passes, seeds));
    }
  }

  /** Says it, such as {@code an encoder of 12 layers, 1,280 rows once}. */
  public String words() {
    return "%s of %d layers, %s".formatted(model.words(), layers, seen(rows, passes));
  }

  /** Says how many rows are seen how often, such as {@code 1,280 rows once}. */
  public static String seen(long rows, double passes) {
    return String.format(Locale.ROOT, "%,d rows %s", rows, times(passes));
  }

  /** Says how often, such as {@code once} or {@code 2.5 times}. */
  public static String times(double passes) {
    String number = String.format(Locale.ROOT, "%.1f", passes).replace(".0", "");
    return switch (number) {
      case "1" -> "once";
      case "2" -> "twice";
      default -> number + " times";
    };
  }
}
