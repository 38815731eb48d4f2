package io.flexora.adapter.vera;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.plugin.FlexoraModule;

/** Brings the adapter method {@code vera}. */
public final class VeraPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(AdapterMethod.class, "vera", VeraOptions.class, VeraAdapter.class);
  }
}
