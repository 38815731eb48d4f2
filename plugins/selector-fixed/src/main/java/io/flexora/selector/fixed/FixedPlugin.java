package io.flexora.selector.fixed;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.plugin.NoOptions;
import io.flexora.api.selection.Selector;

/** The selectors of this plugin. */
public final class FixedPlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(Selector.class, "all", NoOptions.class, AllLayers.class);
    extension(Selector.class, "none", NoOptions.class, NoLayers.class);
    extension(Selector.class, "first", CountOptions.class, FirstLayers.class);
    extension(Selector.class, "last", CountOptions.class, LastLayers.class);
    extension(Selector.class, "middle", CountOptions.class, MiddleLayers.class);
    extension(Selector.class, "both-ends", CountOptions.class, BothEnds.class);
    extension(Selector.class, "random", RandomOptions.class, RandomLayers.class);
    extension(Selector.class, "every", EveryOptions.class, EveryLayers.class);
    extension(Selector.class, "layers", ListOptions.class, ListedLayers.class);
    extension(Selector.class, "published", PublishedOptions.class, PublishedLayers.class);
  }
}
