package io.flexora.formats.peft;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterArray;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.AdapterSite;
import io.flexora.api.adapter.AdapterStart;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.model.ModelShape;
import io.flexora.api.plan.AdapterPlan;
import io.flexora.api.plan.ParameterIndex;
import io.flexora.api.plan.Slice;
import io.flexora.api.run.FlexoraException;
import io.flexora.formats.safetensors.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * An adapter as PEFT knows it: its configuration and its tensors by their names in PEFT.
 *
 * @param configuration the content of {@code adapter_config.json}
 * @param tensors the tensors by name, prefix included
 * @since 0.1
 */
public record PeftAdapter(
    Map<String, Object> configuration, NavigableMap<String, PeftAdapter.Values> tensors) {

  /** What PEFT puts in front of the path of a tensor in its model. */
  public static final String PREFIX = "base_model.model.";

  /** What PEFT puts in front of a tensor that all modules share. */
  public static final String SHARED = "base_model.";

  private static final Pattern LAYER = Pattern.compile("\\.\\d+\\.");

  /**
   * The values of a tensor.
   *
   * @param shape its shape
   * @param values its elements, row-major
   */
  // Bulk data, handed on as it is; equality below is by content.
  @SuppressWarnings("ArrayRecordComponent")
  public record Values(List<Long> shape, float[] values) {

    /** Copies the shape. */
    public Values {
      shape = List.copyOf(shape);
    }

    /** Equal shapes and the same bits. */
    @Override
    public boolean equals(Object other) {
      return other instanceof Values that
          && shape.equals(that.shape)
          && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
      return 31 * shape.hashCode() + Arrays.hashCode(values);
    }
  }

  /** Copies the tensors. */
  public PeftAdapter {
    tensors = Collections.unmodifiableNavigableMap(new TreeMap<>(tensors));
  }

  /**
   * Makes the adapter of a trained theta.
   *
   * @param shape the model
   * @param plan what was trained
   * @param index the index of theta
   * @param theta the trained values
   */
  public static PeftAdapter of(
      ModelShape shape, AdapterPlan plan, ParameterIndex index, float[] theta) {
    if (theta.length != index.size()) {
      throw new IllegalArgumentException(
          "theta has " + theta.length + " elements, its index " + index.size());
    }
    Map<AdapterSite, List<AdapterArray>> trained = new LinkedHashMap<>();
    NavigableMap<String, Values> tensors = new TreeMap<>();
    for (Slice slice : index.slices()) {
      int from = Math.toIntExact(slice.offset());
      float[] values = Arrays.copyOfRange(theta, from, Math.toIntExact(from + slice.size()));
      if (slice.owner() instanceof Slice.Adapter of) {
        trained
            .computeIfAbsent(new AdapterSite(of.layer(), of.module()), site -> new ArrayList<>())
            .add(new AdapterArray(of.parameter(), values));
      } else {
        tensors.put(PREFIX + slice.tensorName(), new Values(dimensions(slice.shape()), values));
      }
    }
    trained.forEach((site, arrays) -> put(tensors, site, plan.method().form().saved(site, arrays)));
    plan.start().ifPresent(start -> putConstants(tensors, plan.method(), start));
    Map<String, Object> keys = plan.method().form().configuration(trained);
    return new PeftAdapter(PeftConfiguration.of(shape, plan, index, keys), tensors);
  }

  /**
   * Makes an adapter of plain LoRA whose product is scaled already.
   *
   * @param theta the trained values, of which the head's are taken
   * @param factors A {@code [rank, inputs]} and B {@code [outputs, rank]} of each site
   */
  public static PeftAdapter ofLora(
      ModelShape shape,
      AdapterPlan plan,
      ParameterIndex index,
      float[] theta,
      Map<AdapterSite, List<AdapterArray>> factors) {
    NavigableMap<String, Values> tensors = new TreeMap<>();
    for (Slice slice : index.ofHead()) {
      int from = Math.toIntExact(slice.offset());
      float[] values = Arrays.copyOfRange(theta, from, Math.toIntExact(from + slice.size()));
      tensors.put(PREFIX + slice.tensorName(), new Values(dimensions(slice.shape()), values));
    }
    factors.forEach((site, arrays) -> put(tensors, site, arrays));
    Map<String, Object> keys = PeftConfiguration.lora(ranks(factors));
    return new PeftAdapter(PeftConfiguration.of(shape, plan, index, keys), tensors);
  }

  /**
   * Makes an adapter of plain LoRA whose product is scaled already, and which names each module by
   * its whole path.
   *
   * @param factors A {@code [rank, inputs]} and B {@code [outputs, rank]} of each site
   */
  public static PeftAdapter ofLora(Map<AdapterSite, List<AdapterArray>> factors) {
    NavigableMap<String, Values> tensors = new TreeMap<>();
    factors.forEach((site, arrays) -> put(tensors, site, arrays));
    Map<String, Object> keys = PeftConfiguration.lora(ranks(factors));
    keys.put("target_modules", factors.keySet().stream().map(AdapterSite::path).toList());
    return new PeftAdapter(keys, tensors);
  }

  private static Map<String, Integer> ranks(Map<AdapterSite, List<AdapterArray>> factors) {
    Map<String, Integer> ranks = new TreeMap<>();
    factors.forEach(
        (site, arrays) -> {
          long rank = arrays.get(0).parameter().shape().get(0);
          ranks.put(site.path(), Math.toIntExact(rank));
        });
    return ranks;
  }

  private static void put(
      Map<String, Values> tensors, AdapterSite site, List<AdapterArray> arrays) {
    for (AdapterArray array : arrays) {
      if (isSaved(array.parameter())) {
        tensors.put(name(site, array.parameter()), values(array));
      }
    }
  }

  private static void putConstants(
      Map<String, Values> tensors, AdapterMethod method, AdapterStart start) {
    start.constants().forEach((site, arrays) -> put(tensors, site, arrays));
    if (method.form().repeatsShared()) {
      start.parameters().keySet().forEach(site -> put(tensors, site, start.shared()));
    }
    for (AdapterArray array : start.shared()) {
      if (isSaved(array.parameter())) {
        tensors.put(SHARED + array.parameter().tensorName(), values(array));
      }
    }
  }

  private static boolean isSaved(AdapterParameter parameter) {
    return !parameter.tensorName().isEmpty();
  }

  private static String name(AdapterSite site, AdapterParameter parameter) {
    return PREFIX + site.path() + "." + parameter.tensorName();
  }

  private static Values values(AdapterArray array) {
    return new Values(dimensions(array.parameter().shape()), array.values());
  }

  /**
   * What the adapters of a plan start from by this file: its shapes, its values and its constants.
   *
   * @param made what the method makes of the model, asked for if it has constants that no file has
   * @throws FlexoraException if a tensor is missing or has another shape
   */
  public AdapterStart start(ModelShape shape, AdapterPlan plan, Supplier<AdapterStart> made) {
    AdapterMethod method = plan.method();
    List<ModuleShape> modules =
        shape.modules().stream().filter(m -> plan.modules().contains(m.name())).toList();
    Map<AdapterSite, List<AdapterArray>> parameters = new LinkedHashMap<>();
    Map<AdapterSite, List<AdapterArray>> constants = new LinkedHashMap<>();
    boolean whole = true;
    for (int layer : plan.layers()) {
      for (ModuleShape module : modules) {
        AdapterSite site = new AdapterSite(layer, module);
        if (!plan.adapts(site)) {
          continue;
        }
        String prefix = PREFIX + site.path() + ".";
        parameters.put(site, read(prefix, plan.parameters(site), method.form().shapesVary()));
        whole &= method.constants(module).stream().allMatch(PeftAdapter::isSaved);
        if (whole) {
          constants.put(site, read(prefix, method.constants(module), false));
        }
      }
    }
    List<AdapterParameter> shared =
        plan.layers().isEmpty() ? List.of() : method.sharedConstants(modules);
    if (!whole || !shared.stream().allMatch(PeftAdapter::isSaved)) {
      AdapterStart other = made.get();
      return new AdapterStart(parameters, other.constants(), other.shared());
    }
    return new AdapterStart(parameters, constants, read(SHARED, shared, false));
  }

  private List<AdapterArray> read(
      String prefix, List<AdapterParameter> declared, boolean anyShape) {
    List<AdapterArray> arrays = new ArrayList<>();
    for (AdapterParameter parameter : declared) {
      String name = prefix + parameter.tensorName();
      Values tensor = tensors.get(name);
      if (tensor == null) {
        throw new FlexoraException("the adapter does not fit the model: it has no tensor " + name);
      }
      if (!anyShape) {
        requireShape(name, tensor, parameter.shape());
      }
      Shape own = new Shape(tensor.shape().stream().mapToLong(d -> d).toArray());
      arrays.add(new AdapterArray(parameter.withShape(own), tensor.values()));
    }
    return arrays;
  }

  /**
   * Puts the tensors into a flat vector.
   *
   * @param index the index of theta
   * @param plan what the model was adapted by
   * @throws FlexoraException if a tensor is missing, has another shape, or belongs to no slice;
   *     PEFT would leave such an adapter silently without effect
   */
  public float[] theta(ParameterIndex index, AdapterPlan plan) {
    NavigableMap<String, Values> constants = new TreeMap<>();
    plan.start().ifPresent(start -> putConstants(constants, plan.method(), start));
    requireSameNames(index, constants.keySet());
    float[] theta = new float[Math.toIntExact(index.size())];
    for (Slice slice : index.slices()) {
      String name = PREFIX + slice.tensorName();
      Values tensor = tensors.get(name);
      requireShape(name, tensor, slice.shape());
      int from = Math.toIntExact(slice.offset());
      System.arraycopy(tensor.values(), 0, theta, from, tensor.values().length);
    }
    return theta;
  }

  private static void requireShape(String name, Values tensor, Shape needed) {
    if (!tensor.shape().equals(dimensions(needed))) {
      throw new FlexoraException(
          "tensor '%s' of the adapter has the shape %s, the model needs %s"
              .formatted(name, tensor.shape(), dimensions(needed)));
    }
  }

  private void requireSameNames(ParameterIndex index, Set<String> constants) {
    TreeSet<String> needed = new TreeSet<>(constants);
    index.slices().forEach(slice -> needed.add(PREFIX + slice.tensorName()));
    TreeSet<String> missing = new TreeSet<>(needed);
    missing.removeAll(tensors.keySet());
    TreeSet<String> unexpected = new TreeSet<>(tensors.keySet());
    unexpected.removeAll(needed);
    boolean outside = unexpected.stream().allMatch(PeftAdapter::isOutside);
    if (missing.isEmpty() && !unexpected.isEmpty() && outside) {
      throw new FlexoraException(
          "the adapter has tensors of %s, which are not read; what is read is an adapter on the linear modules of layers, with the head that the task trains: %s"
              .formatted(modules(unexpected), few(unexpected)));
    }
    if (!missing.isEmpty() || !unexpected.isEmpty()) {
      throw new FlexoraException(
          "the adapter does not fit the model: missing tensors "
              + few(missing)
              + ", unexpected tensors "
              + few(unexpected)
              + "; it was made for other layers, modules or another model");
    }
  }

  /** Whether a tensor is that of a module in a layer, which its name has the number of. */
  static boolean isInLayer(String name) {
    return LAYER.matcher(name).find();
  }

  private static boolean isOutside(String name) {
    return name.startsWith(PREFIX) && !isInLayer(name);
  }

  /** The names of the modules that tensors are of, such as {@code lm_head}. */
  private static String modules(Set<String> names) {
    return names.stream()
        .map(name -> name.split("\\.", -1))
        .map(parts -> parts[Math.max(0, parts.length - 2)])
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private static String few(TreeSet<String> names) {
    List<String> first = names.stream().limit(3).toList();
    return names.isEmpty() ? "none" : first + " (" + names.size() + " in all)";
  }

  private static List<Long> dimensions(Shape shape) {
    return Arrays.stream(shape.getShape()).boxed().toList();
  }

  List<Tensor> toTensors() {
    List<Tensor> list = new ArrayList<>();
    tensors.forEach((name, t) -> list.add(Tensor.of(name, t.shape(), t.values())));
    return list;
  }
}
