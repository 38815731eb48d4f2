package io.flexora.experiment.setup;

import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigurationReader;
import io.flexora.runstore.RunFolder;
import java.nio.file.Path;

/**
 * The configuration of a run as it was asked for, with every option written out: {@code auto} where
 * the machine has decided, which its decisions tell.
 *
 * @since 0.1
 */
public final class RunConfiguration {

  private RunConfiguration() {}

  /**
   * Reads it.
   *
   * @param run the run's folder
   * @throws io.flexora.api.run.FlexoraException if it is not a run's folder, or was changed
   */
  public static ConfigNode read(Path run) {
    return new ConfigurationReader()
        .parse(RunFolder.askedConfiguration(run), RunFolder.configuration(run));
  }
}
