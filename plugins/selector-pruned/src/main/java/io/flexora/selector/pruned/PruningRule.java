package io.flexora.selector.pruned;

import java.util.Locale;

/** A rule for the order in which parts of trained adapters are dropped. */
public enum PruningRule {
  /** The smallest singular values of all s B A first: one threshold gives the ranks of all. */
  SPECTRUM,
  /** That whose removal raises the validation loss least first. */
  BACKWARD,
  /** The layers from the top, or from the bottom: what is better on validation examples. */
  BOUNDARY,
  /** The least Frobenius norm of s B A first. */
  MAGNITUDE,
  /** The least rise of the loss first that the squared gradients at the trained point predict. */
  FISHER,
  /** Multipliers of the trained adapters that a growing penalty drives to zero, the first first. */
  GATES,
  /** By the seed. */
  RANDOM,
  /** The lowest layers are kept. */
  FIRST,
  /** The middle layers are kept. */
  MIDDLE,
  /** The highest layers are kept. */
  LAST;

  /** The word that chooses it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it compares singular values. */
  boolean readsSpectrum() {
    return this == SPECTRUM || this == MAGNITUDE;
  }

  /** Whether its order is one of layers. */
  boolean ordersLayers() {
    return this == BOUNDARY || this == FIRST || this == MIDDLE || this == LAST;
  }

  /** Whether its order depends on validation examples. */
  boolean readsValidation() {
    return this == BACKWARD || this == FISHER || this == GATES;
  }
}
