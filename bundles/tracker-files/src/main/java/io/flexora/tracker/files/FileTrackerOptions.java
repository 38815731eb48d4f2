package io.flexora.tracker.files;

import io.flexora.api.plugin.Option;
import io.flexora.api.track.Tracker;
import java.nio.file.Path;
import java.util.Optional;

/** The options of trackers that write files. */
public record FileTrackerOptions(
    @Option(
            doc =
                "Folder to write to, with a folder in it for each run or comparison, and in that one"
                    + " for each cell. Default: tracking/ in the folder of the run or the"
                    + " comparison.")
        Optional<Path> folder) {

  /** The folder of a cell. */
  Path of(Tracker.Run run) {
    return folder.map(all -> all.resolve(run.group())).orElse(run.folder()).resolve(run.name());
  }
}
