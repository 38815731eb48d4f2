package io.flexora.numerics.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.flexora.api.ability.FrozenMatrices;
import io.flexora.api.adapter.ActivationVisitor;
import io.flexora.api.adapter.ActivationVisitor.CountedTokens;
import io.flexora.api.adapter.AdapterInitialisation;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.input.Tokens;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.model.BaseModel;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.Point;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.batch.BatchOrder;
import io.flexora.numerics.batch.BatchedLoss;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Makes what the adapters of a plan start from, where their method makes that from the model.
 *
 * @since 0.1
 */
public final class AdapterStarts {

  private static final String USER = "the adapter method";

  private AdapterStarts() {}

  /**
   * The plan with its start; the same plan where it has one or the method draws its initial values
   * alone. A plan without sites starts from nothing, and its method is not asked.
   *
   * @param training the training examples, asked for if the method looks at any
   */
  public static AdapterPlan started(
      BaseModel model, AdapterPlan plan, Seeds seeds, Supplier<List<Tokens>> training) {
    if (plan.start().isPresent() || plan.method().initialisation().isEmpty()) {
      return plan;
    }
    if (sites(plan, model.shape()).isEmpty()) {
      return plan.withStart(new AdapterStart(Map.of(), Map.of(), List.of()));
    }
    AdapterInitialisation initialisation = plan.method().initialisation().get();
    int wanted = initialisation.calibrationExamples();
    List<Tokens> examples = wanted == 0 ? List.of() : some(training.get(), wanted, seeds);
    int batch = initialisation.calibrationBatch();
    try (Setting setting = new Setting(model, plan, seeds, examples, batch)) {
      return plan.withStart(initialisation.start(setting));
    }
  }

  private static List<Tokens> some(List<Tokens> all, int wanted, Seeds seeds) {
    List<Tokens> shuffled = new ArrayList<>(all);
    Collections.shuffle(shuffled, new Random(seeds.derive("calibration")));
    return shuffled.subList(0, Math.min(wanted, shuffled.size()));
  }

  /** A model and the examples that are looked at. */
  private static final class Setting implements AdapterInitialisation.Setting, AutoCloseable {

    private final BaseModel model;
    private final AdapterPlan plan;
    private final Seeds seeds;
    private final List<Tokens> examples;
    private final int batchSize;
    private final List<AdapterSite> sites;
    private final NDManager manager;
    private final Map<AdapterSite, NDArray> gradients = new HashMap<>();
    private NDManager ofGradients;

    Setting(BaseModel model, AdapterPlan plan, Seeds seeds, List<Tokens> examples, int batchSize) {
      this.model = model;
      this.plan = plan;
      this.seeds = seeds;
      this.examples = examples;
      this.batchSize = batchSize;
      this.sites = AdapterStarts.sites(plan, model.shape());
      this.manager = model.manager().newSubManager();
      this.ofGradients = manager.newSubManager();
    }

    @Override
    public List<AdapterSite> sites() {
      return sites;
    }

    @Override
    public SplittableRandom random(AdapterSite site, AdapterParameter parameter) {
      return InitialTheta.stream(seeds, site.path() + "." + parameter.tensorName());
    }

    @Override
    public SplittableRandom random(String name) {
      return InitialTheta.stream(seeds, name);
    }

    @Override
    public NDManager manager() {
      return manager;
    }

    @Override
    public NDArray weight(NDManager scope, AdapterSite site) {
      requireNamed(AdapterInitialisation.Need.WEIGHTS);
      return model
          .require(FrozenMatrices.class, USER)
          .weight(scope, site.layer(), site.module().name());
    }

    @Override
    public NDArray weightGradient(NDManager scope, AdapterSite site) {
      requireExamples();
      if (!gradients.containsKey(site)) {
        gradients.clear();
        ofGradients.close();
        ofGradients = manager.newSubManager();
        measure(site.layer());
      }
      NDArray copy = gradients.get(site).duplicate();
      copy.attach(scope);
      return copy;
    }

    /** What is not named is not asked for before the model is loaded. */
    private void requireNamed(AdapterInitialisation.Need need) {
      if (!plan.method().initialisation().orElseThrow().needs().contains(need)) {
        throw new IllegalStateException(
            "%s uses %s, which the needs() of its initialisation do not name"
                .formatted(USER, need));
      }
    }

    private void requireExamples() {
      if (examples.isEmpty()) {
        throw new IllegalStateException("the adapter method has asked for no calibration examples");
      }
    }

    @Override
    public void activations(CountedTokens tokens, ActivationVisitor visitor) {
      requireNamed(AdapterInitialisation.Need.ACTIVATIONS);
      requireExamples();
      List<List<Tokens>> batches =
          IntStream.iterate(0, from -> from < examples.size(), from -> from + batchSize)
              .mapToObj(f -> examples.subList(f, Math.min(f + batchSize, examples.size())))
              .toList();
      FrozenActivations.visit(manager, model, plan, seeds, batches, tokens, visitor, USER);
    }

    private void measure(int layer) {
      List<Integer> lengths = examples.stream().map(Tokens::length).toList();
      try (AdaptedModel probed = FrozenGradients.probed(model, plan, List.of(layer));
          NDManager own = manager.newSubManager()) {
        Point point = Point.of(probed.initialTheta(own, seeds));
        NDArray gradient =
            new BatchedLoss(probed, examples)
                .lossGradient(own, BatchOrder.sorted(lengths, batchSize), i -> point)
                .value()
                .theta();
        FrozenGradients.parts(
            own,
            probed,
            gradient,
            (scope, site, part) -> {
              part.attach(ofGradients);
              gradients.put(site, part);
            });
      }
    }

    @Override
    public void close() {
      manager.close();
    }
  }

  /** The places of a plan's adapters: by layer, in a layer in the order of the forward pass. */
  static List<AdapterSite> sites(AdapterPlan plan, ModelShape shape) {
    List<ModuleShape> modules =
        shape.modules().stream().filter(m -> plan.modules().contains(m.name())).toList();
    return plan.layers().stream()
        .flatMap(layer -> modules.stream().map(module -> new AdapterSite(layer, module)))
        .filter(plan::adapts)
        .toList();
  }
}
