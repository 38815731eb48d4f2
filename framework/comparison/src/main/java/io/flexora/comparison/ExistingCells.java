package io.flexora.comparison;

import io.flexora.api.run.FlexoraException;
import io.flexora.config.ConfigurationReader;
import io.flexora.runstore.ComparisonFolder;
import io.flexora.runstore.RunFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The cells that a comparison's folder holds from before. */
final class ExistingCells {

  private final Path folder;
  private final ConfigurationReader reader = new ConfigurationReader();

  ExistingCells(Path folder) {
    this.folder = folder;
  }

  /**
   * Compares the configuration of each cell that was begun with the one that it is to have.
   *
   * @throws FlexoraException if one differs; the message names the first option that does
   */
  void requireSame(List<PlannedCell> cells) {
    for (PlannedCell cell : cells) {
      Path path = ComparisonFolder.cell(folder, cell.id().id());
      if (RunFolder.isBegun(path)) {
        difference(cell, path).ifPresent(found -> refuse(cell, found));
      }
    }
  }

  private Optional<ConfigurationDifference> difference(PlannedCell cell, Path path) {
    return ConfigurationDifference.between(
        reader.read(RunFolder.configuration(path)),
        reader.parse(cell.experiment().resolved(), cell.id().id()));
  }

  private void refuse(PlannedCell cell, ConfigurationDifference found) {
    throw new FlexoraException(
        ("cell %s of %s was made from another configuration: %s is %s there, and %s now. Numbers of"
                + " both cannot be compared; run the comparison in a new folder, or take the change"
                + " back")
            .formatted(cell.id().id(), folder, found.key(), found.one(), found.other()));
  }
}
