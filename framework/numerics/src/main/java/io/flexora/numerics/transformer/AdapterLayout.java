package io.flexora.numerics.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.GateIndex;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Point;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.torch.NativeArrays;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The places of a plan's adapters in theta and in the text of a model: adapters by layer, module
 * and parameter, then the head.
 *
 * @since 0.1
 */
public final class AdapterLayout {

  private final AdapterPlan plan;
  private final ModelShape shape;
  private final List<ModuleShape> modules;
  private final ParameterIndex index;
  private final Map<AdapterSite, NDArray> masks;

  private AdapterLayout(
      AdapterPlan plan,
      ModelShape shape,
      List<ModuleShape> modules,
      ParameterIndex index,
      Map<AdapterSite, NDArray> masks) {
    this.plan = plan;
    this.shape = shape;
    this.modules = modules;
    this.index = index;
    this.masks = masks;
  }

  /**
   * Lays out a plan.
   *
   * @throws FlexoraException if the plan names a layer or a module that the model does not have
   */
  public static AdapterLayout of(AdapterPlan plan, ModelShape shape) {
    return of(plan, shape, Map.of());
  }

  /**
   * Lays out a plan on a model whose matrices may be pruned.
   *
   * @param masks which numbers of pruned matrices are kept {@code [outputs, inputs]}, booleans that
   *     live as long as the model
   * @throws FlexoraException if the plan names a layer or a module that the model does not have, or
   *     its method cannot be put on pruned matrices
   */
  public static AdapterLayout of(
      AdapterPlan plan, ModelShape shape, Map<AdapterSite, NDArray> masks) {
    plan.layers().forEach(layer -> requireLayer(layer, shape));
    List<ModuleShape> modules = chosen(plan, shape);
    List<Slice> slices = new ArrayList<>();
    long offset = 0;
    for (int layer : plan.layers()) {
      for (ModuleShape module : modules) {
        for (AdapterParameter parameter : adapted(plan, new AdapterSite(layer, module))) {
          Slice.Owner owner = new Slice.Adapter(layer, module, parameter);
          slices.add(new Slice(offset, parameter.shape(), owner));
          offset += parameter.shape().size();
        }
      }
    }
    Map<String, Shape> head = shape.arrays(plan.head());
    for (Map.Entry<String, Shape> array : head.entrySet()) {
      slices.add(new Slice(offset, array.getValue(), new Slice.Head(array.getKey())));
      offset += array.getValue().size();
    }
    Map<AdapterSite, NDArray> own = new HashMap<>(masks);
    own.keySet().removeIf(site -> !plan.adapts(site));
    if (!own.isEmpty() && !plan.method().script().matrix().keepsZeros()) {
      throw new FlexoraException(
          ("the matrices of the model are pruned, and the change that %s makes of them cannot be"
                  + " masked; use lora, or do not prune the modules that it adapts")
              .formatted(plan.adapterPhrase()));
    }
    return new AdapterLayout(plan, shape, modules, new ParameterIndex(slices), own);
  }

  private static List<AdapterParameter> adapted(AdapterPlan plan, AdapterSite site) {
    return plan.adapts(site) ? parameters(plan, site) : List.of();
  }

  private static List<AdapterParameter> parameters(AdapterPlan plan, AdapterSite site) {
    List<AdapterParameter> declared = plan.parameters(site);
    return plan.start().isEmpty() ? declared : requireSame(site, declared, plan.start().get());
  }

  private static List<AdapterParameter> requireSame(
      AdapterSite site, List<AdapterParameter> declared, AdapterStart start) {
    List<AdapterParameter> given = start.shapes(site);
    if (!names(given).equals(names(declared))) {
      throw new IllegalArgumentException(
          "the start of %s has the parameters %s, the adapter method %s"
              .formatted(site.path(), names(given), names(declared)));
    }
    return given;
  }

  private static List<String> names(List<AdapterParameter> parameters) {
    return parameters.stream().map(AdapterParameter::name).toList();
  }

  static void requireLayer(int layer, ModelShape shape) {
    if (layer < 0 || layer >= shape.layers()) {
      throw new FlexoraException(
          "the model has layers 0 to " + (shape.layers() - 1) + ", but no layer " + layer);
    }
  }

  private static List<ModuleShape> chosen(AdapterPlan plan, ModelShape shape) {
    requireModules(plan.modules(), shape);
    return shape.modules().stream().filter(m -> plan.modules().contains(m.name())).toList();
  }

