package io.flexora.adapter.structured;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.plugin.FlexoraModule;

/**
 * Brings the adapter methods whose change of the matrix has more structure than a product of two
 * factors: {@code loha}, {@code lokr} and {@code miss}.
 */
public final class StructuredPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(AdapterMethod.class, "loha", LycorisOptions.class, LohaAdapter.class);
    extension(AdapterMethod.class, "lokr", LokrOptions.class, LokrAdapter.class);
    extension(AdapterMethod.class, "miss", MissOptions.class, MissAdapter.class);
  }
}
