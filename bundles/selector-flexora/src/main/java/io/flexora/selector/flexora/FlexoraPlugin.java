package io.flexora.selector.flexora;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.selection.Selector;

/** The selectors of this bundle. */
public final class FlexoraPlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(Selector.class, "flexora", FlexoraOptions.class, FlexoraSelector.class);
    extension(Selector.class, "autolora", AutoloraOptions.class, AutoloraSelector.class);
  }
}
