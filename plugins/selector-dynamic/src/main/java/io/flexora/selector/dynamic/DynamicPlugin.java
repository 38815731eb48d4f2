package io.flexora.selector.dynamic;

import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.selection.Selector;

/** The selectors of this plugin. */
public final class DynamicPlugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension(Selector.class, "lisa", LisaOptions.class, LisaSelector.class);
    extension(Selector.class, "ist", IstOptions.class, IstSelector.class);
    extension(Selector.class, "rst", RstOptions.class, RstSelector.class);
    extension(Selector.class, "badam", BadamOptions.class, BadamSelector.class);
  }
}
