package io.flexora.experiment.setup;

import ai.djl.Device;
import com.google.inject.AbstractModule;
import com.google.inject.Provider;
import io.flexora.api.run.Decisions;
import io.flexora.api.run.Notices;
import io.flexora.api.run.Seeds;
import io.flexora.api.source.Sources;
import io.flexora.numerics.torch.TorchEngine;
import java.util.List;
import java.util.Locale;

/**
 * The services that an experiment gives to its extensions. The engine starts when a device is asked
 * for.
 */
public final class ExperimentServices extends AbstractModule {

  private final Seeds seeds;
  private final Provider<Device> device;
  private final Sources sources;
  private final Decisions decisions;
  private final Notices notices;

  ExperimentServices(
      Seeds seeds, Provider<Device> device, Sources sources, Decisions decisions, Notices notices) {
    this.seeds = seeds;
    this.device = device;
    this.sources = sources;
    this.decisions = decisions;
    this.notices = notices;
  }

  @Override
  protected void configure() {
    bind(Seeds.class).toInstance(seeds);
    bind(Sources.class).toInstance(sources);
    bind(Decisions.class).toInstance(decisions);
    bind(Notices.class).toInstance(notices);
    bind(Device.class).toProvider(device);
  }

  /**
   * Finds the devices that share the batches, the first of them the one of {@link
   * #choose(DeviceChoice)}.
   *
   * @throws io.flexora.api.run.FlexoraException if there are not as many
   */
  public static List<Device> choose(DeviceChoice choice, int count) {
    return TorchEngine.start().devices(choice.name().toLowerCase(Locale.ROOT), count);
  }

  /**
   * Finds the device that a choice means.
   *
   * @throws io.flexora.api.run.FlexoraException if a GPU is asked for and there is none
   */
  public static Device choose(DeviceChoice choice) {
    return TorchEngine.start().device(choice.name().toLowerCase(Locale.ROOT));
  }
}
