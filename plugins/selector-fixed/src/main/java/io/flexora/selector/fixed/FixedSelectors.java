package io.flexora.selector.fixed;

import io.flexora.api.plugin.Doc;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.selection.Benchmarked;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.numerics.layer.LayerCount;
import io.flexora.numerics.layer.UncomputedSelector;
import jakarta.inject.Inject;
import java.util.List;
import java.util.stream.IntStream;

/** The selectors that choose layers by a rule of their places alone. */
final class FixedSelectors {

  private FixedSelectors() {}

  /** The places of the chosen layers. */
  private interface Rule {

    /**
     * Chooses.
     *
     * @param count the number of layers to choose
     * @param layers the number of layers of the model
     */
    IntStream layers(int count, int layers);
  }

  /** A rule for a number of layers that the options or the budget give. */
  private abstract static class Counted extends UncomputedSelector {

    private final String name;
    private final LayerCount count;
    private final Rule rule;

    Counted(String name, CountOptions options, Rule rule) {
      this.name = name;
      this.count = new LayerCount(options.layers());
      this.rule = rule;
    }

    @Override
    protected Selection choose(SelectionBounds bounds) {
      return selection(rule.layers(count.in(name, bounds), bounds.shape().layers()));
    }
  }

  private static Selection selection(IntStream layers) {
    return Selection.of(layers.boxed().toList());
  }

  /** The layers next to the input. */
  @Doc("Choose the first layers, next to the input.")
  @Benchmarked("measured.csv")
  static final class First extends Counted {
    @Inject
    First(CountOptions options) {
      super("first", options, (count, layers) -> IntStream.range(0, count));
    }
  }

  /** The layers next to the output. */
  @Doc("Choose the last layers, next to the output.")
  @Benchmarked("measured.csv")
  static final class Last extends Counted {
    @Inject
    Last(CountOptions options) {
      super("last", options, (count, layers) -> IntStream.range(layers - count, layers));
    }
  }

  /** The layers furthest from the input and the output. */
  @Doc("Choose the layers in the middle; of two equally central sets, the lower one.")
  @Benchmarked("measured.csv")
  static final class Middle extends Counted {
    @Inject
    Middle(CountOptions options) {
      super(
          "middle",
          options,
          (count, layers) -> IntStream.range(0, count).map(i -> (layers - count) / 2 + i));
    }
  }

  /**
   * The second fifth of the layers, from {@code n / 5} on and below {@code 2 n / 5}, both rounded
   * down (arXiv 2604.11838). The published code takes the best of eight placements by the test set;
   * here the place is fixed.
   */
  @Doc("Choose the second fifth of the layers, counted from the input: of 30 layers 6 to 11.")
  static final class MidBlock extends UncomputedSelector {

    private static final int FEWEST = 3;

    @Inject
    MidBlock() {}

    @Override
    protected Selection choose(SelectionBounds bounds) {
      int layers = bounds.shape().layers();
      if (layers < FEWEST) {
        throw new FlexoraException(
            "selector mid-block chooses the second fifth of the layers, but the model has %d; use it with %d layers or more"
                .formatted(layers, FEWEST));
      }
      return selection(IntStream.range(layers / 5, 2 * layers / 5));
    }
  }

  /** The layers next to the input and those next to the output, as learnt choices often are. */
  @Doc(
      "Choose half of the layers at the input and half at the output; of an odd number, more"
          + " there.")
  @Benchmarked("measured.csv")
  static final class BothEnds extends Counted {
    @Inject
    BothEnds(CountOptions options) {
      super(
          "both-ends",
          options,
          (count, layers) ->
              IntStream.range(0, count).map(i -> i < count / 2 ? i : layers - count + i));
    }
  }

  /** The frozen model. */
  @Doc("Choose no layer: the frozen model, with a trained head where the task has one.")
  @Benchmarked("measured.csv")
  static final class None extends UncomputedSelector {
    @Inject
    None() {}

    @Override
    protected Selection choose(SelectionBounds bounds) {
      return Selection.of(List.of());
    }
  }

  /** Layers at equal distances. */
  @Doc("Choose layers at equal distances, such as every second one.")
  static final class Every extends UncomputedSelector {

    private final EveryOptions options;

    @Inject
    Every(EveryOptions options) {
      this.options = options;
    }

    @Override
    protected Selection choose(SelectionBounds bounds) {
      int layers = bounds.shape().layers();
      int start = options.start();
      if (start >= layers) {
        throw new IncompatibleOptionException(
            "start",
            "selector every starts at layer %d, but the model has the layers 0 to %d; lower start"
                .formatted(start, layers - 1));
      }
      return selection(
          IntStream.range(start, layers).filter(l -> (l - start) % options.stride() == 0));
    }
  }

  /** The layers that were written down. */
  @Doc("Choose the layers that are listed.")
  static final class Listed extends UncomputedSelector {

    private final ListOptions options;

    @Inject
    Listed(ListOptions options) {
      this.options = options;
    }

    @Override
    protected Selection choose(SelectionBounds bounds) {
      int layers = bounds.shape().layers();
      List<Integer> unknown = options.layers().stream().filter(l -> l >= layers).toList();
      if (!unknown.isEmpty()) {
        throw new IncompatibleOptionException(
            "layers",
            "selector layers lists %s, but the model has %d layers, 0 to %d"
                .formatted(unknown, layers, layers - 1));
      }
      return Selection.of(options.layers());
    }
  }
}
