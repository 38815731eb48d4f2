package {{package}};

import {{pointClass}};
import io.flexora.api.plugin.FlexoraModule;

/** Declares what this plugin brings; named by {@code Flexora-Plugin} in {@code bnd.bnd}. */
public final class {{type}}Plugin extends FlexoraModule {

  @Override
  protected void configure() {
    extension({{point}}.class, "{{name}}", {{type}}Options.class, {{type}}{{point}}.class);
  }
}
