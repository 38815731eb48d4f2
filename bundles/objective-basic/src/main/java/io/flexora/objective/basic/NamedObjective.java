package io.flexora.objective.basic;

import io.flexora.api.model.Objective;

/** One of the objectives that the contract itself brings, under a name. */
abstract class NamedObjective implements Objective {

  private final Objective named;

  NamedObjective(Objective named) {
    this.named = named;
  }

  @Override
  public final String description() {
    return named.description();
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
  public final String torchScript() {
    return named.torchScript();
  }
}
