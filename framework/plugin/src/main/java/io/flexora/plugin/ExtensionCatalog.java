package io.flexora.plugin;

import io.flexora.api.run.FlexoraException;
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
   *     version without a qualifier that is not there means its highest qualified build
   */
  Optional<InstalledExtension> find(String kind, String reference);

  /**
   * The plugins that are not in use since another one has their extension in the same version, each
   * as {@code plugin NAME VERSION}.
   */
  List<String> refused(String kind, String name);

  /**
   * The plugins that failed or were refused though their classes have a name, which may be that of
   * an extension of theirs: each with the cause, in one line.
   */
  List<String> unusable(String name);

  /** The extensions of a kind, by name, then version, the highest first. */
  List<InstalledExtension> ofKind(String kind);

  /**
   * Works with every plugin that is in use kept as it is: what changes in the plugins' folder
   * meanwhile is taken up when the last such work has ended. New plugins are taken up at once, and
   * a change that is asked for by name is not held up.
   *
   * @return what the work returns
   * @throws FlexoraException as {@link #attributed} does
   */
  <R> R undisturbed(Supplier<R> work);

  /**
   * Works, and blames a plugin for what its code lets fall: any unchecked exception or linkage
   * error other than a {@link FlexoraException} whose stack has the code of a plugin.
   *
   * @return what the work returns
   * @throws FlexoraException around what the plugin's code threw, naming the plugin, and the
   *     extension if it was in its implementation
   */
  <R> R attributed(Supplier<R> work);
}
