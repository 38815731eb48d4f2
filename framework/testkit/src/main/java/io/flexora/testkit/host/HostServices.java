package io.flexora.testkit.host;

import ai.djl.Device;
import com.google.inject.AbstractModule;
import com.google.inject.Module;
import io.flexora.api.run.Decisions;
import io.flexora.api.run.Notices;
import io.flexora.api.run.Seeds;
import io.flexora.api.source.Sources;
import io.flexora.numerics.torch.TorchEngine;

/**
 * The services of a host for an extension.
 *
 * @param seeds the random streams
 * @param sources the installed sources behind one door
 * @since 0.1
 */
public record HostServices(Seeds seeds, Sources sources) {

  /** The device to compute on. */
  public Device device() {
    return Device.cpu();
  }

  Module module() {
    return new AbstractModule() {
      @Override
      protected void configure() {
        bind(Seeds.class).toInstance(seeds);
        bind(Sources.class).toInstance(sources);
        bind(Decisions.class).toInstance(new Decisions());
        bind(Notices.class).toInstance(sentence -> {});
        bind(Device.class).toProvider(() -> TorchEngine.start().device("cpu"));
      }
    };
  }
}
