package io.flexora.api.plan;

import java.util.Objects;
import java.util.OptionalInt;

/**
 * A module of a layer that is adapted.
 *
 * @param layer the layer, from 0
 * @param module the name of the module
 * @param rank the rank of its adapter, from 1; empty for that of the method's options
 * @param shared whether its adapter is no other than that of the same module in the other layers
 *     where it is shared, too; such an adapter is trained as one, and saved with each module
 * @since 0.1
 */
public record ChosenModule(int layer, String module, OptionalInt rank, boolean shared) {

  /**
   * Checks the rank.
   *
   * @throws IllegalArgumentException if it is below 1
   */
  public ChosenModule {
    Objects.requireNonNull(module);
    if (rank.isPresent() && rank.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "module '%s' of layer %d has the rank %d; leave it out, or write 1 or more"
              .formatted(module, layer, rank.getAsInt()));
    }
  }

  /** A module with the rank of the method's options. */
  public static ChosenModule of(int layer, String module) {
    return new ChosenModule(layer, module, OptionalInt.empty(), false);
  }

  /** A module that shares its adapter with the same module of other layers. */
  public static ChosenModule ofShared(int layer, String module) {
    return new ChosenModule(layer, module, OptionalInt.empty(), true);
  }

  /** A module with a rank of its own. */
  public static ChosenModule of(int layer, String module, int rank) {
    return new ChosenModule(layer, module, OptionalInt.of(rank), false);
  }
}
