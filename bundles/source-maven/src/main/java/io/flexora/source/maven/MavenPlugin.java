package io.flexora.source.maven;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.plugin.NoOptions;
import io.flexora.api.source.Source;

/** Declares the source {@code maven}. */
public final class MavenPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(Source.class, "maven", NoOptions.class, MavenSource.class);
  }
}
