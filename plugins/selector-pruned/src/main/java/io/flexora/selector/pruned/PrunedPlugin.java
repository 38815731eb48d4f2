package io.flexora.selector.pruned;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.selection.Selector;

/** The selector of this plugin. */
public final class PrunedPlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(
        Selector.class, "prune-trained", PruneTrainedOptions.class, PruneTrainedSelector.class);
  }
}
