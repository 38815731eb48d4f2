package io.flexora.experiment.fit;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.plugin.Component;
import io.flexora.api.run.FlexoraException;

/** The demands of a search on the adapter method. */
public final class AdapterFit {

  private AdapterFit() {}

  /** Refuses a method without gates. */
  public static void requireGates(Component<AdapterMethod> adapter, String user) {
    if (!adapter.get().script().takesGates()) {
      throw new FlexoraException(
          "%s computes with gates on the adapters, and adapter '%s' takes none; use another adapter, or a strategy that computes nothing"
              .formatted(user, adapter.name()));
    }
  }

  /**
   * Refuses a method whose adapters cannot begin at values that a search has trained: what they
   * start from is made of all modules that are adapted, and those of a search are others.
   */
  public static void requireValues(Component<AdapterMethod> adapter, String user) {
    if (adapter.get().initialisation().isPresent()) {
      throw new FlexoraException(
          "%s begins its training at the values of its search, but adapter '%s' makes its own start from the model; use one that does not, such as plain LoRA, or let the training begin at initial values"
              .formatted(user, adapter.name()));
    }
  }

  /** Refuses a method whose products with the Hessian are not exact. */
  public static void requireExactProducts(Component<AdapterMethod> adapter, String user) {
    adapter
        .get()
        .script()
        .inexactGradient()
        .ifPresent(
            why -> {
              throw new FlexoraException(
                  "%s takes products with the Hessian, and those of adapter '%s' are not exact: %s; write the option, or use a first-order solver"
                      .formatted(user, adapter.name(), why));
            });
  }
}