  private static void requireModules(List<String> names, ModelShape shape) {
    TreeSet<String> unknown = new TreeSet<>(names);
    shape.modules().forEach(m -> unknown.remove(m.name()));
    if (!unknown.isEmpty()) {
      throw new IncompatibleOptionException(
          AdapterMethod.TARGET_MODULES,
          "target_modules: the model has no module "
              + unknown
              + "; it has "
              + shape.modules().stream().map(ModuleShape::name).toList());
    }
  }

  static ModuleShape requireModule(String name, ModelShape shape) {
    requireModules(List.of(name), shape);
    return shape.modules().stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow();
  }

  /** The plan. */
  public AdapterPlan plan() {
    return plan;
  }

  /** The index of theta. */
  public ParameterIndex index() {
    return index;
  }

  /** The adapted modules of a layer, in the order of the forward pass. */
  public List<ModuleShape> modules() {
    return modules;
  }

  /** The modules of a layer of the model, adapted or not. */
  List<ModuleShape> modelModules() {
    return shape.modules();
  }

  /** Whether a module of a layer is adapted. */
  public boolean adapts(AdapterSite site) {
    return plan.adapts(site);
  }

  /** The shapes of all pieces, by layer and module, then the head: none of a module left alone. */
  List<Shape> pieceShapes() {
    List<Shape> shapes = new ArrayList<>();
    int next = 0;
    for (int layer : plan.layers()) {
      for (ModuleShape module : modules) {
        boolean adapted = plan.adapts(new AdapterSite(layer, module));
        for (int i = 0; i < plan.method().parameters(module).size(); i++) {
          shapes.add(adapted ? index.slices().get(next++).shape() : new Shape(0));
        }
      }
    }
    index.ofHead().forEach(slice -> shapes.add(slice.shape()));
    return shapes;
  }

  /** The gates of a point. */
  GateIndex gates() {
    return GateIndex.of(plan.gates(), plan.layers(), modules, plan.method());
  }

  /** The number of layers of the model. */
  public int layers() {
    return shape.layers();
  }

  /** The lowest layer that something is trained on; the number of layers if none is. */
  public int lowest() {
    return plan.layers().isEmpty() ? shape.layers() : plan.layers().get(0);
  }

  /** For each layer of the model its position among the adapted ones, -1 for none. */
  List<Integer> positions() {
    return IntStream.range(0, shape.layers()).mapToObj(plan.layers()::indexOf).toList();
  }

  /** The parameters of an adapted layer, as arrays. */
  int pieces() {
    return modules.stream().mapToInt(m -> plan.method().parameters(m).size()).sum();
  }

  /** The constants of an adapted layer, as arrays. */
  int layerConstants() {
    return modules.stream().mapToInt(m -> plan.method().constants(m).size()).sum()
        + (masked() ? modules.size() : 0);
  }

  /** Whether matrices that are adapted are pruned: then each has a mask behind its constants. */
  public boolean masked() {
    return !masks.isEmpty();
  }

  /** Whether an adapted module is applied to the rows of a table. */
  boolean hasTables() {
    return modules.stream().anyMatch(module -> module.tableRows() > 0);
  }

  /** Whether adapted matrices can be merged with their adapters where nothing is dropped. */
  public boolean merges() {
    return masked() && pieces() > 0 && plan.method().script().isMergeable();
  }

  /** The constants that all adapted modules share. */
  int sharedConstants() {
    return plan.layers().isEmpty() ? 0 : plan.method().sharedConstants(modules).size();
  }

  /** All constants of the plan, as arrays. */
  int constantArrays() {
    return plan.layers().size() * layerConstants() + sharedConstants();
  }

  /**
   * Puts the constants on the device: by layer and module, then the shared ones.
   *
   * @param owner the owner of the result
   * @param type the type of theta
   */
  List<NDArray> constants(NDManager owner, DataType type) {
    List<NDArray> arrays = new ArrayList<>();
    for (int layer : plan.layers()) {
      for (ModuleShape module : modules) {
        AdapterSite site = new AdapterSite(layer, module);
        if (!plan.adapts(site)) {
          int left = plan.method().constants(module).size() + (masked() ? 1 : 0);
          arrays.addAll(Collections.nCopies(left, owner.zeros(new Shape(0), type)));
          continue;
        }
        ofSite(site).forEach(a -> arrays.add(AdapterConstants.onDevice(owner, a, type)));
        if (masked()) {
          arrays.add(masks.computeIfAbsent(site, s -> allKept(owner, module)));
        }
      }
    }
    if (sharedConstants() > 0) {
      start("shared constants")
          .shared()
          .forEach(a -> arrays.add(AdapterConstants.onDevice(owner, a, type)));
    }
    return arrays;
  }

