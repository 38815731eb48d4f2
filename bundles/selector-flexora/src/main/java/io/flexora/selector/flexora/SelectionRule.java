package io.flexora.selector.flexora;

import io.flexora.api.run.FlexoraException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** Which layers are kept, given alpha. At least one always is: the one with the largest alpha. */
public enum SelectionRule {
  /** Alpha above 0. */
  POSITIVE {
    @Override
    IntPredicate keeps(Gates gates, int k) {
      return layer -> gates.alpha(layer) > 0;
    }
  },
  /** Alpha above its mean: a gate above the geometric mean of the gates. */
  ABOVE_MEAN {
    @Override
    IntPredicate keeps(Gates gates, int k) {
      double mean = gates.sum() / gates.layers();
      return layer -> gates.alpha(layer) > mean;
    }
  },
  /** A gate above 1, which asks for more than alpha above its mean. */
  GATE_ABOVE_ONE {
    @Override
    IntPredicate keeps(Gates gates, int k) {
      return layer -> gates.gate(layer) > 1;
    }
  },
  /** The k largest alphas; the lower layer of equals. */
  TOP_K {
    @Override
    IntPredicate keeps(Gates gates, int k) {
      return byAlpha(gates).subList(0, k)::contains;
    }

    @Override
    Optional<Integer> count(Optional<Integer> written, OptionalInt same) {
      if (written.isEmpty() && same.isEmpty()) {
        throw new FlexoraException(
            "selection: top-k needs k, the number of layers to keep, such as k: 6; there is no"
                + " number to be the same as, since selector flexora is the run's main selector or"
                + " the budget of the comparison holds no number of layers equal");
      }
      return Optional.of(written.orElseGet(same::getAsInt));
    }
  };

  abstract IntPredicate keeps(Gates gates, int k);

  /**
   * How many layers the rule keeps, where it says so.
   *
   * @param written the option {@code k}
   * @param same what it is when it is not written
   * @throws FlexoraException if the rule needs a number and there is none
   */
  Optional<Integer> count(Optional<Integer> written, OptionalInt same) {
    return written;
  }

  /**
   * Chooses.
   *
   * @param k how many layers the rule keeps, if it says so
   * @return ascending, at least one
   * @throws FlexoraException if there are fewer layers than that
   */
  List<Integer> choose(Gates gates, Optional<Integer> k) {
    requireEnough(gates.layers(), k);
    IntPredicate keeps = keeps(gates, k.orElse(0));
    List<Integer> chosen = IntStream.range(0, gates.layers()).filter(keeps).boxed().toList();
    return chosen.isEmpty() ? byAlpha(gates).subList(0, 1) : chosen;
  }

  /**
   * Checks the number of layers to keep, before a search is paid for.
   *
   * @throws FlexoraException if there are fewer layers than that
   */
  static void requireEnough(int layers, Optional<Integer> k) {
    if (k.isPresent() && k.get() > layers) {
      throw new FlexoraException(
          "selector flexora is to keep k: %d layers, but the model has %d; write k: %d or less"
              .formatted(k.get(), layers, layers));
    }
  }

  private static List<Integer> byAlpha(Gates gates) {
    return IntStream.range(0, gates.layers())
        .boxed()
        .sorted(Comparator.<Integer>comparingDouble(gates::alpha).reversed())
        .toList();
  }
}
