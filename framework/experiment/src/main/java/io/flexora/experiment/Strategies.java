package io.flexora.experiment;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plugin.Component;
import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.SelectionBounds;
import io.flexora.api.selection.SelectionCost;
import io.flexora.api.selection.Selector;
import io.flexora.config.ConfigNode;
import io.flexora.config.ConfigNode.Mapping;
import io.flexora.config.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The strategies of an experiment, with the places where they were written. */
final class Strategies {

  private static final String SELECTOR = "selector";
  private static final String BASELINES = "baselines";

  /** What is known of a run before it begins. */
  private record Bounds(ModelShape shape, OptionalInt sameCount, Component<AdapterMethod> adapter)
      implements SelectionBounds {

    @Override
    public void requireExactProducts(String user) {
      AdapterFit.requireExactProducts(adapter, user);
    }
  }

  private final ExperimentConfiguration configuration;
  private final ConfigNode node;

  Strategies(ExperimentConfiguration configuration, ConfigNode node) {
    this.configuration = configuration;
    this.node = node;
  }

  /**
   * Asks each whether it fits a model. Where the number of layers is not known yet that baselines
   * have from the main strategy, they are asked about one layer.
   *
   * @return what does not fit
   */
  List<Problem> misfits(ModelShape shape) {
    List<Problem> problems = new ArrayList<>();
    forEach(shape, (selector, bounds, written) -> ask(selector, bounds, written, problems));
    return problems;
  }

  /**
   * Finds the strategies that compute something, which they do on training and validation examples.
   *
   * @return a problem for each
   */
  List<Problem> withoutValidation(ModelShape shape) {
    List<Problem> problems = new ArrayList<>();
    forEach(
        shape,
        (selector, bounds, written) -> {
          if (computes(selector, bounds)) {
            problems.add(
                new Problem(
                    written.location(),
                    ("selector '%s' searches on validation examples, but the dataset gives none;"
                            + " ask it for some")
                        .formatted(selector.name())));
          }
        });
    return problems;
  }

  /** What is asked about a strategy, its bounds, and where it was written. */
  private interface Question {
    void about(Component<Selector> selector, Bounds bounds, ConfigNode written);
  }

  private void forEach(ModelShape shape, Question question) {
    question.about(configuration.selector(), ofMain(shape), child(node, SELECTOR));
    Bounds ofOthers = ofBaselines(shape);
    configuration
        .baselines()
        .forEach(
            (name, selector) ->
                question.about(selector, ofOthers, child(child(node, BASELINES), name)));
  }

  private static boolean computes(Component<Selector> selector, Bounds bounds) {
    return selector.get().cost(bounds).equivalentGradients() > 0;
  }

  /**
   * What each cell's strategy takes; see {@link #misfits}, which has to be asked before.
   *
   * @return by the names of the cells, the main one first
   */
  Map<String, SelectionCost> costs(ModelShape shape) {
    Map<String, SelectionCost> costs = new LinkedHashMap<>();
    costs.put(ExperimentConfiguration.MAIN, configuration.selector().get().cost(ofMain(shape)));
    Bounds ofOthers = ofBaselines(shape);
    configuration
        .baselines()
        .forEach((name, selector) -> costs.put(name, selector.get().cost(ofOthers)));
    return costs;
  }

  /** What is alive at most in the search of any cell. */
  SelectionCost cost(ModelShape shape) {
    return costs(shape).values().stream().reduce(SelectionCost.NONE, SelectionCost::plus);
  }

  private Bounds ofMain(ModelShape shape) {
    return new Bounds(
        shape,
        configuration.sameLayers().map(OptionalInt::of).orElse(OptionalInt.empty()),
        configuration.cell().adapter());
  }

  /** One layer is a number that every strategy which takes the number of the others can choose. */
  private Bounds ofBaselines(ModelShape shape) {
    return new Bounds(
        shape,
        OptionalInt.of(configuration.sameLayers().orElse(1)),
        configuration.cell().adapter());
  }

  private static void ask(
      Component<Selector> selector, Bounds bounds, ConfigNode written, List<Problem> problems) {
    try {
      selector.get().requireFit(bounds);
      requireAdapter(selector, bounds);
    } catch (CancelledException e) {
      throw e;
    } catch (FlexoraException e) {
      problems.add(new Problem(written.location(), e.getMessage()));
    }
  }

  /** A search is on a model with gates on its adapters, even where it does not learn them. */
  private static void requireAdapter(Component<Selector> selector, Bounds bounds) {
    String user = "selector '%s'".formatted(selector.name());
    if (computes(selector, bounds)) {
      AdapterFit.requireGates(bounds.adapter(), user);
    }
    if (selector.get().cost(bounds).hessianProducts().examples() > 0) {
      bounds.requireExactProducts(user);
    }
  }

  private static ConfigNode child(ConfigNode node, String key) {
    return node instanceof Mapping mapping ? mapping.get(key).orElse(node) : node;
  }
}
