package io.flexora.dataset.files;

import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The number or share of training rows that go to another split.
 *
 * @param option the option that says so
 * @param written the number or share as written
 */
record HeldOut(String option, String written) {
  private static final Pattern COUNT = Pattern.compile("[0-9]{1,9}");
  private static final Pattern SHARE = Pattern.compile("[0-9]*\\.[0-9]+|[0-9]+(\\.[0-9]+)?%");

  /** Reads an option's value. Empty if it is neither a number nor a share. */
  static Optional<HeldOut> parse(String option, String value) {
    boolean is = COUNT.matcher(value).matches() || SHARE.matcher(value).matches();
    return is ? Optional.of(new HeldOut(option, value)) : Optional.empty();
  }

  /** Whether it is the number 0. */
  boolean isNone() {
    return COUNT.matcher(written).matches() && Integer.parseInt(written) == 0;
  }

  /**
   * The number of rows.
   *
   * @param available how many training rows there are
   * @throws FlexoraException if a share is not between 0 and 1
   */
  int of(int available) {
    if (COUNT.matcher(written).matches()) {
      return Integer.parseInt(written);
    }
    double share =
        written.endsWith("%")
            ? Double.parseDouble(written.substring(0, written.length() - 1)) / 100
            : Double.parseDouble(written);
    if (share <= 0 || share >= 1) {
      throw new IncompatibleOptionException(
          option,
          "dataset files: '%s' is not a share of the training rows; write one between 0 and 1, such"
                  .formatted(written)
              + " as 0.1 or 10%, or a whole number of rows");
    }
    return (int) Math.round(share * available);
  }
}
