package io.flexora.adapter.multiplicative;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.plugin.FlexoraModule;

/** Brings the adapter methods that multiply the frozen matrix: {@code ia3} and {@code oft}. */
public final class MultiplicativePlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(AdapterMethod.class, "ia3", Ia3Options.class, Ia3Adapter.class);
    extension(AdapterMethod.class, "oft", OftOptions.class, OftAdapter.class);
  }
}
