package io.flexora.adapter.pissa;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.plugin.FlexoraModule;

/** Brings the adapter method {@code pissa}. */
public final class PissaPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(AdapterMethod.class, "pissa", PissaOptions.class, PissaAdapter.class);
  }
}
