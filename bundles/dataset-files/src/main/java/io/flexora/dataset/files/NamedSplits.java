package io.flexora.dataset.files;

import io.flexora.api.data.Split;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.run.Notices;
import io.flexora.dataset.files.read.DataFile;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The files of a folder by split, told by their names. */
final class NamedSplits {
  private final String source;
  private final Notices notices;

  /**
   * Makes the rule for a folder.
   *
   * @param source its location, for messages
   * @param notices where a person is told what is not read
   */
  NamedSplits(String source, Notices notices) {
    this.source = source;
    this.notices = notices;
  }

  /**
   * Tells the files apart; without a name that tells, all of them are for training.
   *
   * @throws FlexoraException if a split has files of several formats
   */
  Map<Split, List<DataFile>> of(List<DataFile> all) {
    Map<Split, List<DataFile>> files = new EnumMap<>(Split.class);
    List<DataFile> others = new ArrayList<>();
    for (DataFile file : all) {
      SplitNames.ofPath(file.name())
          .map(s -> files.computeIfAbsent(s, k -> new ArrayList<>()))
          .orElse(others)
          .add(file);
    }
    if (files.isEmpty()) {
      files.put(Split.TRAIN, others);
    } else if (!others.isEmpty()) {
      notices.add(
          "dataset files: the names of %s are of no split; they are not read"
              .formatted(SplitFiles.names(others)));
    }
    files.forEach(this::refuseMixed);
    return files;
  }

  /** The same rows in two formats would be there twice. */
  private void refuseMixed(Split split, List<DataFile> files) {
    Set<String> formats =
        files.stream()
            .map(f -> f.format().name().toLowerCase(Locale.ROOT))
            .collect(Collectors.toCollection(TreeSet::new));
    if (formats.size() > 1) {
      throw new IncompatibleOptionException(
          "source",
          "dataset files: %s has files of the split '%s' in %s (%s); name those of one format, such"
                  .formatted(
                      source,
                      SplitFiles.name(split),
                      String.join(" and ", formats),
                      SplitFiles.names(files))
              + " as source: FOLDER/**.jsonl");
    }
  }

  /** The splits and their files, for messages. */
  static String listed(Map<Split, List<DataFile>> splits) {
    return splits.entrySet().stream()
        .map(e -> "%s (%s)".formatted(SplitFiles.name(e.getKey()), SplitFiles.names(e.getValue())))
        .collect(Collectors.joining(", "));
  }
}
