package io.flexora.formats.peft;

import io.flexora.api.model.AdapterPlan;
import io.flexora.api.model.ModelShape;
import io.flexora.api.model.ParameterIndex;
import io.flexora.api.model.Slice;
import io.flexora.api.run.FlexoraException;
import io.flexora.formats.safetensors.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;

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
    NavigableMap<String, Values> tensors = new TreeMap<>();
    for (Slice slice : index.slices()) {
      int from = Math.toIntExact(slice.offset());
      float[] values = Arrays.copyOfRange(theta, from, Math.toIntExact(from + slice.size()));
      tensors.put(PREFIX + slice.tensorName(), new Values(dimensions(slice), values));
    }
    return new PeftAdapter(PeftConfiguration.of(shape, plan, index), tensors);
  }

  /**
   * Puts the tensors into a flat vector.
   *
   * @param index the index of theta
   * @throws FlexoraException if a tensor is missing, has another shape, or belongs to no slice;
   *     PEFT would leave such an adapter silently without effect
   */
  public float[] theta(ParameterIndex index) {
    requireSameNames(index);
    float[] theta = new float[Math.toIntExact(index.size())];
    for (Slice slice : index.slices()) {
      Values tensor = tensors.get(PREFIX + slice.tensorName());
      if (!tensor.shape().equals(dimensions(slice))) {
        throw new FlexoraException(
            "tensor '"
                + PREFIX
                + slice.tensorName()
                + "' of the adapter has the shape "
                + tensor.shape()
                + ", the model needs "
                + dimensions(slice));
      }
      int from = Math.toIntExact(slice.offset());
      System.arraycopy(tensor.values(), 0, theta, from, tensor.values().length);
    }
    return theta;
  }

  private void requireSameNames(ParameterIndex index) {
    TreeSet<String> needed = new TreeSet<>();
    index.slices().forEach(slice -> needed.add(PREFIX + slice.tensorName()));
    TreeSet<String> missing = new TreeSet<>(needed);
    missing.removeAll(tensors.keySet());
    TreeSet<String> unexpected = new TreeSet<>(tensors.keySet());
    unexpected.removeAll(needed);
    if (!missing.isEmpty() || !unexpected.isEmpty()) {
      throw new FlexoraException(
          "the adapter does not fit the model: missing tensors "
              + few(missing)
              + ", unexpected tensors "
              + few(unexpected)
              + "; it was made for other layers, modules or another model");
    }
  }

  private static String few(TreeSet<String> names) {
    List<String> first = names.stream().limit(3).toList();
    return names.isEmpty() ? "none" : first + " (" + names.size() + " in all)";
  }

  private static List<Long> dimensions(Slice slice) {
    return Arrays.stream(slice.shape().getShape()).boxed().toList();
  }

  List<Tensor> toTensors() {
    List<Tensor> list = new ArrayList<>();
    tensors.forEach((name, t) -> list.add(Tensor.of(name, t.shape(), t.values())));
    return list;
  }
}
