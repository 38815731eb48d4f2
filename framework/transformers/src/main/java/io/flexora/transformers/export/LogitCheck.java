package io.flexora.transformers.export;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Holds an export against the model that it is made of. The measure is the length of the difference
 * of the logits, each less its mean, relative to their own length; two models that have nothing to
 * do with each other are at about 1.4.
 *
 * @since 0.1
 */
public final class LogitCheck {
  private static final int[] LENGTHS = {1, 7, 12};

  private final List<int[]> sequences;
  private final double[][] wanted;

  private LogitCheck(List<int[]> sequences, double[][] wanted) {
    this.sequences = sequences;
    this.wanted = wanted;
  }

  /** Asks the adapted model. */
  public static LogitCheck of(Judge judge, int vocabulary) {
    SplittableRandom random = new SplittableRandom(11);
    List<int[]> sequences = new ArrayList<>();
    for (int length : LENGTHS) {
      sequences.add(random.ints(length, 0, vocabulary).toArray());
    }
    return new LogitCheck(List.copyOf(sequences), judge.adapted(sequences));
  }

  /**
   * Asks the model that was written.
   *
   * @param tolerance the greatest difference that its number type explains
   * @return the greatest difference that there is
   * @throws FlexoraException if it computes something else
   */
  public double require(Judge judge, Path location, String format, double tolerance)
      throws IOException {
    double[][] seen = judge.exported(location, sequences);
    double greatest = 0;
    for (int i = 0; i < wanted.length; i++) {
      double difference = difference(centred(wanted[i]), centred(seen[i]));
      if (!(difference <= tolerance)) {
        throw new FlexoraException(
            String.format(
                Locale.ROOT,
                "the export to %s was not kept: read again, its logits differ from the adapted"
                    + " model's by %.3g of their size after %d tokens, and %.3g is the most that its"
                    + " number type explains. Export to safetensors or peft",
                format,
                difference,
                sequences.get(i).length,
                tolerance));
      }
      greatest = Math.max(greatest, difference);
    }
    return greatest;
  }

  private static double difference(double[] wanted, double[] seen) {
    double squares = 0;
    double size = 0;
    for (int i = 0; i < wanted.length; i++) {
      squares += (wanted[i] - seen[i]) * (wanted[i] - seen[i]);
      size += wanted[i] * wanted[i];
    }
    return Math.sqrt(squares) / Math.max(Math.sqrt(size), Double.MIN_NORMAL);
  }

  private static double[] centred(double[] logits) {
    double mean = Arrays.stream(logits).average().orElseThrow();
    return Arrays.stream(logits).map(logit -> logit - mean).toArray();
  }
}
