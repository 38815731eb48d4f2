package io.flexora.plugin.lock;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.message.JsonProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The plugins that were installed by name into a folder, as the file beside it records them: {@code
 * plugins.lock} for the folder {@code plugins}. A jar that was put into the folder by hand is in no
 * lock. The keys of indexes and publishers are kept from their first use on, also when a plugin is
 * removed.
 *
 * @param file the lock file, whether or not it is there
 * @param plugins the plugins, by name
 * @param indexes the signed indexes that were used, by location
 * @param publishers the SHA-256 of the publisher's key, by symbolic name of a plugin
 * @since 0.1
 */
public record PluginsLock(
    Path file,
    List<LockedPlugin> plugins,
    List<LockedIndex> indexes,
    Map<String, String> publishers) {

  private static final int FORMAT = 1;
  private static final long BYTES_MAXIMUM = 4L << 20;

  /** Sorts everything, so that equal locks are equal files. */
  public PluginsLock {
    plugins = plugins.stream().sorted(Comparator.comparing(LockedPlugin::name)).toList();
    indexes = indexes.stream().sorted(Comparator.comparing(LockedIndex::location)).toList();
    publishers = Collections.unmodifiableMap(new TreeMap<>(publishers));
  }

  /** A lock without indexes and publishers. */
  public PluginsLock(Path file, List<LockedPlugin> plugins) {
    this(file, plugins, List.of(), Map.of());
  }

  private record Content(
      Integer format,
      List<LockedPlugin> plugins,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<LockedIndex> indexes,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> publishers) {

    Content {
      indexes = indexes == null ? List.of() : indexes;
      LockedPlugin.require(
          indexes.stream().allMatch(Objects::nonNull), "an index", "null", "indexes");
      publishers = publishers == null ? Map.of() : publishers;
      publishers.forEach(
          (name, key) ->
              LockedPlugin.require(
                  LockedPlugin.isDigest(key),
                  "the publisher of " + name,
                  key,
                  "64 lower-case hexadecimal digits"));
    }
  }

  /**
   * Reads the lock of a plugins' folder; one that is not there locks nothing.
   *
   * @throws FlexoraException if the file cannot be read or is damaged
   */
  public static PluginsLock of(Path pluginsFolder) {
    Path folder = pluginsFolder.toAbsolutePath().normalize();
    Path file = folder.resolveSibling(folder.getFileName() + ".lock");
    return Files.notExists(file) ? new PluginsLock(file, List.of()) : read(file);
  }

  private static PluginsLock read(Path file) {
    try {
      if (!Files.isRegularFile(file) || Files.size(file) > BYTES_MAXIMUM) {
        throw damaged(file, "it is no file of at most %,d bytes".formatted(BYTES_MAXIMUM), null);
      }
      Content content = mapper().readValue(Files.readAllBytes(file), Content.class);
      if (content == null || content.plugins() == null || content.format() == null) {
        throw damaged(file, "it has no format and plugins", null);
      }
      if (content.format() != FORMAT) {
        throw damaged(
            file,
            "its format is %s; this Flexora reads %d".formatted(content.format(), FORMAT),
            null);
      }
      requireDistinct(file, content.plugins());
      return new PluginsLock(file, content.plugins(), content.indexes(), content.publishers());
    } catch (JsonProcessingException e) {
      throw damaged(file, place(e) + reason(e), e);
    } catch (IOException e) {
      throw damaged(file, e.toString(), e);
    }
  }

  private static void requireDistinct(Path file, List<LockedPlugin> plugins) {
    Set<String> seen = new HashSet<>();
    for (LockedPlugin plugin : plugins) {
      if (plugin == null || !seen.add(plugin.name()) || !seen.add("file " + plugin.file())) {
        throw damaged(
            file, "it names %s twice".formatted(plugin == null ? "nothing" : plugin.name()), null);
      }
    }
  }

  private static String place(JsonProcessingException e) {
    return e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
  }

  private static String reason(JsonProcessingException e) {
    return e.getCause() instanceof FlexoraException own ? own.getMessage() : JsonProblem.of(e);
  }

  private static FlexoraException damaged(Path file, String why, Exception cause) {
    return new FlexoraException(
        "%s cannot be used: %s. Restore it, or delete it to lock nothing".formatted(file, why),
        cause);
  }

  private static JsonMapper mapper() {
    return JsonMapper.builder()
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .enable(SerializationFeature.INDENT_OUTPUT)
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .build();
  }

  /** The plugin of that symbolic name. */
  public Optional<LockedPlugin> named(String name) {
    return plugins.stream().filter(plugin -> plugin.name().equals(name)).findFirst();
  }

  /** The plugin whose jar has that file name. */
  public Optional<LockedPlugin> withFile(String fileName) {
    return plugins.stream().filter(plugin -> plugin.file().equals(fileName)).findFirst();
  }

  /** The same lock with a plugin in place of the one of its name. */
  public PluginsLock with(LockedPlugin plugin) {
    List<LockedPlugin> all = new ArrayList<>(without(plugin.name()).plugins());
    all.add(plugin);
    return new PluginsLock(file, all, indexes, publishers);
  }

  /** The same lock with an index in place of the one at its location. */
  public PluginsLock with(LockedIndex index) {
    List<LockedIndex> all = new ArrayList<>(indexes);
    all.removeIf(other -> other.location().equals(index.location()));
    all.add(index);
    return new PluginsLock(file, plugins, all, publishers);
  }

  /** The same lock with the publisher of a plugin. */
  public PluginsLock withPublisher(String name, SigningKey key) {
    Map<String, String> all = new HashMap<>(publishers);
    all.put(name, key.sha256());
    return new PluginsLock(file, plugins, indexes, all);
  }

  /** The same lock without a plugin. */
  public PluginsLock without(String name) {
    return new PluginsLock(
        file,
        plugins.stream().filter(plugin -> !plugin.name().equals(name)).toList(),
        indexes,
        publishers);
  }

  /**
   * Writes the file, whole or not at all.
   *
   * @throws FlexoraException if it cannot be written
   */
  public void write() {
    DurableFile.write(
        file,
        stream -> {
          stream.write(
              mapper().writeValueAsBytes(new Content(FORMAT, plugins, indexes, publishers)));
          stream.write('\n');
        });
  }
}
