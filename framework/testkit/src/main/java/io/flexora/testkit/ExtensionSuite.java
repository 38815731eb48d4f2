package io.flexora.testkit;

import io.flexora.api.plugin.ExtensionPoint;
import io.flexora.testkit.host.HostServices;
import io.flexora.testkit.host.SuiteHost;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The base of all suites: the extension under test comes out of its own bundle on a real Felix.
 *
 * @param <T> the extension point
 * @since 0.1
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ExtensionSuite<T> {

  /** The seed that extensions are made with where a check says nothing else. */
  protected static final long SEED = 17;

  private final Class<T> point;
  @TempDir private Path hostFolder;
  private SuiteHost started;

  ExtensionSuite(Class<T> point) {
    this.point = point;
  }

  /**
   * The configuration of the extension under test as YAML: its name, or a mapping such as {@code
   * {use: random, layers: 2}}.
   */
  protected abstract String configuration();

  /**
   * Bundles to install beside those on the test's class path: jars, exploded bundles, or folders of
   * these. The bundle under test and test-scope dependencies are found without being named.
   */
  protected List<Path> otherBundles() {
    return List.of();
  }

  /**
   * Makes the extension under test. Override it to check an object that is in no bundle; then no
   * host is started.
   *
   * @param seed the seed of the run
   */
  protected T extension(long seed) {
    return extension(point, configuration(), host().services(seed));
  }

  /** Makes another extension that is installed, such as the adapter of a model. */
  protected final <O> O extension(Class<O> otherPoint, String yaml, HostServices services) {
    return host().extension(otherPoint, yaml, services);
  }

  /** The host, started on the first call. */
  protected final SuiteHost host() {
    if (started == null) {
      started = SuiteHost.start(hostFolder, otherBundles());
    }
    return started;
  }

  final T extension() {
    return extension(SEED);
  }

  /** Whether the extension comes from a bundle, and not from a subclass. */
  final boolean isInstalled() {
    for (Class<?> type = getClass(); type != ExtensionSuite.class; type = type.getSuperclass()) {
      if (Stream.of(type.getDeclaredMethods())
          .anyMatch(m -> m.getName().equals("extension") && m.getParameterCount() == 1)) {
        return false;
      }
    }
    return true;
  }

  /** How messages call what is under test. */
  final String name() {
    return point.getAnnotation(ExtensionPoint.class).value() + " " + configuration();
  }

  @AfterAll
  void closeHost() {
    if (started != null) {
      started.close();
    }
  }
}
