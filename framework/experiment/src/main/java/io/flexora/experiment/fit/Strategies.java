package io.flexora.experiment.fit;

import io.flexora.api.adapter.AdapterDemand;
import io.flexora.api.cost.Workload;
import io.flexora.api.plugin.Component;
import io.flexora.api.run.Compatibility;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.selection.Selector;
import io.flexora.api.train.Trainer;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigNode.Entry;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigNode.Sequence;
import io.flexora.config.yaml.ConfigProblem;
import io.flexora.config.yaml.Location;
import io.flexora.experiment.estimate.Expectation;
import io.flexora.experiment.estimate.ExperimentMemory;
import io.flexora.experiment.estimate.ExperimentScale;
import io.flexora.experiment.estimate.NearestBenchmark;
import io.flexora.experiment.inputs.ExperimentBounds;
import io.flexora.experiment.inputs.ExperimentInputs;
import io.flexora.experiment.inputs.MatchedBudget;
import io.flexora.experiment.setup.ConfigValue;
import io.flexora.experiment.setup.ExperimentConfiguration;
import io.flexora.results.benchmark.BenchmarkedResult;
import io.flexora.results.run.RunCell;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.BiConsumer;

/** The strategies of an experiment, with the places where they were written. */
public final class Strategies {

  private static final String SELECTOR = "selector";
  private static final String BASELINES = "baselines";
  private static final String USE = "use";

  /** The bounds of a run before it begins: trainer and posteriors have to meet demands, too. */
  private static final class Bounds extends ExperimentBounds {

    Bounds(ExperimentInputs inputs, MatchedBudget same) {
      super(inputs, same);
    }

    String trainer() {
      return inputs.training().trainer().name();
    }

    /** Refuses a search whose steps count and are more than a training has. */
    void requireStart(Component<Selector> selector) {
      inputs.training().start(selector);
    }

    Bounds with(OptionalLong parameters) {
      return new Bounds(inputs, new MatchedBudget(same.layers(), parameters));
    }

    @Override
    public void demand(AdapterDemand demand, String user, Compatibility found) {
      super.demand(demand, user, found);
      Component<Trainer> trainer = inputs.training().trainer();
      check("trainer", trainer.name(), trainer.get()::checkCompatibility, demand, user, found);
      inputs
          .cell()
          .posteriors()
          .forEach(
              (name, of) ->
                  check("posterior", name, of.get()::checkCompatibility, demand, user, found));
    }

    private static void check(
        String kind,
        String name,
        BiConsumer<AdapterDemand, Compatibility> check,
        AdapterDemand demand,
        String user,
        Compatibility found) {
      Compatibility.of(check, demand)
          .first()
          .ifPresent(
              why ->
                  found.refuse(
                      "%s %s, which does not fit %s '%s': %s"
                          .formatted(user, words(demand), kind, name, why)));
    }

    private static String words(AdapterDemand demand) {
      return switch (demand) {
        case RANKS -> "gives modules ranks of their own";
        case SHARED_ADAPTERS -> "lets layers share an adapter";
        case SCHEDULE -> "changes the layers that are trained from step to step";
        case SCALING -> "scales what adapters add";
        case VALUES -> "begins its training at the values of its search";
        case GATES -> "computes with gates on the adapters";
        case EXACT_PRODUCTS -> "takes products with the Hessian";
      };
    }
  }

  private final ExperimentConfiguration configuration;
  private final ConfigNode node;

  /**
   * Makes the strategies of an experiment.
   *
   * @param node where they were written
   */
  public Strategies(ExperimentConfiguration configuration, ConfigNode node) {
    this.configuration = configuration;
    this.node = node;
  }

  /**
   * Asks each whether it fits a model. Where it is not known yet what baselines choose as much as,
   * they are asked about one layer and the parameters of all: one that these do not fit never fits.
   *
   * @return what does not fit
   */
  List<ConfigProblem> incompatible(ExperimentInputs inputs) {
    List<ConfigProblem> problems = new ArrayList<>();
    forEach(
        inputs,
        (selector, bounds, written) ->
            problems.addAll(ConfigProblem.of(written, check(selector, bounds))));
    return problems;
  }

