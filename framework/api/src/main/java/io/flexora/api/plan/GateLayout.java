package io.flexora.api.plan;

import java.util.Locale;

/**
 * A placement of the gates of a bilevel problem. All gates are 1 where the alphas of a softmax are
 * equal, so that alpha = 0 is the model without gates.
 *
 * @since 0.1
 */
public enum GateLayout {
  /** One for each adapted layer: of n layers, {@code n softmax(alpha)}, as Flexora has it. */
  LAYER,
  /** One for each module, the same in all layers: of m modules, {@code m softmax(alpha)}. */
  MODULE,
  /** One for each module of each layer, all in one softmax: {@code n m softmax(alpha)}. */
  LAYER_MODULE,
  /**
   * One for each rank-one part of each module of each layer, as AutoLoRA has it. The parts of a
   * module share a softmax: of r parts, {@code r softmax(alpha)}.
   */
  COMPONENT;

  /** The word that chooses it, such as {@code layer-module}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
