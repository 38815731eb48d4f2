package io.flexora.comparison.process;

import io.flexora.api.run.FlexoraException;
import io.flexora.config.ConfigNode;
import io.flexora.files.durable.FileHash;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The files of this machine that configurations name: values that are the path of a file or a
 * folder that is there, with or without a scheme in front. Each file is read once.
 *
 * @since 0.1
 */
public final class LocalFiles {

  /** Larger ones are known by their size: to read the weights of a model takes minutes. */
  private static final long MOST_BYTES = 64L << 20;

  private static final int MOST_FILES = 1000;

  private final Map<Path, FileHash> known = new ConcurrentHashMap<>();

  /** Begins with none. */
  public LocalFiles() {}

  /** Size and hash of each file, by its absolute path. */
  public Map<String, FileHash> of(ConfigNode configuration) {
    Map<String, FileHash> files = new TreeMap<>();
    collect(configuration, files);
    return files;
  }

  private void collect(ConfigNode node, Map<String, FileHash> files) {
    if (node instanceof ConfigNode.Mapping mapping) {
      mapping.entries().forEach(entry -> collect(entry.value(), files));
    } else if (node instanceof ConfigNode.Sequence sequence) {
      sequence.elements().forEach(element -> collect(element, files));
    } else if (node instanceof ConfigNode.Scalar scalar) {
      path(scalar.text()).ifPresent(path -> add(path, files));
    }
  }

  private static Optional<Path> path(String value) {
    String place = value.replaceFirst("^[a-z][a-z0-9+-]*:", "");
    if (!place.contains("/") && place.equals(value)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Path.of(place).toAbsolutePath().normalize()).filter(Files::exists);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private void add(Path path, Map<String, FileHash> files) {
    for (Path file : files(path)) {
      files.put(file.toString(), known.computeIfAbsent(file, LocalFiles::hash));
    }
  }

  private static List<Path> files(Path path) {
    if (Files.isRegularFile(path)) {
      return List.of(path);
    }
    try (Stream<Path> entries = Files.list(path)) {
      return entries.filter(Files::isRegularFile).sorted().limit(MOST_FILES).toList();
    } catch (IOException e) {
      throw cannotRead(path, e);
    }
  }

  private static FileHash hash(Path file) {
    try {
      long bytes = Files.size(file);
      return bytes > MOST_BYTES ? new FileHash(bytes, "") : FileHash.of(file);
    } catch (IOException e) {
      throw cannotRead(file, e);
    }
  }

  private static FlexoraException cannotRead(Path path, IOException e) {
    return new FlexoraException("cannot read " + path + ": " + e.getMessage(), e);
  }
}
