package io.flexora.experiment.setup;

import ai.djl.Device;
import com.google.inject.Module;
import com.google.inject.Provider;
import io.flexora.api.model.ModelBackend;
import io.flexora.api.plugin.Component;
import io.flexora.api.run.Decisions;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Seeds;
import io.flexora.api.source.Source;
import io.flexora.api.source.Sources;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigurationReader;
import io.flexora.plugin.extension.ExtensionCatalog;
import io.flexora.plugin.extension.InstalledExtension;
import java.util.List;

/**
 * The services with which the extensions of an experiment are made.
 *
 * @param catalog the extensions
 * @param wiring makes those that are chosen
 * @param seed the seed of all random choices but those of the data
 * @param dataSeed the seed of the data
 * @param device where to compute
 * @param devices how many of them share the batches
 * @param decisions what the options mean that the configuration leaves to the machine
 * @param notices what they tell the user
 * @param files what they fetch
 */
public record ExtensionServices(
    ExtensionCatalog catalog,
    Wiring wiring,
    long seed,
    long dataSeed,
    DeviceChoice device,
    int devices,
    Decisions decisions,
    NoticeLog notices,
    FetchedFiles files)
    implements ModelDevices {

  @Override
  public List<Device> all() {
    return ExperimentServices.choose(device, devices);
  }

  @Override
  public ModelBackend on(Component<ModelBackend> backend, Device other) {
    return wiring.again(backend, Device.class, other);
  }

  /**
   * Lets the extensions have their services.
   *
   * @param monitor hears of downloads
   */
  public void use(Monitor monitor) {
    use(monitor, () -> ExperimentServices.choose(device));
  }

  /** As the other, on a device that may be described only. */
  public void use(Monitor monitor, Provider<Device> on) {
    Sources sources =
        new FetchedSources(
            catalog, (found, all) -> source(found, services(seed, on, all)), monitor, files);
    wiring.use(services(seed, on, sources), services(dataSeed, on, sources));
  }

  private Module services(long seed, Provider<Device> device, Sources sources) {
    return new ExperimentServices(new Seeds(seed), device, sources, decisions, notices);
  }

  /** Makes a source with its default options. */
  private Source source(InstalledExtension found, Module services) {
    ConfigNode nothing = new ConfigurationReader().parse("{}", found.extension().name());
    return wiring.create(Source.class, found, nothing, services);
  }
}
