package io.flexora.dataset.files;

import io.flexora.api.data.Row;
import io.flexora.api.data.Split;
import io.flexora.api.run.Seeds;
import io.flexora.api.source.Sources;
import io.flexora.testkit.host.Extensions;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Loads what a folder holds, with options as they are written in YAML. */
final class Loading {
  private final Path folder;
  private final List<String> notices = new ArrayList<>();
  private final List<String> fetched = new ArrayList<>();
  private final Sources sources =
      new Sources() {
        @Override
        public Path fetch(String location) throws IOException {
          fetched.add(location);
          return existing(location);
        }

        @Override
        public Path fetchMatching(String base, String glob) throws IOException {
          fetched.add(base + "/" + glob);
          return existing(base);
        }
      };

  Loading(Path folder) {
    this.folder = folder;
  }

  /** The path of a file or folder in the folder. */
  Path path(String name) {
    return folder.resolve(name);
  }

  /** Writes a file, with its folders. */
  void write(String name, String text) {
    try {
      Files.createDirectories(path(name).getParent());
      Files.writeString(path(name), text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** What the user was told. */
  List<String> notices() {
    return notices;
  }

  /** The locations that were brought. */
  List<String> fetched() {
    return fetched;
  }

  Map<Split, List<Row>> load(String yaml) throws IOException {
    return load(yaml, 1);
  }

  Map<Split, List<Row>> load(String yaml, long seed) throws IOException {
    return new FilesDataset(options(yaml), new Seeds(seed), sources, notices::add).load();
  }

  /** What somebody has who scores a split. */
  Map<Split, List<Row>> load(String yaml, Split scored) throws IOException {
    return new FilesDataset(options(yaml), new Seeds(1), sources, notices::add).load(scored);
  }

  List<Row> train(String yaml) throws IOException {
    return load(yaml).get(Split.TRAIN);
  }

  /** The only row. */
  Map<String, Object> row(String yaml) throws IOException {
    List<Row> rows = train(yaml);
    if (rows.size() != 1) {
      throw new AssertionError(rows);
    }
    return rows.get(0).fields();
  }

  private Path existing(String location) throws IOException {
    Path path = folder.resolve(location.substring("file:".length())).normalize();
    if (!Files.exists(path)) {
      throw new FileNotFoundException("there is no file " + path);
    }
    return path;
  }

  static FilesOptions options(String yaml) {
    return Extensions.options(FilesOptions.class, yaml);
  }
}
