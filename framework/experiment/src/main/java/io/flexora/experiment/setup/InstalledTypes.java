package io.flexora.experiment.setup;

import io.flexora.config.option.ComponentType;
import io.flexora.config.option.ComponentTypes;
import io.flexora.plugin.extension.ExtensionCatalog;
import io.flexora.plugin.extension.InstalledExtension;
import io.flexora.plugin.status.PluginOrigin;
import java.util.List;
import java.util.Optional;

/** The installed extensions as a configuration can choose them. */
public record InstalledTypes(ExtensionCatalog catalog) implements ComponentTypes {

  @Override
  public List<ComponentType> ofKind(String kind) {
    return catalog.ofKind(kind).stream().map(InstalledTypes::type).toList();
  }

  @Override
  public Optional<ComponentType> find(String kind, String reference) {
    return catalog.find(kind, reference).map(InstalledTypes::type);
  }

  @Override
  public List<String> refused(String kind, String name) {
    return catalog.refused(kind, name);
  }

  @Override
  public List<String> unusable(String name) {
    return catalog.unusable(name);
  }

  private static ComponentType type(InstalledExtension found) {
    return new ComponentType(
        found.extension(), found.plugin(), found.version(), found.origin() == PluginOrigin.SHIPPED);
  }
}
