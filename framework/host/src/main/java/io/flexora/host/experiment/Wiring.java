package io.flexora.host.experiment;

import com.google.inject.Module;
import io.flexora.api.plugin.Extension;
import io.flexora.api.run.FlexoraException;
import io.flexora.host.config.ComponentFactory;
import io.flexora.host.config.ComponentType;
import io.flexora.host.config.ConfigNode;
import io.flexora.host.config.RecordBinder;
import io.flexora.host.plugin.ExtensionCatalog;
import io.flexora.host.plugin.InstalledExtension;
import java.util.Optional;

/** Makes the extensions that an experiment has chosen, with the experiment's services. */
final class Wiring implements ComponentFactory {

  private final ExtensionCatalog catalog;
  private Optional<Module> services = Optional.empty();

  Wiring(ExtensionCatalog catalog) {
    this.catalog = catalog;
  }

  /** Sets the services. They depend on the configuration, whose components wait for them. */
  void use(Module experimentServices) {
    services = Optional.of(experimentServices);
  }

  @Override
  public Object create(ComponentType type, Record configuration) {
    Module module = services.orElseThrow(() -> new IllegalStateException("no services yet"));
    return make(find(type.extension().kind(), type.reference()), configuration, module);
  }

  /**
   * Makes an extension with options that stand in no experiment.
   *
   * @throws io.flexora.host.config.ConfigurationException if they are not its options
   */
  <T> T create(Class<T> point, InstalledExtension found, ConfigNode options) {
    Record configuration =
        new RecordBinder(new InstalledTypes(catalog), this)
            .bind(options, found.extension().configuration())
            .value();
    return found.create(
        point,
        configuration,
        services.orElseThrow(() -> new IllegalStateException("no services yet")));
  }

  private InstalledExtension find(String kind, String reference) {
    return catalog
        .find(kind, reference)
        .orElseThrow(
            () ->
                new FlexoraException(
                    "%s '%s' is no longer installed; its plugin was removed"
                        .formatted(kind, reference)));
  }

  private static Object make(InstalledExtension found, Record configuration, Module services) {
    Extension<?> extension = found.extension();
    return found.create(extension.point(), configuration, services);
  }
}