  private static NDArray allKept(NDManager owner, ModuleShape module) {
    return owner.ones(new Shape(module.outputs(), module.inputs()), DataType.BOOLEAN);
  }

  private List<AdapterArray> ofSite(AdapterSite site) {
    int declared = plan.method().constants(site.module()).size();
    if (declared == 0) {
      return List.of();
    }
    List<AdapterArray> given = start("constants").constants().getOrDefault(site, List.of());
    if (given.size() != declared) {
      throw new IllegalArgumentException(
          "the start of %s has %d constants, the adapter method %d"
              .formatted(site.path(), given.size(), declared));
    }
    return given;
  }

  private AdapterStart start(String what) {
    return plan.start()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the adapter method has " + what + ", the plan no start"));
  }

  /** Whether a penalty on the adapters' parameters is part of the training loss. */
  boolean hasPenalty() {
    return plan.method().script().hasPenalty() && !plan.layers().isEmpty() && !modules.isEmpty();
  }

  /**
   * The TorchScript methods of the adapters: {@code adapt}, and {@code adapt_NAME} for each module
   * of the model, dots in its name as underscores, with the signature {@code (x, y, weight, p,
   * gate, seeds)}; {@code p} and {@code seeds} are those of the layer, what {@code own} and {@code
   * own_seeds} give. Where adapters {@link #merges merge}, there is {@code merge_NAME(weight, p,
   * gate)} for each adapted module, too, and {@code change_NAME(weight, p, gate)}, by how much the
   * merged matrix differs, in the type of the parameters: where a layer's {@code seeds} are empty,
   * {@code adapt_NAME} takes {@code p} as these changes of its adapted modules, and drops nothing.
   * An empty change is none. A module of a table has {@code adapt_NAME_table}, too, for its rows
   * {@code [1, rows, inputs]}; the result has one such array for all examples, or one for each.
   */
  public String text() {
    return new AdapterText(this).text();
  }

  /** The name of a module as that of a method ends with it. */
  public static String identifier(ModuleShape module) {
    return module.name().replace('.', '_');
  }

  /**
   * The initial theta: what the plan's start says of the adapters, and else what is drawn, each
   * array from a stream of its own name.
   *
   * @param scope the owner of the result
   * @param head the values of the head's arrays by tensor name, where these are not drawn
   * @param type float32 or float64
   * @return {@code [parameters]}
   */
  public NDArray initialTheta(
      NDManager scope, Seeds seeds, Map<String, float[]> head, DataType type) {
    try (NDArray drawn = NativeArrays.of(scope, InitialTheta.draw(index, plan, seeds, head))) {
      return NativeArrays.convert(scope, drawn, type);
    }
  }

  /** Gates that change nothing, as alpha. */
  NDArray noGates(NDManager scope, DataType type) {
    return scope.zeros(new Shape(gates().size()), type);
  }

  /**
   * The dropout seeds of a point.
   *
   * @param scope the owner of the result
   * @return {@code [layers of the plan * modules]} as int64, -1 for no dropout; at least one
   */
  NDArray seeds(NDManager scope, Point point) {
    return DropoutSeeds.of(scope, point, plan.layers(), modules.size());
  }

  /**
   * The dropout seeds of the examples of a batch.
   *
   * @param scope the owner of the result
   */
  NDArray seeds(NDManager scope, List<ExampleSeed> examples) {
    return DropoutSeeds.of(scope, examples, plan.layers(), modules.size());
  }

  /**
   * Which layers rest where some are trained.
   *
   * @param scope the owner of the result
   * @return {@code [layers of the plan]} as int64, 1 for a layer that rests; at least one
   */
  NDArray rests(NDManager scope, List<Integer> trained) {
    long[] rests = new long[Math.max(1, plan.layers().size())];
    for (int i = 0; i < plan.layers().size(); i++) {
      rests[i] = trained.contains(plan.layers().get(i)) ? 0 : 1;
    }
    return NativeArrays.onHost(scope, rests);
  }
}
