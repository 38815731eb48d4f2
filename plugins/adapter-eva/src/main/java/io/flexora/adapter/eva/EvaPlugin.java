package io.flexora.adapter.eva;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.plugin.FlexoraModule;

/** Brings the adapter method {@code eva}. */
public final class EvaPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(AdapterMethod.class, "eva", EvaOptions.class, EvaAdapter.class);
  }
}
