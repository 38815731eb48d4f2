package io.flexora.trainer.losa.prune;

import io.flexora.api.data.Example;
import io.flexora.api.input.Tokens;
import io.flexora.api.input.Tokens.Continuation;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.run.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Rows of text of one length: training examples with their right answers, one after the other in an
 * order that depends on the seed alone, cut where a row is full.
 */
final class CalibrationRows {

  private CalibrationRows() {}

  /**
   * Makes the rows; fewer than wanted where the examples end.
   *
   * @param most the longest row that the model takes
   * @throws FlexoraException if the examples do not fill one row
   */
  static List<Tokens> rows(List<Tokens> training, PruningOptions options, int most, Seeds seeds) {
    int length = length(options, most);
    int wanted = Math.multiplyExact(length, options.calibrationRows());
    int[] text = text(training, wanted, seeds);
    return IntStream.range(0, count(text.length, options, most))
        .mapToObj(row -> row(row, Arrays.copyOfRange(text, row * length, (row + 1) * length)))
        .toList();
  }

  /**
   * How many rows some examples fill.
   *
   * @param tokens of the examples, each with its right answer
   * @param most the longest row that the model takes
   * @throws FlexoraException if they do not fill one
   */
  static int count(long tokens, PruningOptions options, int most) {
    int length = length(options, most);
    if (tokens < length) {
      throw new IncompatibleOptionException(
          "calibration_tokens",
          ("the training examples have %d tokens together, which is less than one calibration row;"
                  + " lower calibration_tokens (%d)")
              .formatted(tokens, length));
    }
    return (int) Math.min(tokens / length, options.calibrationRows());
  }

  private static int length(PruningOptions options, int most) {
    return Math.min(options.calibrationTokens(), most);
  }

  private static int[] text(List<Tokens> training, int wanted, Seeds seeds) {
    List<Tokens> shuffled = new ArrayList<>(training);
    Collections.shuffle(shuffled, new Random(seeds.derive("calibration")));
    IntStream.Builder ids = IntStream.builder();
    int count = 0;
    for (Tokens tokens : shuffled) {
      if (count >= wanted) {
        break;
      }
      int[] own = whole(tokens);
      Arrays.stream(own).forEach(ids);
      count += own.length;
    }
    return ids.build().limit(wanted).toArray();
  }

  private static int[] whole(Tokens tokens) {
    int[] answer =
        tokens.choices().isEmpty()
            ? new int[0]
            : tokens.choices().get(tokens.example().label()).ids();
    return IntStream.concat(Arrays.stream(tokens.ids()), Arrays.stream(answer)).toArray();
  }

  /** A row whose tokens after the first are its answer. */
  static Tokens row(int number, int[] ids) {
    boolean[] learnt = new boolean[ids.length - 1];
    Arrays.fill(learnt, true);
    Example example = new Example("calibration-" + number, "", List.of(""), 0);
    Continuation rest = new Continuation(Arrays.copyOfRange(ids, 1, ids.length), learnt);
    return new Tokens(example, new int[] {ids[0]}, List.of(rest), 0);
  }
}
