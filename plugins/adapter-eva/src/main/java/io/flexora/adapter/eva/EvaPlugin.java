package io.flexora.adapter.eva;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.selection.Selector;

/** Brings the adapter method {@code eva}, and the selector that gives out ranks as it does. */
public final class EvaPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(AdapterMethod.class, "eva", EvaOptions.class, EvaAdapter.class);
    extension(Selector.class, "eva", EvaRankOptions.class, EvaSelector.class);
  }
}
