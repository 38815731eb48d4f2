package io.flexora.selector.dynamic;

import io.flexora.api.adapter.AdapterDemand;
import io.flexora.api.plugin.OptionException;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.SelectionBounds;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The layers that a strategy trains in turn, as they are written in an option.
 *
 * @param written the layers, from 0, in any order; empty for all of the model
 */
record Candidates(List<Integer> written) {

  static final String DOC =
      "the layers to train some of at a time, from 0, in any order; empty for all layers";

  private static final String SHARE = "share_of_steps";

  Candidates {
    List<Integer> distinct = written.stream().distinct().sorted().toList();
    if (distinct.size() < written.size()) {
      throw OptionException.of("candidates", "candidates: a layer is written twice in " + written);
    }
    written = distinct;
  }

  /**
   * The layers of a model, ascending.
   *
   * @param selector the name of the selector, for messages
   * @throws FlexoraException if the model lacks one of them
   */
  List<Integer> in(String selector, SelectionBounds bounds) {
    int layers = bounds.shape().layers();
    List<Integer> unknown = written.stream().filter(layer -> layer >= layers).toList();
    if (!unknown.isEmpty()) {
      throw new IncompatibleOptionException(
          "candidates",
          "selector %s has the candidates %s, but the model has %d layers, 0 to %d"
              .formatted(selector, unknown, layers, layers - 1));
    }
    return written.isEmpty() ? IntStream.range(0, layers).boxed().toList() : written;
  }

  /**
   * Chooses all of them.
   *
   * @param share the part of the steps in which a layer is expected to be trained, before anything
   *     is learnt
   * @throws FlexoraException if the trainer cannot train some of them at a time
   */
  Selection selection(String selector, SelectionBounds bounds, ToDoubleFunction<Integer> share) {
    Compatibility.require(
        found -> bounds.demand(AdapterDemand.SCHEDULE, "selector '%s'".formatted(selector), found));
    List<Integer> layers = in(selector, bounds);
    List<Double> shares =
        IntStream.range(0, bounds.shape().layers())
            .mapToObj(layer -> layers.contains(layer) ? share.applyAsDouble(layer) : 0.0)
            .toList();
    return new Selection(layers, Map.of(SHARE, shares));
  }

  /** How many layers are trained in one step, as a {@link #selection} tells it. */
  static int together(Selection selection) {
    double sum = selection.scores().get(SHARE).stream().mapToDouble(Double::doubleValue).sum();
    return Math.toIntExact(Math.round(sum));
  }
}
