package io.flexora.testkit.host;

import com.google.inject.Binder;
import com.google.inject.Guice;
import io.flexora.api.run.Seeds;
import io.flexora.config.binding.RecordBinder;
import io.flexora.config.option.ComponentType;
import io.flexora.config.option.ComponentTypes;
import io.flexora.config.yaml.ConfigurationReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Extensions of classes on the class path, made with what a host gives them but without one: for
 * tests that look closer than the extension point allows. Locations are paths of files. Options
 * that choose other extensions need a host: there {@code extension(SEED)} in a subclass of the
 * suite makes the extension.
 *
 * @since 0.1
 */
public final class Extensions {

  private static final RecordBinder BINDER =
      new RecordBinder(
          new NoTypes(),
          (type, options) -> {
            throw new IllegalArgumentException("no extension is installed here: " + type);
          });

  private Extensions() {}

  /** No extension at all, and what to do where options choose one. */
  private static final class NoTypes implements ComponentTypes {

    @Override
    public List<ComponentType> ofKind(String kind) {
      return List.of();
    }

    @Override
    public Optional<ComponentType> find(String kind, String reference) {
      return Optional.empty();
    }

    @Override
    public List<String> unusable(String name) {
      return List.of(
          "none is installed without a host: where options choose an extension, take the one that"
              + " extension(SEED) makes in a subclass of the suite");
    }
  }

  /**
   * Makes one.
   *
   * @param <T> the extension
   * @param type its class, whose constructor asks for the options
   */
  public static <T> T of(Class<T> type, Record options) {
    HostServices services = new HostServices(new Seeds(0), Path::of);
    return Guice.createInjector(
            services.module(), binder -> bind(binder, options.getClass(), options))
        .getInstance(type);
  }

  private static <R> void bind(Binder binder, Class<R> type, Record options) {
    binder.bind(type).toInstance(type.cast(options));
  }

  /**
   * Makes one by its options as a user writes them; those that are left out have their default
   * values.
   *
   * @param <T> the extension
   * @param options the record of its options
   * @param yaml a mapping
   * @throws io.flexora.config.yaml.ConfigurationException with all mistakes
   */
  public static <T> T of(Class<T> type, Class<? extends Record> options, String yaml) {
    return of(type, options(options, yaml));
  }

  /**
   * Reads options that choose no extensions, by default either.
   *
   * @param <R> the record of the options
   * @param type its class
   * @param yaml a mapping
   * @throws io.flexora.config.yaml.ConfigurationException with all mistakes
   */
  public static <R extends Record> R options(Class<R> type, String yaml) {
    return BINDER.bind(new ConfigurationReader().parse(yaml, "yaml"), type).value();
  }
}
