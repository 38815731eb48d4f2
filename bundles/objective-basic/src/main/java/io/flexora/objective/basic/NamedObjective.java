package io.flexora.objective.basic;

import io.flexora.api.head.Objective;

/** One of the objectives that the contract itself brings, under a name. */
abstract class NamedObjective implements Objective {

  private final Objective named;
  private final double smoothing;

  NamedObjective(Objective named, SmoothingOptions options) {
    this.named = named;
    this.smoothing = options.labelSmoothing();
  }

  @Override
  public final String description() {
    return named.description();
  }

  @Override
  public final double labelSmoothing() {
    return smoothing;
  }

  @Override
  public final Terms terms() {
    return named.terms();
  }

  @Override
  public final boolean comparesChoices() {
    return named.comparesChoices();
  }

  @Override
  public String torchScript() {
    return named.torchScript();
  }
}
