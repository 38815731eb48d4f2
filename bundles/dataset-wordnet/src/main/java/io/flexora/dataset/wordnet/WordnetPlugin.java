package io.flexora.dataset.wordnet;

import io.flexora.api.data.Dataset;
import io.flexora.api.plugin.FlexoraModule;

/** Declares the dataset {@code wordnet}. */
public final class WordnetPlugin extends FlexoraModule {
  @Override
  protected void configure() {
    extension(Dataset.class, "wordnet", WordnetOptions.class, WordnetDataset.class);
  }
}
