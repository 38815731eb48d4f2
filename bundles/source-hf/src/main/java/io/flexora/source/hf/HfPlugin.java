package io.flexora.source.hf;

import com.google.inject.Singleton;
import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.plugin.NoOptions;
import io.flexora.api.source.Source;

/** Declares the source {@code hf}. */
public final class HfPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    bind(DownloadLocks.class).in(Singleton.class);
    extension(Source.class, "hf", NoOptions.class, HfSource.class);
  }
}
