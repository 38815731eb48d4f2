package io.flexora.dataset.files;

import io.flexora.api.data.Dataset;
import io.flexora.api.plugin.FlexoraModule;

/** Declares the dataset {@code files}. */
public final class FilesPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(Dataset.class, "files", FilesOptions.class, FilesDataset.class);
  }
}
