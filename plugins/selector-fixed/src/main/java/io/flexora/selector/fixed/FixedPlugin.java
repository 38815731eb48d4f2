package io.flexora.selector.fixed;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.plugin.NoOptions;
import io.flexora.api.selection.Selector;

/** The selectors of this plugin. */
public final class FixedPlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(Selector.class, "all", AllOptions.class, AllLayers.class);
    extension(Selector.class, "none", NoOptions.class, FixedSelectors.None.class);
    extension(Selector.class, "first", CountOptions.class, FixedSelectors.First.class);
    extension(Selector.class, "last", CountOptions.class, FixedSelectors.Last.class);
    extension(Selector.class, "middle", CountOptions.class, FixedSelectors.Middle.class);
    extension(Selector.class, "mid-block", NoOptions.class, FixedSelectors.MidBlock.class);
    extension(Selector.class, "both-ends", CountOptions.class, FixedSelectors.BothEnds.class);
    extension(Selector.class, "random", RandomOptions.class, RandomLayers.class);
    extension(Selector.class, "every", EveryOptions.class, FixedSelectors.Every.class);
    extension(Selector.class, "layers", ListOptions.class, FixedSelectors.Listed.class);
    extension(Selector.class, "published", PublishedOptions.class, PublishedLayers.class);
  }
}
