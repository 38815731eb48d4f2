package io.flexora.dataset.files;

import io.flexora.api.data.Split;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.IncompatibleOptionException;
import io.flexora.api.run.Notices;
import io.flexora.api.source.Sources;
import io.flexora.dataset.files.read.DataFile;
import io.flexora.dataset.files.read.Format;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the files of each split. */
final class SplitFiles {
  private final FilesOptions options;
  private final Sources sources;
  private final Set<Split> needed;
  private final Notices notices;
  private Map<Split, List<DataFile>> source;

  /**
   * Begins with what is written.
   *
   * @param needed the splits whose files have to be there if they are written
   */
  SplitFiles(FilesOptions options, Sources sources, Set<Split> needed, Notices notices) {
    this.options = options;
    this.sources = sources;
    this.needed = needed;
    this.notices = notices;
  }

  /** What an option says of a split. */
  Optional<String> written(Split split) {
    return switch (split) {
      case TRAIN -> options.train();
      case VALIDATION -> options.validation();
      case TEST -> options.test();
    };
  }

  /** How many rows of the training split go to a split. Empty if it has files of its own. */
  Optional<HeldOut> heldOut(Split split) {
    return split == Split.TRAIN
        ? Optional.empty()
        : written(split).flatMap(value -> HeldOut.parse(name(split), value));
  }

  /** The option that names the rows of a split. */
  String option(Split split) {
    if (heldOut(split).isPresent()) {
      return option(Split.TRAIN);
    }
    return written(split).isPresent() ? name(split) : "source";
  }

  /**
   * Brings the files of every split; none for those that are taken from the training split. There
   * may be none for training, as where a model is only scored.
   *
   * @throws IOException if one cannot be brought
   * @throws FlexoraException if there are none at all, or one is in two splits
   */
  Map<Split, List<DataFile>> find() throws IOException {
    if (options.source().isEmpty() && options.train().isEmpty() && !hasHeldOutFiles()) {
      throw new IncompatibleOptionException(
          "source",
          "dataset files: neither source nor train is given; write train: file:PATH, or source:"
              + " with a folder that has files called train and validation");
    }
    Map<Split, List<DataFile>> files = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      files.put(split, files(split));
    }
    refuseTwice(files);
    return distinct(files);
  }

  private boolean hasHeldOutFiles() {
    return Stream.of(Split.VALIDATION, Split.TEST)
        .anyMatch(split -> written(split).isPresent() && heldOut(split).isEmpty());
  }

  private List<DataFile> files(Split split) throws IOException {
    Optional<String> written = written(split);
    if (heldOut(split).isPresent()) {
      return List.of();
    }
    if (written.isEmpty()) {
      return options.source().isEmpty() ? List.of() : inSource(split, split);
    }
    return DataLocation.hasScheme(written.get())
        ? location(name(split), written.get())
        : inSource(split, written.get());
  }

  private List<DataFile> inSource(Split split, String written) throws IOException {
    String key = name(split);
    if (options.source().isEmpty()) {
      throw new IncompatibleOptionException(
          key,
          "dataset files: %1$s: '%2$s' does not say where it is; write file:%2$s%3$s"
              .formatted(
                  key,
                  written,
                  split == Split.TRAIN ? "" : ", or a number or share of the training rows"));
    }
    Optional<Split> named = SplitNames.ofWord(written);
    if (named.isEmpty()) {
      return location(key, DataLocation.below(options.source().get(), written));
    }
    List<DataFile> files = inSource(split, named.get());
    if (files.isEmpty()) {
      String none =
          "dataset files: %s: %s has no files of the split '%s'; it has %s"
              .formatted(key, options.source().get(), written, NamedSplits.listed(source()));
      if (needed.contains(split)) {
        throw new IncompatibleOptionException(key, none);
      }
      notices.add(none);
    }
    return files;
  }

  /** The files for a split that {@code source} has under its name or that of another one. */
  private List<DataFile> inSource(Split split, Split named) throws IOException {
    List<DataFile> files = source().getOrDefault(named, List.of());
    List<String> stems = files.stream().map(f -> SplitNames.stem(f.name())).distinct().toList();
    if (stems.size() > 1) {
      notices.add(
          "dataset files: %s are read together for split %s; to read one alone, write %s: %s**"
              .formatted(listed(stems), name(split), name(split), stems.get(0)));
    }
    return files;
  }

  private List<DataFile> location(String option, String location) throws IOException {
    return IncompatibleOptionException.reading(
        option, new DataLocation(location, sources, options.format())::files);
  }

  /** The files of {@code source} by split. */
  private Map<Split, List<DataFile>> source() throws IOException {
    if (source == null) {
      String written = options.source().orElseThrow();
      source = new NamedSplits(written, notices).of(location("source", written));
    }
    return source;
  }

  private void refuseTwice(Map<Split, List<DataFile>> files) throws IOException {
    Map<Path, Split> seen = new HashMap<>();
    for (Split split : Split.values()) {
      refusePackedCopies(split, files.get(split));
      for (DataFile file : files.get(split)) {
        Split other = seen.put(file.path().toRealPath(), split);
        if (other != null && other != split) {
          throw new IncompatibleOptionException(
              "validation",
              "dataset files: %s is read for %s and for %s, and no row may be in two splits; say"
                      .formatted(file.name(), name(other), name(split))
                  + " where each takes its rows from, such as validation: 0.1 for a tenth of the"
                  + " training rows");
        }
      }
    }
  }

  private void refusePackedCopies(Split split, List<DataFile> files) {
    Map<String, String> seen = new HashMap<>();
    for (DataFile file : files) {
      String other = seen.put(Format.unpacked(file.name()), file.name());
      if (other != null) {
        throw new IncompatibleOptionException(
            option(split),
            "dataset files: %s and %s, both read for %s, have the same rows; remove one, or name what"
                    .formatted(other, file.name(), name(split))
                + " is to be read by a glob, such as FOLDER/*.csv");
      }
    }
  }

  /** Gives files of the same name in two splits the split in front of it. */
  private static Map<Split, List<DataFile>> distinct(Map<Split, List<DataFile>> files) {
    Map<String, Long> counts =
        files.values().stream()
            .flatMap(List::stream)
            .collect(Collectors.groupingBy(DataFile::name, Collectors.counting()));
    Map<Split, List<DataFile>> distinct = new EnumMap<>(Split.class);
    files.forEach(
        (split, of) ->
            distinct.put(
                split,
                of.stream()
                    .map(f -> counts.get(f.name()) == 1 ? f : f.named(name(split) + "/" + f.name()))
                    .toList()));
    return distinct;
  }

  /** How a split is called in options and messages. */
  static String name(Split split) {
    return split.name().toLowerCase(Locale.ROOT);
  }

  /** The names of files, for messages. */
  static String names(List<DataFile> files) {
    return listed(files.stream().map(DataFile::name).toList());
  }

  private static String listed(List<String> names) {
    return names.stream().limit(3).collect(Collectors.joining(", "))
        + (names.size() > 3 ? ", ..." : "");
  }
}
