package io.flexora.plugin;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A live view of the extensions of all active plugins.
 *
 * @since 0.1
 */
public interface ExtensionCatalog {

  /** All extensions, by kind, then name, then version, the highest first. */
  List<InstalledExtension> extensions();

  /**
   * Finds the extension that a reference in a configuration means.
   *
   * @param kind the kind, such as {@code selector}
   * @param reference {@code name} for the highest version, or {@code name@version} for that one; a
   *     version without a qualifier also means its highest qualified build
   */
  Optional<InstalledExtension> find(String kind, String reference);

  /** The extensions of a kind, by name, then version, the highest first. */
  List<InstalledExtension> ofKind(String kind);

  /**
   * Works with every plugin that is in use kept as it is: what changes in the plugins' folder
   * meanwhile is taken up when the last such work has ended. New plugins are taken up at once, and
   * a change that is asked for by name is not held up.
   *
   * @return what the work returns
   */
  <R> R undisturbed(Supplier<R> work);
}
