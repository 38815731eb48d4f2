package io.flexora.model.encoder;

import com.google.inject.Guice;
import io.flexora.adapter.lora.LoraAdapter;
import io.flexora.adapter.lora.LoraOptions;
import io.flexora.api.adapter.AdapterMethod;
import java.util.List;

/** LoRA as the plugin's injector would make it. */
final class Adapters {
  private Adapters() {}

  static AdapterMethod lora(int rank, double dropout) {
    LoraOptions options = new LoraOptions(rank, 16, dropout, false, List.of());
    return Guice.createInjector(binder -> binder.bind(LoraOptions.class).toInstance(options))
        .getInstance(LoraAdapter.class);
  }
}
