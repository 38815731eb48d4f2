package io.flexora.experiment.inputs;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.data.Split;
import io.flexora.api.head.Head;
import io.flexora.api.model.AdaptedModel;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ChosenModule;
import io.flexora.api.plugin.Component;
import io.flexora.api.run.Seeds;
import io.flexora.api.selection.Selection;
import io.flexora.numerics.transformer.AdapterStarts;
import io.flexora.runstore.CellFolder;
import java.util.List;

/**
 * The adapters of an experiment: the plans that put its method on layers and modules of a model,
 * what they start from, and how many parameters they have.
 */
public final class AdapterPlans {

  private final Component<AdapterMethod> method;
  private final long seed;
  private final PretrainedModel pretrained;
  private final ExperimentData data;
  private final Lazy<List<ModuleShape>> targets;

  /**
   * Makes the plans of a method.
   *
   * @param seed the seed of what adapters start from
   * @param data the examples that adapters may start from, and the classes of a head
   */
  AdapterPlans(
      Component<AdapterMethod> method, long seed, PretrainedModel pretrained, ExperimentData data) {
    this.method = method;
    this.seed = seed;
    this.pretrained = pretrained;
    this.data = data;
    this.targets = new Lazy<>(() -> TargetModules.of(method.get(), pretrained.shape()));
  }

  /** The model that the adapters are put on. */
  public PretrainedModel pretrained() {
    return pretrained;
  }

  /** The adapter method. */
  public AdapterMethod method() {
    return method.get();
  }

  /** The name of the adapter method. */
  public String name() {
    return method.name();
  }

  /** The adapter method with its name. */
  public Component<AdapterMethod> component() {
    return method;
  }

  /** The modules that are adapted in each chosen layer. */
  public List<ModuleShape> targets() {
    return targets.get();
  }

  /** The plan that adapts what was chosen, with the head of the task. */
  public AdapterPlan plan(Selection selection) {
    return plan(selection, data.head());
  }

  /** The plan that adapts what was chosen. */
  public AdapterPlan plan(Selection selection, Head head) {
    return plan(selection.layers(), head).withChosen(selection.modules());
  }

  /** The plan that adapts these layers, with the head of the task. */
  public AdapterPlan plan(List<Integer> layers) {
    return plan(layers, data.head());
  }

  /** The plan that adapts these layers. */
  public AdapterPlan plan(List<Integer> layers, Head head) {
    List<String> names = targets().stream().map(ModuleShape::name).toList();
    return plan(method(), layers, names, head).withAdapterName(name());
  }

  /** The plan that adapts these modules of these layers by a method. */
  public AdapterPlan plan(AdapterMethod by, List<Integer> layers, List<String> modules, Head head) {
    return new AdapterPlan(by, layers, modules, head, data.objective());
  }

  /** The plan with what its adapters start from, where their method makes that from the model. */
  public AdapterPlan started(AdapterPlan plan) {
    return AdapterStarts.started(
        pretrained.model(), plan, new Seeds(seed), () -> data.tokens(Split.TRAIN));
  }

  /**
   * The plan of a cell, whose adapters start from what is kept in its folder; that is made and kept
   * if it is not there.
   */
  public AdapterPlan startedIn(CellFolder cell, AdapterPlan plan) {
    if (plan.method().initialisation().isEmpty()) {
      return plan;
    }
    StoredStart stored = new StoredStart(cell);
    return stored
        .read(plan, pretrained.shape())
        .map(plan::withStart)
        .orElseGet(() -> kept(stored, plan));
  }

  private AdapterPlan kept(StoredStart stored, AdapterPlan plan) {
    AdapterPlan started = started(plan);
    stored.write(started.start().orElseThrow());
    return started;
  }

  /** The model with adapters by a plan, as they are before a training. */
  public AdaptedModel adapt(AdapterPlan plan) {
    return pretrained.model().adapt(started(plan));
  }

  /** The model with the adapters of a cell; see {@link #startedIn}. */
  public AdaptedModel adapt(Selection selection, CellFolder cell) {
    return adapt(selection, data.head(), cell);
  }

  /** The same with another head. */
  public AdaptedModel adapt(Selection selection, Head head, CellFolder cell) {
    return adapt(startedIn(cell, plan(selection, head)), cell);
  }

  /** The model with adapters on the base of a cell, which its training may have pruned. */
  public AdaptedModel adapt(AdapterPlan plan, CellFolder cell) {
    return new StoredPruning(cell)
        .of(pretrained.model())
        .map(pruned -> PrunedModel.adapted(pruned, plan))
        .orElseGet(() -> pretrained.model().adapt(plan));
  }

  /** The trainable parameters of the adapters on that many layers, without a head. */
  public long parameters(int layers) {
    return layers * targets().stream().mapToLong(this::parameters).sum();
  }

  /** The same of the adapters on some modules, with the ranks that the method's options say. */
  long parameters(List<ChosenModule> chosen) {
    return targets().stream()
        .mapToLong(
            module ->
                parameters(module)
                    * chosen.stream().filter(c -> c.module().equals(module.name())).count())
        .sum();
  }

  private long parameters(ModuleShape module) {
    return method().parameters(module).stream()
        .mapToLong(parameter -> parameter.shape().size())
        .sum();
  }

  /** The trainable parameters of the head; 0 where the task has none. */
  public long headParameters() {
    return data.head().arrays(pretrained.shape().hiddenSize()).values().stream()
        .mapToLong(Shape::size)
        .sum();
  }
}
