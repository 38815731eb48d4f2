package io.flexora.numerics.transformer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.AdapterPlan;
import io.flexora.api.model.ModelShape;
import io.flexora.api.model.ParameterIndex;
import io.flexora.api.model.Point;
import io.flexora.api.model.Slice;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Seeds;
import io.flexora.numerics.torch.NativeArrays;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Where the adapters of a plan lie in theta and in the text of a model: adapters by layer, module
 * and parameter, then the head.
 *
 * @since 0.1
 */
public final class AdapterLayout {

  private final AdapterPlan plan;
  private final ModelShape shape;
  private final List<ModuleShape> modules;
  private final ParameterIndex index;

  private AdapterLayout(
      AdapterPlan plan, ModelShape shape, List<ModuleShape> modules, ParameterIndex index) {
    this.plan = plan;
    this.shape = shape;
    this.modules = modules;
    this.index = index;
  }

  /**
   * Lays out a plan.
   *
   * @param head the arrays of the head by tensor name, in their order; empty for none
   * @throws FlexoraException if the plan names a layer or a module that the model does not have
   */
  public static AdapterLayout of(AdapterPlan plan, ModelShape shape, Map<String, Shape> head) {
    plan.layers().forEach(layer -> requireLayer(layer, shape));
    List<ModuleShape> modules = chosen(plan, shape);
    List<Slice> slices = new ArrayList<>();
    long offset = 0;
    for (int layer : plan.layers()) {
      for (ModuleShape module : modules) {
        for (AdapterParameter parameter : plan.method().parameters(module)) {
          Slice.Owner owner = new Slice.Adapter(layer, module, parameter);
          slices.add(new Slice(offset, parameter.shape(), owner));
          offset += parameter.shape().size();
        }
      }
    }
    for (Map.Entry<String, Shape> array : head.entrySet()) {
      slices.add(new Slice(offset, array.getValue(), new Slice.Head(array.getKey())));
      offset += array.getValue().size();
    }
    return new AdapterLayout(plan, shape, modules, new ParameterIndex(slices));
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
      throw new FlexoraException(
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

  /** The arrays of an adapted layer. */
  int pieces() {
    return modules.stream().mapToInt(m -> plan.method().parameters(m).size()).sum();
  }

  /**
   * The TorchScript methods of the adapters: {@code adapt}, and {@code adapt_NAME} for each module
   * of the model, dots in its name as underscores, with the signature {@code (x, y, weight, p,
   * gate, seeds)}; {@code p} and {@code seeds} are those of the layer.
   */
  public String text() {
    return text(
        (m, arrays) -> "return self.adapt(x, y, weight, %s, gate, seeds[%d])".formatted(arrays, m));
  }

  /**
   * The same methods, which write what they see into two arrays that follow those of the layer's
   * adapters in {@code p}: the sums of squares {@code [modules, 2]}, and which tokens count. A gate
   * of 0 stands for no adapter.
   */
  String measuringText() {
    int squares = pieces();
    return text(
        (m, arrays) ->
            """
            squares, counted = p[%d], p[%d]
                self.count_frozen(x, weight, squares[%d][1], counted)
                if bool(torch.ne(gate, 0)):
                  own = %s
                  self.count_added(x, y, weight, own, gate, squares[%d][0], counted)
                  return self.adapt(x, y, weight, own, gate, -1)
                return y"""
                .formatted(squares, squares + 1, m, arrays, m));
  }

  /** The methods by the body for each adapted module: from its place and its arrays. */
  private String text(BiFunction<Integer, String, String> body) {
    StringBuilder text = new StringBuilder(plan.method().torchScript());
    Map<ModuleShape, String> bodies = bodies(body);
    for (ModuleShape module : shape.modules()) {
      text.append(
          """
            def adapt_%s(self, x: Tensor, y: Tensor, weight: Tensor, p: List[Tensor], gate: Tensor, seeds: List[int]) -> Tensor:
              %s
          """
              .formatted(module.name().replace('.', '_'), bodies.getOrDefault(module, "return y")));
    }
    return text.toString();
  }

  private Map<ModuleShape, String> bodies(BiFunction<Integer, String, String> body) {
    Map<ModuleShape, String> bodies = new HashMap<>();
    int first = 0;
    for (int m = 0; m < modules.size(); m++) {
      List<AdapterParameter> parameters = plan.method().parameters(modules.get(m));
      bodies.put(modules.get(m), body.apply(m, arrays(parameters, first)));
      first += parameters.size();
    }
    return bodies;
  }

  private static String arrays(List<AdapterParameter> parameters, int first) {
    return IntStream.range(0, parameters.size())
        .mapToObj(
            i ->
                "torch.reshape(p[%d], %s)"
                    .formatted(first + i, Arrays.toString(parameters.get(i).shape().getShape())))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  /**
   * Draws the initial theta; each array from a stream of its own name.
   *
   * @param scope the owner of the result
   * @param type float32 or float64
   * @return {@code [parameters]}
   */
  public NDArray initialTheta(NDManager scope, Seeds seeds, DataType type) {
    try (NDArray drawn = NativeArrays.of(scope, InitialTheta.draw(index, plan.method(), seeds))) {
      return NativeArrays.convert(scope, drawn, type);
    }
  }

  /** Gates that change nothing, as alpha {@code [layers of the plan]}. */
  NDArray noGates(NDManager scope, DataType type) {
    return scope.zeros(new Shape(plan.layers().size()), type);
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
    return NativeArrays.of(scope, rests);
  }
}