  /**
   * Finds the strategies that accumulate gradients over the batches of a step, where a head
   * compares the examples of a batch.
   *
   * @return a problem for each
   */
  List<ConfigProblem> accumulating(ExperimentInputs inputs) {
    List<ConfigProblem> problems = new ArrayList<>();
    forEach(
        inputs,
        (selector, bounds, written) ->
            accumulating(selector.get().cost(bounds), "selector '" + selector.name() + "'", written)
                .ifPresent(problems::add));
    return problems;
  }

  /** The refusal of a step of several batches, whose examples are not compared. */
  static Optional<ConfigProblem> accumulating(Workload cost, String user, ConfigNode written) {
    return cost.batchesOfStep() < 2
        ? Optional.empty()
        : Optional.of(
            ConfigProblem.of(
                written,
                "gradient_accumulation_steps",
                ("a step of %s averages the gradients of %d batches, but the head of the task"
                        + " compares the examples of a batch with each other: smaller batches are"
                        + " another loss; write gradient_accumulation_steps: 1, and a larger batch")
                    .formatted(user, cost.batchesOfStep())));
  }

  /**
   * Finds the strategies that compute something, which they do on training and validation examples.
   *
   * @return a problem for each
   */
  List<ConfigProblem> withoutValidation(ExperimentInputs inputs) {
    List<ConfigProblem> problems = new ArrayList<>();
    forEach(
        inputs,
        (selector, bounds, written) -> {
          if (computes(selector, bounds)) {
            problems.add(
                new ConfigProblem(
                    written.location(),
                    ("selector '%s' searches on validation examples, but the dataset gives none;"
                            + " ask it for some")
                        .formatted(selector.name())));
          }
        });
    return problems;
  }

  /** A question about a strategy, its bounds, and the place where it was written. */
  private interface Question {
    void about(Component<Selector> selector, Bounds bounds, ConfigNode written);
  }

