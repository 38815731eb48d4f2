package io.flexora.testkit.host;

import com.google.inject.Module;
import io.flexora.api.plugin.ExtensionPoint;
import io.flexora.api.plugin.FlexoraModule;
import io.flexora.api.run.Event;
import io.flexora.api.run.FlexoraException;
import io.flexora.api.run.Monitor;
import io.flexora.api.run.Progress;
import io.flexora.api.run.Seeds;
import io.flexora.api.source.Source;
import io.flexora.api.source.Sources;
import io.flexora.config.binding.RecordBinder;
import io.flexora.config.option.ComponentType;
import io.flexora.config.yaml.ConfigurationReader;
import io.flexora.experiment.setup.InstalledTypes;
import io.flexora.host.FlexoraHost;
import io.flexora.plugin.extension.InstalledExtension;
import io.flexora.plugin.status.PluginStatus;
import io.flexora.plugin.status.PluginStatus.PluginState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A real Felix with the bundle under test and its neighbours.
 *
 * @since 0.1
 */
public final class SuiteHost implements AutoCloseable {

  private final FlexoraHost host;

  private SuiteHost(FlexoraHost host) {
    this.host = host;
  }

  /**
   * Starts a host with every plugin on the class path, which are the module's own classes and its
   * test-scope dependencies, and with others.
   *
   * @param cache an empty folder for the host
   * @param others jars, exploded bundles, or folders of these
   * @throws IllegalStateException if a bundle does not start or, on the class path, names no
   *     module; the message says why
   */
  public static SuiteHost start(Path cache, List<Path> others) {
    ClassLoader classPath = SuiteHost.class.getClassLoader();
    requireModules(ClassPathBundles.withoutModule(classPath));
    FlexoraHost.Builder builder = FlexoraHost.builder().cache(cache);
    ClassPathBundles.find(classPath).forEach(builder::bundles);
    others.forEach(builder::bundles);
    FlexoraHost host = builder.start();
    List<PluginStatus> failed =
        host.plugins().plugins().stream().filter(p -> p.state() != PluginState.ACTIVE).toList();
    if (!failed.isEmpty()) {
      host.close();
      throw new IllegalStateException("bundles do not start: " + failed);
    }
    return new SuiteHost(host);
  }

  private static void requireModules(List<Path> without) {
    if (!without.isEmpty()) {
      throw new IllegalStateException(
          "the bundle in %s has no header %s, which names its module; write it into bnd.bnd"
              .formatted(without.get(0), FlexoraModule.HEADER));
    }
  }

  /** The services of a run with that seed. */
  public HostServices services(long seed) {
    Seeds seeds = new Seeds(seed);
    return new HostServices(
        seeds,
        new Sources() {
          @Override
          public Path fetch(String location) throws IOException {
            return SuiteHost.this.fetch(location, new HostServices(seeds, this));
          }
        });
  }

  /**
   * Makes an extension from its configuration.
   *
   * @param <T> the extension point
   * @param yaml the name, or a mapping with {@code use} and options
   * @throws io.flexora.config.yaml.ConfigurationException with all mistakes
   */
  public <T> T extension(Class<T> point, String yaml, HostServices services) {
    String kind = point.getAnnotation(ExtensionPoint.class).value();
    String text = kind.replace('-', '_') + ":\n" + yaml.indent(2);
    Chosen chosen =
        binder(services.module())
            .bind(new ConfigurationReader().parse(text, "configuration()"), Chosen.class)
            .value();
    return point.cast(chosen.extension());
  }

  /**
   * The record of an extension's options.
   *
   * @param name the name of the extension
   */
  public Class<? extends Record> options(Class<?> point, String name) {
    String kind = point.getAnnotation(ExtensionPoint.class).value();
    return host.catalog().find(kind, name).orElseThrow().extension().configuration();
  }

  private RecordBinder binder(Module services) {
    return new RecordBinder(
        new InstalledTypes(host.catalog()), (type, options) -> make(type, options, services));
  }

  private Object make(ComponentType type, Record options, Module services) {
    InstalledExtension found =
        host.catalog().find(type.extension().kind(), type.reference()).orElseThrow();
    return found.create(found.extension().point(), options, services);
  }

  private Path fetch(String location, HostServices services) throws IOException {
    int colon = location.indexOf(':');
    if (colon < 1) {
      throw new FlexoraException("location '" + location + "' is not SCHEME:REST");
    }
    Source source = extension(Source.class, location.substring(0, colon), services);
    return source.fetch(location.substring(colon + 1), new QuietMonitor());
  }

  /** Stops the bundles and the framework. */
  @Override
  public void close() {
    host.close();
  }

  /** A monitor without a listener. */
  private record QuietMonitor() implements Monitor {

    @Override
    public void step(Progress progress) {
      // Nobody listens.
    }

    @Override
    public void event(Event event) {
      // Nobody listens.
    }

    @Override
    public void notice(String sentence) {
      // Nobody listens.
    }
  }
}
