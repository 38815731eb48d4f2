package io.flexora.trainer.losa.prune;

import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import java.util.Optional;
import java.util.regex.Matcher;

/**
 * A pattern n:m: of every m neighbours in a row, n are kept.
 *
 * @param kept n
 * @param of m
 */
record Pattern(int kept, int of) {

  private static final java.util.regex.Pattern FORM =
      java.util.regex.Pattern.compile("([1-9]\\d{0,3}):([1-9]\\d{0,3})");
  private static final double ROUNDING = 1e-9;

  /**
   * Reads the pattern of options.
   *
   * @throws FlexoraException if it is none, or their sparsity is another
   */
  static Optional<Pattern> of(PruningOptions options) {
    return options.sparsityPattern().map(text -> of(text, options));
  }

  private static Pattern of(String text, PruningOptions options) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()
        || Integer.parseInt(matcher.group(1)) >= Integer.parseInt(matcher.group(2))) {
      throw new IncompatibleOptionException(
          "sparsity_pattern",
          "sparsity_pattern '%s' is none; write n:m with n less than m, such as 2:4"
              .formatted(text));
    }
    Pattern pattern =
        new Pattern(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    if (Math.abs(options.sparsity() - pattern.sparsity()) > ROUNDING) {
      throw new IncompatibleOptionException(
          "sparsity_pattern",
          "sparsity_pattern %s prunes %s of each matrix, but sparsity is %s; make them the same"
              .formatted(text, pattern.sparsity(), options.sparsity()));
    }
    if (options.pruning() == PruningOptions.Criterion.SPARSEGPT
        && MatrixPruning.BLOCK % pattern.of() != 0) {
      throw new IncompatibleOptionException(
          "sparsity_pattern",
          "sparsity_pattern %s: sparsegpt works on blocks of %d columns, which is no multiple of %d"
              .formatted(text, MatrixPruning.BLOCK, pattern.of()));
    }
    return pattern;
  }

  /** The share that the pattern prunes. */
  double sparsity() {
    return 1 - (double) kept / of;
  }

  /** How many of m are pruned at a lower sparsity, on the way to the pattern. */
  int dropped(double atSparsity) {
    return Math.min(of - kept, (int) Math.floor(of * atSparsity + ROUNDING));
  }

  /**
   * Refuses a matrix whose rows the pattern does not divide.
   *
   * @throws FlexoraException if it does not
   */
  void requireDivides(ModuleShape module) {
    if (module.inputs() % of != 0) {
      throw new IncompatibleOptionException(
          "sparsity_pattern",
          ("sparsity_pattern %d:%d does not divide the %d columns of module '%s'; leave the module"
                  + " out of pruned_modules, or do without the pattern")
              .formatted(kept, of, module.inputs(), module.name()));
    }
  }
}
