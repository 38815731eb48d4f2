package io.flexora.plugin.extension;

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

  /** All extensions, by kind, then name, then origin, then version, the highest first. */
  List<InstalledExtension> extensions();

  /**
   * Finds the extension that a reference in a configuration means.
   *
   * @param kind the kind, such as {@code selector}
   * @param reference {@code name} for that of a shipped plugin, or else for the highest version, or
   *     {@code name@version} for that one; a version without a qualifier that is not there means
   *     its highest qualified build
   */
  Optional<InstalledExtension> find(String kind, String reference);

  /**
   * Finds an extension that has been there.
   *
   * @param kind as for {@link #find}
   * @param reference as for {@link #find}
   * @throws FlexoraException if it is gone
   */
  default InstalledExtension require(String kind, String reference) {
    return find(kind, reference)
        .orElseThrow(
            () ->
                new FlexoraException(
                    "%s '%s' is no longer installed; its plugin was removed"
                        .formatted(kind, reference)));
  }

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

  /** The extensions of a kind, by name, then origin, then version, the highest first. */
  List<InstalledExtension> ofKind(String kind);

  /**
   * Works with every plugin that is in use kept as it is: what changes in the plugins' folder
   * meanwhile is taken up when the last such work has ended, and an update, stop or removal that is
   * asked for by name is refused. New plugins are taken up at once.
   *
   * @return what the work returns
   * @throws FlexoraException as {@link #attributed} does, or if the host was closed
   */
  <R> R undisturbed(Supplier<R> work);

  /**
   * Works, and blames a plugin for what its code lets fall: any unchecked exception or linkage
   * error other than a {@link FlexoraException} whose stack has the code of a plugin.
   *
   * @return what the work returns
   * @throws io.flexora.api.run.CancelledException around what failed since the thread was
   *     interrupted, or while the host was closed
   * @throws FlexoraException around what the plugin's code threw, naming the plugin, and the
   *     extension if it was in its implementation
   */
  <R> R attributed(Supplier<R> work);

  /**
   * Puts back what plugins have changed of what the whole process shares: the default locale and
   * time zone, and the standard streams.
   *
   * @return a sentence for each change, naming the plugins that can have made it
   */
  default List<String> restoreProcess() {
    return List.of();
  }

  /** Whether the host is being closed or is closed, so that what runs has to end. */
  default boolean isClosing() {
    return false;
  }
}
