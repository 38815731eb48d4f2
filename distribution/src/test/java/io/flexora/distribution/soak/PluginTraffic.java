package io.flexora.distribution.soak;

import io.flexora.distribution.soak.Counts.What;
import io.flexora.distribution.tiny.CompiledPlugin;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Plugins that come to a folder, change there, and go: whole, broken, and half copied. */
final class PluginTraffic {

  private static final String MODULE =
      """
      package %s;
      import io.flexora.api.plugin.*;
      import io.flexora.api.selection.*;
      public final class M extends FlexoraModule {
        @Override protected void configure() {
          %s
          extension(Selector.class, "%1$s", NoOptions.class, S.class);
        }
      }
      """;
  private static final String SELECTOR =
      """
      package %s;
      import io.flexora.api.run.Compatibility;
      import io.flexora.api.selection.*;
      import java.util.List;
      public final class S implements Selector {
        @Override public void checkCompatibility(SelectionBounds bounds, Compatibility found) {}
        @Override public Selection select(SelectionContext context) {
          return Selection.of(List.of(%d));
        }
      }
      """;
  private static final int LONGEST_REST_MS = 2000;
  private static final int HALF_COPIED_MS = 700;

  private final Path folder;
  private final Counts counts;
  private final SplittableRandom random;
  private final byte[] whole;
  private final byte[] changed;
  private final byte[] failing;

  /**
   * Compiles the plugins.
   *
   * @param folder the plugins' folder
   * @param sources an empty folder
   */
  PluginTraffic(Path folder, Path sources, Counts counts, SplittableRandom random)
      throws IOException {
    this.folder = folder;
    this.counts = counts;
    this.random = random;
    this.whole = jar(sources.resolve("whole"), "bystander", "", 0);
    this.changed = jar(sources.resolve("changed"), "bystander", "", 1);
    String fails = "if (true) throw new IllegalStateException(\"not today\");";
    this.failing = jar(sources.resolve("failing"), "failing", fails, 0);
  }

  private static byte[] jar(Path sources, String name, String configure, int layer)
      throws IOException {
    Files.createDirectories(sources);
    Path jar = sources.resolve("plugin.jar");
    new CompiledPlugin(name, sources)
        .source("M", MODULE.formatted(name, configure))
        .source("S", SELECTOR.formatted(name, layer))
        .packTo(jar);
    return Files.readAllBytes(jar);
  }

  /** Goes on until it is over, and leaves the folder as it was. */
  void run(BooleanSupplier over) throws IOException, InterruptedException {
    try {
      while (!over.getAsBoolean()) {
        change();
        counts.add(What.PLUGIN_CHANGES);
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_REST_MS));
      }
    } finally {
      for (String name : List.of("bystander", "broken", "failing")) {
        Files.deleteIfExists(file(name));
      }
    }
  }

  private void change() throws IOException, InterruptedException {
    switch (random.nextInt(8)) {
      case 0, 1 -> move("bystander", random.nextBoolean() ? whole : changed);
      case 2 -> copySlowly("bystander", random.nextBoolean() ? whole : changed);
      case 3 -> Files.deleteIfExists(file("bystander"));
      case 4 -> move("broken", Arrays.copyOf(whole, random.nextInt(whole.length)));
      case 5 -> Files.deleteIfExists(file("broken"));
      case 6 -> move("failing", failing);
      default -> Files.deleteIfExists(file("failing"));
    }
  }

  private Path file(String name) {
    return folder.resolve(name + ".jar");
  }

  private void move(String name, byte[] jar) throws IOException {
    Path hidden = Files.write(folder.resolve("." + name), jar);
    Files.move(hidden, file(name), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Overwrites it in place, as a browser or an editor may do. */
  private void copySlowly(String name, byte[] jar) throws IOException, InterruptedException {
    try (OutputStream out =
        Files.newOutputStream(
            file(name), StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING)) {
      int half = jar.length / 2;
      out.write(jar, 0, half);
      TimeUnit.MILLISECONDS.sleep(HALF_COPIED_MS);
      out.write(jar, half, jar.length - half);
    }
  }
}
