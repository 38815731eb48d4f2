package io.flexora.experiment.setup;

import ai.djl.Device;
import io.flexora.api.run.Decisions;
import io.flexora.api.run.Seeds;
import io.flexora.api.source.Source;
import io.flexora.api.source.Sources;
import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigurationReader;
import io.flexora.plugin.extension.ExtensionCatalog;
import io.flexora.plugin.extension.InstalledExtension;
import io.flexora.runstore.RunListener;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The sources for files that belong to no experiment.
 *
 * @since 0.1
 */
public final class InstalledSources {

  private InstalledSources() {}

  /** All sources of a catalog behind one door, each with its default options. */
  public static Sources of(ExtensionCatalog catalog) {
    return new FetchedSources(
        catalog,
        (found, all) -> source(catalog, found, all),
        new ListenerMonitor(RunListener.NONE, () -> false),
        new FetchedFiles());
  }

  /** Where each source keeps and gets files, by its name. */
  public static Map<String, Source.Places> places(ExtensionCatalog catalog) {
    Sources all = of(catalog);
    Map<String, Source.Places> places = new LinkedHashMap<>();
    for (InstalledExtension found : catalog.ofKind("source")) {
      places.computeIfAbsent(
          found.extension().name(), name -> found.call(() -> source(catalog, found, all).places()));
    }
    return places;
  }

  private static Source source(ExtensionCatalog catalog, InstalledExtension found, Sources all) {
    ConfigNode nothing = new ConfigurationReader().parse("{}", found.extension().name());
    return new Wiring(catalog)
        .create(
            Source.class,
            found,
            nothing,
            new ExperimentServices(
                new Seeds(0), Device::cpu, all, new Decisions(), new NoticeLog()));
  }
}
