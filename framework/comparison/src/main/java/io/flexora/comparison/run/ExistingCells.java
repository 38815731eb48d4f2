package io.flexora.comparison.run;

import io.flexora.api.run.FlexoraException;
import io.flexora.comparison.cell.AddedPosteriors;
import io.flexora.comparison.cell.CellId;
import io.flexora.comparison.cell.CellRecord;
import io.flexora.comparison.cell.ConfigurationDifference;
import io.flexora.comparison.cell.PlannedCell;
import io.flexora.config.yaml.ConfigurationReader;
import io.flexora.experiment.FurtherPosteriors;
import io.flexora.experiment.cell.CellSources;
import io.flexora.experiment.cell.ChangedCode;
import io.flexora.experiment.setup.RunConfiguration;
import io.flexora.files.durable.FileHash;
import io.flexora.runstore.ComparisonFolder;
import io.flexora.runstore.RunFolder;
import io.flexora.runstore.RunListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The cells that a comparison's folder holds from before. */
public final class ExistingCells {

  private final Path folder;
  private final Function<String, Optional<FileHash>> files;
  private final ConfigurationReader reader = new ConfigurationReader();

  /**
   * Looks at them.
   *
   * @param folder the comparison's folder
   * @param files the hash of the file behind a location, as it is now; empty for one that is not to
   *     be compared
   */
  public ExistingCells(Path folder, Function<String, Optional<FileHash>> files) {
    this.folder = folder;
    this.files = files;
  }

  /** Brings back what attempts on other machines have done whose command was killed. */
  public void giveBackAttempts() {
    ComparisonFolder.cells(folder).forEach(ComparisonAttempts::giveBack);
  }

  /**
   * Compares the configuration of each cell that was begun with the one that it is to have, which
   * may have further posteriors, and other options that move none of its numbers.
   *
   * @return the further posteriors of each cell that is to have some
   * @throws FlexoraException if one differs otherwise, where the message names the first option
   *     that does; or if a training did not keep what a further posterior is made of
   */
  public Map<CellId, FurtherPosteriors> requireSame(List<PlannedCell> cells) {
    Map<CellId, FurtherPosteriors> further = new LinkedHashMap<>();
    for (PlannedCell cell : cells) {
      Path path = ComparisonFolder.cell(folder, cell.id().id());
      if (RunFolder.isBegun(path)) {
        AddedPosteriors added = added(cell, path);
        added.difference().ifPresent(found -> refuse(cell, found));
        if (!added.names().isEmpty()) {
          FurtherPosteriors posteriors = cell.experiment().further(path, added.names());
          posteriors.missing().ifPresent(why -> refuse(cell, why));
          further.put(cell.id(), posteriors);
        }
      }
    }
    return further;
  }

  /**
   * Finds the cells that were made by other code than the one that is installed or from other files
   * than there are now, and refuses them or lets them begin again.
   *
   * @throws FlexoraException if there are some and they are to be refused; the message names the
   *     jar or the location
   */
  public void settle(List<PlannedCell> cells, ChangedCode changed, RunListener listener) {
    for (ChangedCell cell : changed(cells, changed)) {
      listener.notice(cell.id().id(), "", cell.difference() + ". The cell is made again.");
      try (RunFolder run = RunFolder.open(ComparisonFolder.cell(folder, cell.id().id()))) {
        run.restart(cell.main(), cell.difference());
      }
    }
  }

  /**
   * Finds the cells that {@link #settle} would let begin again.
   *
   * @throws FlexoraException as {@link #settle}
   */
  public Set<CellId> madeAgain(List<PlannedCell> cells, ChangedCode changed) {
    return changed(cells, changed).stream().map(ChangedCell::id).collect(Collectors.toSet());
  }

  private List<ChangedCell> changed(List<PlannedCell> cells, ChangedCode changed) {
    List<ChangedCell> found = new ArrayList<>();
    for (PlannedCell cell : cells) {
      Path path = ComparisonFolder.cell(folder, cell.id().id());
      if (RunFolder.isBegun(path)) {
        Map<String, String> code = cell.experiment().codeOf(path).differences();
        code.forEach(
            (main, difference) -> found.add(new ChangedCell(cell.id(), main, true, difference)));
        Map<String, String> sources = new CellSources(path, files).differences();
        sources.keySet().removeAll(code.keySet());
        sources.forEach(
            (main, difference) -> found.add(new ChangedCell(cell.id(), main, false, difference)));
      }
    }
    if (changed == ChangedCode.REFUSE && !found.isEmpty()) {
      throw refusal(found.get(0));
    }
    return found;
  }

  /**
   * Whether the folder of a cell is that of another configuration, such as one that a tuner no
   * longer proposes or chooses; it is then removed.
   *
   * @param notice hears why, before it is
   * @throws FlexoraException if a process works in it
   */
  boolean isOther(PlannedCell cell, Consumer<String> notice) {
    Path path = ComparisonFolder.cell(folder, cell.id().id());
    if (!RunFolder.isBegun(path)) {
      return false;
    }
    Optional<ConfigurationDifference> found = added(cell, path).difference();
    found.ifPresent(
        other -> {
          if (!RunFolder.isFree(path)) {
            throw new FlexoraException(
                "cell %s is to be made again, but another process works on it; try again later"
                    .formatted(cell.id().id()));
          }
          notice.accept(
              "The tuning now asks for %s %s in place of %s. The cell is %s again."
                  .formatted(
                      other.key(),
                      other.other(),
                      other.one(),
                      isTested(cell, path) ? "trained and tested" : "made"));
          ComparisonFolder.removeCell(folder, cell.id().id());
        });
    return found.isPresent();
  }

  private static boolean isTested(PlannedCell cell, Path path) {
    return cell.id().trial().isEmpty() && CellRecord.isTested(path);
  }

  private FlexoraException refusal(ChangedCell cell) {
    String otherwise =
        cell.byCode()
            ? "or keep them and give strategy '%s' of the code that is installed now another name in the comparison's file"
                .formatted(cell.id().strategy())
            : "put the file back, or run the comparison in a new folder";
    return new FlexoraException(
        ("cell %s of %s %s: %s. Numbers of both cannot be compared; repeat the command"
                + " with --redo-changed to make such cells again, %s")
            .formatted(
                cell.id().id(),
                folder,
                cell.byCode() ? "was made by other code" : "was made from other files",
                cell.difference(),
                otherwise));
  }

  private AddedPosteriors added(PlannedCell cell, Path path) {
    return AddedPosteriors.between(
        cell.experiment().moving(RunConfiguration.read(path)),
        cell.experiment().moving(reader.parse(cell.experiment().resolved(), cell.id().id())));
  }

  private void refuse(PlannedCell cell, String why) {
    throw new FlexoraException(
        ("cell %s of %s is trained already, and %s. Run the comparison in a new folder, or leave the"
                + " posterior out")
            .formatted(cell.id().id(), folder, why));
  }

  private void refuse(PlannedCell cell, ConfigurationDifference found) {
    throw new FlexoraException(
        ("cell %s of %s was made from another configuration: %s is %s there, and %s now. Numbers of"
                + " both cannot be compared; run the comparison in a new folder, or take the change"
                + " back")
            .formatted(cell.id().id(), folder, found.key(), found.one(), found.other()));
  }

  private record ChangedCell(CellId id, String main, boolean byCode, String difference) {}
}
