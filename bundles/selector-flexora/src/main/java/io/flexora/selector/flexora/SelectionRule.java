package io.flexora.selector.flexora;

import io.flexora.api.plan.GateIndex;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * A rule for the gates that are kept, given alpha. At least one is, the one with the largest alpha,
 * unless none is asked for.
 */
public enum SelectionRule {
  /** Alpha above 0; of hard-concrete gates, a gate above 0. */
  POSITIVE {
    @Override
    IntPredicate keeps(Gates gates, int k) {
      List<Double> values = gates.form() == GateForm.SOFTMAX ? gates.values() : gates.gates();
      return gate -> values.get(gate) > 0;
    }
  },
  /** Alpha above the mean of its softmax: a gate above the geometric mean of the gates. */
  ABOVE_MEAN {
    @Override
    IntPredicate keeps(Gates gates, int k) {
      List<Double> means = gates.means();
      return gate -> gates.alpha(gate) > means.get(gate);
    }
  },
  /** A gate above 1, which asks for more than alpha above its mean. */
  GATE_ABOVE_ONE {
    @Override
    IntPredicate keeps(Gates gates, int k) {
      List<Double> values = gates.gates();
      return gate -> values.get(gate) > 1;
    }
  },
  /** The k largest gates; the lower layer of equals. */
  TOP_K {
    @Override
    IntPredicate keeps(Gates gates, int k) {
      return Set.copyOf(byGate(gates).subList(0, k))::contains;
    }

    @Override
    Optional<Integer> count(Optional<Integer> written, OptionalInt same) {
      if (written.isEmpty() && same.isEmpty()) {
        throw new IncompatibleOptionException(
            "selection",
            "selection: top-k needs k, the number of gates to keep, such as k: 6; there is no"
                + " number to be the same as, since selector flexora is the run's main selector or"
                + " the budget of the comparison holds no number of layers equal");
      }
      return Optional.of(written.orElseGet(same::getAsInt));
    }
  },
  /** The largest gates that fit into a number of trainable parameters. */
  BUDGET {
    @Override
    IntPredicate keeps(Gates gates, int k) {
      throw new IllegalStateException("a budget is kept to by what each gate costs");
    }
  };

  abstract IntPredicate keeps(Gates gates, int k);

  /**
   * How many gates the rule keeps, where it says so.
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
   * @param k how many gates the rule keeps, if it says so
   * @return ascending, at least one unless k is 0
   * @throws FlexoraException if there are fewer than that
   */
  List<Integer> choose(Gates gates, Optional<Integer> k) {
    requireEnough(gates.index(), k);
    if (k.equals(Optional.of(0))) {
      return List.of();
    }
    IntPredicate keeps = keeps(gates, k.orElse(0));
    List<Integer> chosen = IntStream.range(0, gates.size()).filter(keeps).boxed().toList();
    return chosen.isEmpty() ? byGate(gates).subList(0, 1) : chosen;
  }

  /**
   * Checks the number of gates to keep, before a search is paid for.
   *
   * @throws FlexoraException if there are fewer than that
   */
  static void requireEnough(GateIndex index, Optional<Integer> k) {
    if (k.isPresent() && k.get() > index.size()) {
      String what =
          index.layout() == GateIndex.Layout.LAYER ? "layers" : index.layout().word() + " gates";
      throw new IncompatibleOptionException(
          "k",
          "selector flexora is to keep k: %d %s, but the model has %d; write k: %d or less"
              .formatted(k.get(), what, index.size(), index.size()));
    }
  }

  /** All gates, the largest first; the lower one of equals. */
  static List<Integer> byGate(Gates gates) {
    // Within one softmax, and of gates on their own, alpha has the order of the gates, and neither
    // rounding nor gates that are equally closed.
    boolean shared = gates.form() == GateForm.SOFTMAX && gates.index().groups().size() > 1;
    List<Double> order = shared ? gates.gates() : gates.values();
    return IntStream.range(0, gates.size())
        .boxed()
        .sorted(Comparator.<Integer>comparingDouble(order::get).reversed())
        .toList();
  }
}
