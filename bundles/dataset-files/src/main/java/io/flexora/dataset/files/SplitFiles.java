package io.flexora.dataset.files;

import io.flexora.api.data.Split;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.source.Sources;
import io.flexora.dataset.files.read.DataFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the files of each split. */
final class SplitFiles {
  private final FilesOptions options;
  private final Sources sources;
  private final Consumer<String> notices;
  private Map<Split, List<DataFile>> source;

  SplitFiles(FilesOptions options, Sources sources, Consumer<String> notices) {
    this.options = options;
    this.sources = sources;
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
    return split == Split.TRAIN ? Optional.empty() : written(split).flatMap(HeldOut::parse);
  }

  /**
   * Brings the files of every split; none for those that are taken from the training split.
   *
   * @throws IOException if one cannot be brought
   * @throws FlexoraException if there are none for training, or one is in two splits
   */
  Map<Split, List<DataFile>> find() throws IOException {
    if (options.source().isEmpty() && options.train().isEmpty()) {
      throw new FlexoraException(
          "dataset files: neither source nor train is given; write train: file:PATH, or source: with"
              + " a folder that has files called train and validation");
    }
    Map<Split, List<DataFile>> files = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      files.put(split, files(split));
    }
    refuseTwice(files);
    return distinct(files);
  }

  private List<DataFile> files(Split split) throws IOException {
    Optional<String> written = written(split);
    if (heldOut(split).isPresent()) {
      return List.of();
    }
    if (written.isEmpty()) {
      return options.source().isEmpty() ? List.of() : source().getOrDefault(split, List.of());
    }
    return Location.hasScheme(written.get())
        ? location(written.get())
        : inSource(split, written.get());
  }

  private List<DataFile> inSource(Split split, String written) throws IOException {
    String key = name(split);
    if (options.source().isEmpty()) {
      throw new FlexoraException(
          "dataset files: %1$s: '%2$s' does not say where it is; write file:%2$s%3$s"
              .formatted(
                  key,
                  written,
                  split == Split.TRAIN ? "" : ", or a number or share of the training rows"));
    }
    Optional<Split> named = SplitNames.ofWord(written);
    if (named.isEmpty()) {
      return location(Location.below(options.source().get(), written));
    }
    List<DataFile> files = source().getOrDefault(named.get(), List.of());
    if (files.isEmpty()) {
      throw new FlexoraException(
          "dataset files: %s: %s has no files of the split '%s'; it has %s"
              .formatted(key, options.source().get(), written, sizes()));
    }
    return files;
  }

  private String sizes() throws IOException {
    return source().entrySet().stream()
        .map(e -> "%s (%s)".formatted(name(e.getKey()), names(e.getValue())))
        .collect(Collectors.joining(", "));
  }

  private List<DataFile> location(String location) throws IOException {
    return new Location(location, sources, options.format()).files();
  }

  /** The files of {@code source} by split. */
  private Map<Split, List<DataFile>> source() throws IOException {
    if (source == null) {
      source = bySplit(location(options.source().orElseThrow()));
    }
    return source;
  }

  private Map<Split, List<DataFile>> bySplit(List<DataFile> all) {
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
      notices.accept(
          "dataset files: the names of %s are of no split; they are not read"
              .formatted(names(others)));
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
      throw new FlexoraException(
          "dataset files: %s has files of the split '%s' in %s (%s); name those of one format, such"
                  .formatted(
                      options.source().orElseThrow(),
                      name(split),
                      String.join(" and ", formats),
                      names(files))
              + " as source: FOLDER/**.jsonl");
    }
  }

  private static void refuseTwice(Map<Split, List<DataFile>> files) throws IOException {
    Map<Path, Split> seen = new HashMap<>();
    for (Split split : Split.values()) {
      for (DataFile file : files.get(split)) {
        Split other = seen.put(file.path().toRealPath(), split);
        if (other != null && other != split) {
          throw new FlexoraException(
              "dataset files: %s is read for %s and for %s, and no row may be in two splits; say"
                      .formatted(file.name(), name(other), name(split))
                  + " where each takes its rows from, such as validation: 0.1 for a tenth of the"
                  + " training rows");
        }
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
    Stream<String> first = files.stream().limit(3).map(DataFile::name);
    return first.collect(Collectors.joining(", ")) + (files.size() > 3 ? ", ..." : "");
  }
}
