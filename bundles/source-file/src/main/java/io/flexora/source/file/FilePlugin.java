package io.flexora.source.file;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.plugin.NoOptions;
import io.flexora.api.source.Source;

/** Declares the source {@code file}. */
public final class FilePlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(Source.class, "file", NoOptions.class, FileSource.class);
  }
}
