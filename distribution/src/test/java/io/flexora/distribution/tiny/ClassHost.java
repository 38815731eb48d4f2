package io.flexora.distribution.tiny;

import io.flexora.comparison.Comparison;
import io.flexora.experiment.Experiment;
import io.flexora.host.FlexoraHost;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A host of the built distribution that all tests of a class use. */
public final class ClassHost implements BeforeAllCallback, AfterAllCallback {

  private final Supplier<Path> folder;
  private FlexoraHost host;

  /**
   * Makes the extension.
   *
   * @param folder has the host's cache; asked for before the first test
   */
  public ClassHost(Supplier<Path> folder) {
    this.folder = folder;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    host = Program.host(folder.get());
  }

  @Override
  public void afterAll(ExtensionContext context) {
    host.close();
  }

  /** As {@link FlexoraHost#experiment(Path, List)}. */
  public Experiment experiment(Path file, List<String> settings) {
    return host.experiment(file, settings);
  }

  /** As {@link FlexoraHost#comparison(Path, List)}. */
  public Comparison comparison(Path file, List<String> settings) {
    return host.comparison(file, settings);
  }

  /** As {@link FlexoraHost#comparisonOf(Path)}. */
  public Comparison comparisonOf(Path folder) {
    return host.comparisonOf(folder);
  }
}
