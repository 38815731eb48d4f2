package io.flexora.api.plan;

import ai.djl.ndarray.types.Shape;
import io.flexora.api.adapter.AdapterParameter;
import io.flexora.api.adapter.ModuleShape;
import java.util.Optional;

/**
 * The place of one trainable array in the flat parameter vector.
 *
 * @param offset the index of its first element
 * @param shape its shape; elements are row-major
 * @param owner where the array belongs: a module of a layer, or the head
 * @since 0.1
 */
public record Slice(long offset, Shape shape, Owner owner) {

  /** The part of a model that a trainable array belongs to. */
  public sealed interface Owner {

    /** The name of the array's tensor in an adapter file, without PEFT's prefix. */
    String tensorName();
  }

  /**
   * An adapter's array.
   *
   * @param layer the layer, from 0
   * @param module the adapted module
   * @param parameter the array of the adapter
   */
  public record Adapter(int layer, ModuleShape module, AdapterParameter parameter)
      implements Owner {

    @Override
    public String tensorName() {
      return module.path(layer) + "." + parameter.tensorName();
    }
  }

  /**
   * An array of the trained head.
   *
   * @param tensorName its name in an adapter file, such as {@code classifier.weight}
   */
  public record Head(String tensorName) implements Owner {}

  /** The number of elements. */
  public long size() {
    return shape.size();
  }

  /** The layer it belongs to; empty for the head. */
  public Optional<Integer> layer() {
    return owner instanceof Adapter adapter ? Optional.of(adapter.layer()) : Optional.empty();
  }

  /** The name of its tensor in an adapter file, without PEFT's prefix. */
  public String tensorName() {
    return owner.tensorName();
  }
}
