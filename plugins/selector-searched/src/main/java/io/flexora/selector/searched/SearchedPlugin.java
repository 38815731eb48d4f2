package io.flexora.selector.searched;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.selection.Selector;

/** The selectors of this plugin. */
public final class SearchedPlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(Selector.class, "random-search", RandomSearchOptions.class, RandomSearch.class);
    extension(Selector.class, "evolution", EvolutionOptions.class, Evolution.class);
    extension(Selector.class, "greedy-forward", GreedyForwardOptions.class, GreedyForward.class);
  }
}
