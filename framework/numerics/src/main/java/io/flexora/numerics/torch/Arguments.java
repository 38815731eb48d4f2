package io.flexora.numerics.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The arguments of one call, by the names of the method's parameters. A number travels as a tensor
 * without dimensions; the method turns it back with {@code int(x)} or {@code float(x)}.
 *
 * @since 0.1
 */
public final class Arguments {
  private final NDManager scope;
  private final Map<String, List<NDArray>> values = new LinkedHashMap<>();
  private final Set<String> withGraph = new HashSet<>();

  /**
   * Starts without an argument.
   *
   * @param scope the owner of temporary arrays and of the call's results
   */
  public Arguments(NDManager scope) {
    this.scope = scope;
  }

  /** Passes a tensor. */
  public Arguments with(String name, NDArray tensor) {
    values.put(name, List.of(tensor));
    return this;
  }

  /**
   * Passes a list of tensors.
   *
   * @throws IllegalArgumentException if the list is empty, which the engine cannot pass
   */
  public Arguments with(String name, List<NDArray> tensors) {
    if (tensors.isEmpty()) {
      throw new IllegalArgumentException("the list '" + name + "' is empty");
    }
    values.put(name, List.copyOf(tensors));
    return this;
  }

  /**
   * Passes tensors that an earlier call has returned with the graph that they were computed by: the
   * method can differentiate through it.
   *
   * @throws IllegalArgumentException if the list is empty, which the engine cannot pass
   */
  public Arguments withGraph(String name, List<NDArray> tensors) {
    withGraph.add(name);
    return with(name, tensors);
  }

  /** Passes a whole number as an int64 tensor without dimensions, in the host's memory. */
  public Arguments with(String name, long number) {
    return with(name, NativeArrays.onHost(scope, number));
  }

  boolean hasGraph(String name) {
    return withGraph.contains(name);
  }

  NDManager scope() {
    return scope;
  }

  List<NDArray> value(String name) {
    List<NDArray> value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("argument '" + name + "' is missing");
    }
    return value;
  }

  /** Refuses arguments that are freed. */
  void requireOpen(String method) {
    values.forEach(
        (name, arrays) -> {
          String what = "argument '" + name + "' of " + method;
          arrays.forEach(array -> NativeArrays.requireOpen(array, what));
        });
  }

  void requireOnly(Set<String> names) {
    if (!names.containsAll(values.keySet())) {
      throw new IllegalArgumentException(
          "arguments " + values.keySet() + " do not fit the parameters " + names);
    }
  }
}