  private void forEach(ExperimentInputs inputs, Question question) {
    question.about(configuration.selector(), ofMain(inputs), child(node, SELECTOR));
    Bounds ofOthers = ofBaselines(inputs);
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
   * What each cell's strategy takes; see {@link #incompatible}, which has to be asked before.
   *
   * @return by the names of the cells, the main one first
   */
  public Map<String, Workload> costs(ExperimentInputs inputs) {
    Map<String, Workload> costs = new LinkedHashMap<>();
    costs.put(RunCell.MAIN, configuration.selector().get().cost(ofMain(inputs)));
    Bounds ofOthers = ofBaselines(inputs);
    configuration
        .baselines()
        .forEach((name, selector) -> costs.put(name, selector.get().cost(ofOthers)));
    return costs;
  }

  /** A number of layers may be written that is more than the one held equal, and on purpose. */
  public List<String> moreThanHeld(ExperimentInputs inputs) {
    List<String> notices = new ArrayList<>();
    configuration
        .sameLayers()
        .ifPresent(
            held ->
                forEach(
                    inputs,
                    (selector, bounds, written) ->
                        selector.get().chosenLayers(bounds).stream()
                            .filter(layers -> layers > held)
                            .forEach(
                                layers ->
                                    notices.add(
                                        "%s: selector '%s' chooses %d layers, more than the %d held equal."
                                            .formatted(
                                                place(written, layers),
                                                selector.name(),
                                                layers,
                                                held)))));
    return notices;
  }

  /**
   * The option that says a number of layers, or of several the one that is a flag's; where that
   * leaves none or several, the flag that chose the strategy, or else the strategy.
   */
  static Location place(ConfigNode strategy, int layers) {
    List<Location> said =
        strategy instanceof Mapping mapping
            ? mapping.entries().stream()
                .map(Entry::value)
                .filter(option -> says(option, layers))
                .map(ConfigNode::location)
                .filter(location -> !location.ofDefault())
                .toList()
            : List.of();
    return only(said)
        .or(() -> only(said.stream().filter(Location::isFlag).toList()))
        .or(() -> ConfigValue.in(strategy, USE).map(ConfigNode::location).filter(Location::isFlag))
        .orElse(strategy.location());
  }

  private static Optional<Location> only(List<Location> of) {
    return of.size() == 1 ? Optional.of(of.get(0)) : Optional.empty();
  }

  private static boolean says(ConfigNode option, int layers) {
    return option instanceof Sequence list
        ? list.elements().size() == layers
        : ConfigValue.text(option).equals(Integer.toString(layers));
  }

  /** Devices share whole batches; a search that has fewer in a step leaves some of them idle. */
  public List<String> idleDevices(ExperimentInputs inputs) {
    int devices = configuration.cell().devices();
    List<String> notices = new ArrayList<>();
    costs(inputs)
        .forEach(
            (cell, cost) -> {
              int batches = cost.batchesOfStep();
              if (cost.equivalentGradients() > 0 && 0 < batches && batches < devices) {
                notices.add(
                    ("The search of cell '%s' has %s in a step, so %d of the %d devices %s it; its"
                            + " gradient_accumulation_steps says how many it has.")
                        .formatted(
                            cell,
                            batches == 1 ? "1 batch" : batches + " batches",
                            batches,
                            devices,
                            batches == 1 ? "computes" : "compute"));
              }
            });
    return notices;
  }

  /** The cell that takes the most memory; the first of equal ones. */
  public String largest(ExperimentInputs inputs) {
    return costs(inputs).entrySet().stream()
        .max(
            Comparator.comparingLong(
                cell -> new ExperimentMemory(inputs).of(cell.getValue()).total()))
        .orElseThrow()
        .getKey();
  }

  /**
   * How many parameters have to be held equal at least, where a number is too small for strategies.
   *
   * @param held the number
   * @return empty if it is too small for none
   */
  OptionalLong leastParameters(ExperimentInputs inputs, long held) {
    long most = inputs.adapters().parameters(inputs.pretrained().shape().layers());
    List<Long> least = new ArrayList<>();
    forEach(
        inputs,
        (selector, bounds, written) -> {
          if (held < most && accepts(selector, bounds, most) && !accepts(selector, bounds, held)) {
            least.add(leastAccepted(selector, bounds, held, most));
          }
        });
    return least.stream().mapToLong(Long::longValue).max();
  }

  /** Bisects between a number that is refused and one that is accepted. */
  private static long leastAccepted(
      Component<Selector> selector, Bounds bounds, long refused, long accepted) {
    long low = refused;
    long high = accepted;
    while (high - low > 1) {
      long middle = low + (high - low) / 2;
      if (accepts(selector, bounds, middle)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return high;
  }

  private static boolean accepts(Component<Selector> selector, Bounds bounds, long parameters) {
    return Compatibility.of(
            selector.get()::checkCompatibility, bounds.with(OptionalLong.of(parameters)))
        .fits();
  }

  /** What is alive at most in the search of any cell. */
  public Workload cost(ExperimentInputs inputs) {
    return costs(inputs).values().stream().reduce(Workload.NONE, Workload::plus);
  }

  /**
   * What measurements elsewhere let expect of each cell's strategy; see {@link #incompatible},
   * which has to be asked before.
   *
   * @return by the names of the cells, the main one first; without those of which nothing was
   *     measured
   */
  public Map<String, Expectation> expectations(ExperimentInputs inputs) {
    Map<String, Expectation> expectations = new LinkedHashMap<>();
    OptionalInt ofMain = budget(inputs);
    if (!isToldNone(configuration.selector(), ofMain(inputs), child(node, SELECTOR))) {
      expectation(configuration.selector(), child(node, SELECTOR), inputs, ofMain)
          .ifPresent(expectation -> expectations.put(RunCell.MAIN, expectation));
    }
    Bounds ofOthers = ofBaselines(inputs);
    configuration
        .baselines()
        .forEach(
            (name, selector) -> {
              ConfigNode written = child(child(node, BASELINES), name);
              if (!isToldNone(selector, ofOthers, written)) {
                expectation(selector, written, inputs, budget(selector, inputs, ofMain))
                    .ifPresent(expectation -> expectations.put(name, expectation));
              }
            });
    return expectations;
  }

  /** Whether an option makes a strategy choose no layer: what it was measured with is another. */
  private static boolean isToldNone(
      Component<Selector> selector, Bounds bounds, ConfigNode written) {
    return selector.get().chosenLayers(bounds).equals(OptionalInt.of(0))
        && written instanceof Mapping mapping
        && mapping.entries().stream().anyMatch(option -> says(option.value(), 0));
  }

  private static Optional<Expectation> expectation(
      Component<Selector> selector,
      ConfigNode written,
      ExperimentInputs inputs,
      OptionalInt budget) {
    ExperimentScale here = ExperimentScale.of(inputs, budget);
    try {
      return new NearestBenchmark(here)
          .of(BenchmarkedResult.of(selector.get().getClass(), selector.name()), written);
    } catch (FlexoraException e) {
      // What is told beside a run is no reason to refuse it.
      return Optional.of(
          Expectation.none(here, "its measurements are unreadable: " + e.getMessage()));
    }
  }

  /** How many layers the main strategy chooses, or has to; empty where that is not known before. */
  private OptionalInt budget(ExperimentInputs inputs) {
    Bounds bounds = ofMain(inputs);
    OptionalInt chosen = some(configuration.selector(), bounds);
    return chosen.isPresent() ? chosen : bounds.sameCount();
  }

  /** The same of a baseline, which may have to choose as many as the main strategy. */
  private OptionalInt budget(
      Component<Selector> baseline, ExperimentInputs inputs, OptionalInt ofMain) {
    Bounds bounds = ofBaselines(inputs, ofMain.orElse(1));
    OptionalInt chosen = some(baseline, bounds);
    if (ofMain.isPresent()) {
      return chosen.isPresent() ? chosen : bounds.sameCount();
    }
    // One layer may be that of a number that is not known.
    return chosen.orElse(1) > 1 ? chosen : OptionalInt.empty();
  }

  /** How many layers a strategy chooses, if not all or none of them. */
  private static OptionalInt some(Component<Selector> selector, Bounds bounds) {
    OptionalInt chosen = selector.get().chosenLayers(bounds);
    return chosen.isPresent()
            && 0 < chosen.getAsInt()
            && chosen.getAsInt() < bounds.shape().layers()
        ? chosen
        : OptionalInt.empty();
  }

  private Bounds ofMain(ExperimentInputs inputs) {
    return new Bounds(inputs, MatchedBudget.of(configuration, inputs.adapters()));
  }

  /** One layer is what every strategy can choose that takes as many as the main one. */
  private Bounds ofBaselines(ExperimentInputs inputs) {
    return ofBaselines(inputs, 1);
  }

  /**
   * The bounds where the main strategy chooses so many layers. A choice of modules may have as many
   * parameters as all layers, and a strategy that can keep to fewer can keep to these.
   */
  private Bounds ofBaselines(ExperimentInputs inputs, int layers) {
    long most = inputs.adapters().parameters(inputs.pretrained().shape().layers());
    return new Bounds(inputs, MatchedBudget.of(configuration, inputs.adapters()).or(layers, most));
  }

  private static Compatibility check(Component<Selector> selector, Bounds bounds) {
    return Compatibility.of(
        found -> {
          selector.get().checkCompatibility(bounds, found);
          // What does not fit may not even tell what it costs.
          if (found.fits()) {
            checkAdapter(selector, bounds, found);
          }
        });
  }

  /** A search is on a model with gates on its adapters, even where it does not learn them. */
  private static void checkAdapter(
      Component<Selector> selector, Bounds bounds, Compatibility found) {
    String user = "selector '%s'".formatted(selector.name());
    if (selector.get().start().fromValues()) {
      bounds.demand(AdapterDemand.VALUES, user, found);
    }
    found.check(() -> bounds.requireStart(selector));
    if (selector.get().choosesFromTrained() && bounds.trainingCost().storedBases() > 0) {
      found.refuse(
          "%s chooses from what a training of all layers has trained, but trainer '%s' prunes the base; use one that leaves it as it is"
              .formatted(user, bounds.trainer()));
    }
    if (computes(selector, bounds)) {
      bounds.demand(AdapterDemand.GATES, user, found);
    }
    if (selector.get().cost(bounds).hessianProducts().examples() > 0) {
      bounds.demand(AdapterDemand.EXACT_PRODUCTS, user, found);
    }
  }

  private static ConfigNode child(ConfigNode node, String key) {
    return node instanceof Mapping mapping ? mapping.get(key).orElse(node) : node;
  }
}
