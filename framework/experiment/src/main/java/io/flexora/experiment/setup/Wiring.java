package io.flexora.experiment.setup;

import com.google.inject.Module;
import com.google.inject.util.Modules;
import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.Extension;
import io.flexora.api.run.Decisions;
import io.flexora.config.binding.ChosenComponent;
import io.flexora.config.binding.ComponentFactory;
import io.flexora.config.binding.RecordBinder;
import io.flexora.config.option.ComponentType;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.plugin.extension.ExtensionCatalog;
import io.flexora.plugin.extension.InstalledExtension;
import io.flexora.runstore.RunListener;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the extensions that a configuration has chosen, with the services of an experiment.
 *
 * @since 0.1
 */
public final class Wiring implements ComponentFactory {

  /** Cells share what moves these alone; it is the same for every seed of the rest. */
  private static final Set<Effect> DATA = Set.of(Effect.MODEL, Effect.DATA, Effect.EVALUATION);

  private final ExtensionCatalog catalog;
  private Optional<Module> services = Optional.empty();
  private Optional<Module> dataServices = Optional.empty();

  /** Makes the wiring; its services are not known yet. */
  public Wiring(ExtensionCatalog catalog) {
    this.catalog = catalog;
  }

  /**
   * Lets extensions be made that belong to no experiment, such as runners and reports.
   *
   * @param seed the seed of their random choices
   * @param device where they compute, if they do
   */
  public void useOutsideOfExperiments(long seed, DeviceChoice device) {
    new ExtensionServices(
            catalog,
            this,
            seed,
            seed,
            device,
            1,
            new Decisions(),
            new NoticeLog(),
            new FetchedFiles())
        .use(new ListenerMonitor(RunListener.NONE, () -> false));
  }

  /**
   * Sets the services. They depend on the configuration, whose components wait for them.
   *
   * @param ofData the services of the model and the data
   */
  void use(Module experimentServices, Module ofData) {
    services = Optional.of(experimentServices);
    dataServices = Optional.of(ofData);
  }

  @Override
  public Object create(ComponentType type, Record configuration) {
    InstalledExtension found = catalog.require(type.extension().kind(), type.reference());
    return make(found, configuration, servicesOf(type.extension()));
  }

  private Module servicesOf(Extension<?> extension) {
    return (DATA.containsAll(extension.affects()) ? dataServices : services)
        .orElseThrow(() -> new IllegalStateException("no services yet"));
  }

  /**
   * Makes an extension with options that stand in no experiment.
   *
   * @throws io.flexora.config.yaml.ConfigurationException if they are not its options
   */
  public <T> T create(Class<T> point, InstalledExtension found, ConfigNode options) {
    return create(
        point,
        found,
        options,
        services.orElseThrow(() -> new IllegalStateException("no services yet")));
  }

  <T> T create(
      Class<T> point, InstalledExtension found, ConfigNode options, Module extensionServices) {
    Record configuration =
        new RecordBinder(new InstalledTypes(catalog), this)
            .bind(options, found.extension().configuration())
            .value();
    return found.create(point, configuration, extensionServices);
  }

  /** Makes an extension with the same options once more, but with another service. */
  public <T, S> T again(Component<T> component, Class<S> service, S other) {
    ChosenComponent<T> chosen = (ChosenComponent<T>) component;
    Extension<?> extension = chosen.type().extension();
    Module own =
        Modules.override(servicesOf(extension))
            .with(binder -> binder.bind(service).toInstance(other));
    InstalledExtension found = catalog.require(extension.kind(), chosen.type().reference());
    @SuppressWarnings("unchecked") // as ChosenComponent has it
    T made = (T) make(found, chosen.configuration(), own);
    return made;
  }

  private static Object make(InstalledExtension found, Record configuration, Module services) {
    Extension<?> extension = found.extension();
    return found.create(extension.point(), configuration, services);
  }
}
