package io.flexora.experiment.fit;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.plugin.Component;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.Selection;
import io.flexora.api.selection.Selector;
import io.flexora.experiment.inputs.AdapterPlans;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The check of a choice that a strategy has made. */
public final class SelectionFit {

  private SelectionFit() {}

  /**
   * Checks a choice.
   *
   * @throws FlexoraException if there is none, or the model has no such layers or modules
   */
  public static void require(String selector, Selection selection, AdapterPlans adapters) {
    if (selection == null) {
      throw new FlexoraException("selector '%s' returned no selection".formatted(selector));
    }
    int layers = adapters.pretrained().shape().layers();
    for (int layer : selection.layers()) {
      if (layer < 0 || layer >= layers) {
        throw new FlexoraException(
            "selector '%s' chose layer %d of a model with layers 0 to %d"
                .formatted(selector, layer, layers - 1));
      }
    }
    requireModules(selector, selection, adapters);
    selection.scores().forEach((name, values) -> requireScores(selector, name, values, layers));
    selection
        .moduleScores()
        .forEach(
            (name, ofModules) ->
                ofModules.forEach(
                    (module, values) ->
                        requireScores(selector, name + " of " + module, values, layers)));
  }

  /**
   * Checks the values that a strategy has brought with its choice.
   *
   * @throws FlexoraException if it brings none though its training begins at them, some though it
   *     does not, or others than those of the adapters and the head on its choice
   */
  public static void requireValues(
      Component<Selector> selector, Selection selection, AdapterPlans adapters) {
    boolean promised = selector.get().start().fromValues();
    if (promised != selection.values().isPresent()) {
      throw new FlexoraException(
          promised
              ? "selector '%s' brought no values, at which its training is to begin"
                  .formatted(selector.name())
              : "selector '%s' brought values, but its training begins at initial ones"
                  .formatted(selector.name()));
    }
    if (promised) {
      Map<String, Shape> expected = shapes(selection, adapters);
      Map<String, Shape> brought = new LinkedHashMap<>();
      selection
          .values()
          .get()
          .arrays()
          .forEach(array -> brought.put(array.tensorName(), array.shape()));
      requireValues(selector.name(), expected, brought);
    }
  }

  static void requireValues(
      String selector, Map<String, Shape> expected, Map<String, Shape> brought) {
    expected.forEach(
        (name, shape) -> {
          Shape found = brought.get(name);
          if (found == null || !found.equals(shape)) {
            throw new FlexoraException(
                "selector '%s' brought %s of '%s', which has the shape %s in its choice"
                    .formatted(
                        selector,
                        found == null ? "no values" : "values of shape " + found,
                        name,
                        shape));
          }
        });
    brought.keySet().stream()
        .filter(name -> !expected.containsKey(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw new FlexoraException(
                  "selector '%s' brought values of '%s', which is not of its choice"
                      .formatted(selector, name));
            });
  }

  /** The shapes of the arrays of theta on a choice, by their names. */
  private static Map<String, Shape> shapes(Selection selection, AdapterPlans adapters) {
    AdapterPlan plan = adapters.plan(selection);
    Map<String, Shape> shapes = new LinkedHashMap<>();
    for (int layer : plan.layers()) {
      for (ModuleShape module : adapters.targets()) {
        AdapterSite site = new AdapterSite(layer, module);
        if (plan.adapts(site)) {
          plan.parameters(site)
              .forEach(p -> shapes.put(site.path() + "." + p.tensorName(), p.shape()));
        }
      }
    }
    shapes.putAll(adapters.pretrained().shape().arrays(plan.head()));
    return shapes;
  }

  /**
   * Checks the scores of a choice.
   *
   * @throws FlexoraException if they are not a finite number for each layer
   */
  static void requireScores(String selector, String name, List<Double> values, int layers) {
    if (values.size() != layers) {
      throw new FlexoraException(
          "selector '%s' gave %d values of '%s' for %d layers"
              .formatted(selector, values.size(), name, layers));
    }
    for (int layer = 0; layer < layers; layer++) {
      Double value = values.get(layer);
      if (value == null || !Double.isFinite(value)) {
        throw new FlexoraException(
            "selector '%s' gave layer %d the score %s of '%s', which is no finite number"
                .formatted(selector, layer, value, name));
      }
    }
  }

  private static void requireModules(String selector, Selection selection, AdapterPlans adapters) {
    Map<String, ModuleShape> targets = new HashMap<>();
    adapters.targets().forEach(module -> targets.put(module.name(), module));
    Set<String> seen = new HashSet<>();
    for (ChosenModule chosen : selection.modules()) {
      ModuleShape module = targets.get(chosen.module());
      if (module == null || !seen.add(module.path(chosen.layer()))) {
        throw new FlexoraException(
            "selector '%s' chose module '%s' of layer %d %s; the target modules are %s"
                .formatted(
                    selector,
                    chosen.module(),
                    chosen.layer(),
                    module == null ? "which is no target" : "twice",
                    targets.keySet().stream().sorted().toList()));
      }
      if (chosen.rank().isPresent() && adapters.method().ranked().isEmpty()) {
        throw new FlexoraException(
            "selector '%s' gave module '%s' of layer %d the rank %d, but adapter '%s' has no ranks"
                .formatted(
                    selector,
                    chosen.module(),
                    chosen.layer(),
                    chosen.rank().getAsInt(),
                    adapters.name()));
      }
    }
  }
}
