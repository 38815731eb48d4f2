package io.flexora.adapter.vera;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.plugin.FlexoraModule;

/**
 * Brings the adapter methods that train vectors between random matrices: {@code vera} and {@code
 * randlora}.
 */
public final class VeraPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(AdapterMethod.class, "vera", VeraOptions.class, VeraAdapter.class);
    extension(AdapterMethod.class, "randlora", RandloraOptions.class, RandloraAdapter.class);
  }
}
