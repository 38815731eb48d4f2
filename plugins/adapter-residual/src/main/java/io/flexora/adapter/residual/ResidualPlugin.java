package io.flexora.adapter.residual;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.plugin.FlexoraModule;
import io.flexora.numerics.transformer.LowRankOptions;

/**
 * Brings the adapter methods that train the residual of a first product: {@code pissa}, {@code
 * olora} and {@code lora-ga}.
 */
public final class ResidualPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(AdapterMethod.class, "pissa", LowRankOptions.class, PissaAdapter.class);
    extension(AdapterMethod.class, "olora", LowRankOptions.class, OloraAdapter.class);
    extension(AdapterMethod.class, "lora-ga", LoraGaOptions.class, LoraGaAdapter.class);
  }
}
