package io.flexora.plugin.extension;

import io.flexora.api.run.CancelledException;
import io.flexora.api.run.FlexoraException;
import io.flexora.plugin.status.PluginProblem;
import io.flexora.plugin.status.PluginStatus.PluginState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.osgi.framework.Version;

/** The extensions of all active plugins; one of each kind, name and version. */
public final class ExtensionRegistry implements ExtensionCatalog {

  private static final Comparator<InstalledExtension> ORDER =
      Comparator.comparing((InstalledExtension e) -> e.extension().kind())
          .thenComparing(e -> e.extension().name())
          .thenComparing(InstalledExtension::origin)
          .thenComparing(InstalledExtension::osgiVersion, Comparator.reverseOrder());

  private final PluginsInUse inUse;
  private final IdlePlugins idle;
  private final ProcessState process = new ProcessState();
  private volatile List<InstalledExtension> extensions = List.of();

  public ExtensionRegistry(PluginsInUse inUse, IdlePlugins idle) {
    this.inUse = inUse;
    this.idle = idle;
  }

  @Override
  public <R> R undisturbed(Supplier<R> work) {
    return inUse.during(() -> attributed(work));
  }

  @Override
  public <R> R attributed(Supplier<R> work) {
    try {
      return work.get();
    } catch (CancelledException e) {
      throw e;
    } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
      if (inUse.isClosing() || Interruptions.areCauseOf(e)) {
        throw (CancelledException) new CancelledException().initCause(e);
      }
      Optional<FlexoraException> blamed =
          e instanceof FlexoraException ? Optional.empty() : blame(e);
      if (blamed.isPresent()) {
        throw blamed.get();
      }
      throw e;
    }
  }

  @Override
  public boolean isClosing() {
    return inUse.isClosing();
  }

  @Override
  public List<String> restoreProcess() {
    return process.restore(part -> idle.calling(part.type(), part.setter()));
  }

  /** The plugin that has a class. */
  public Optional<String> pluginOf(String type) {
    return extensions.stream()
        .filter(e -> e.hasClass(type))
        .map(e -> e.owner().toString())
        .findFirst();
  }

  /** The innermost code of a plugin in the stack is what failed. */
  private Optional<FlexoraException> blame(Throwable failure) {
    return Arrays.stream(failure.getStackTrace())
        .map(StackTraceElement::getClassName)
        .distinct()
        .flatMap(
            type ->
                extensions.stream()
                    .filter(e -> e.hasClass(type))
                    .sorted(of(type))
                    .limit(1)
                    .map(e -> e.failed(type, failure)))
        .findFirst();
  }

  /** Sorts the extension first whose implementation a class is. */
  private static Comparator<InstalledExtension> of(String type) {
    return Comparator.comparing((InstalledExtension e) -> !e.isImplementedBy(type));
  }

  @Override
  public List<InstalledExtension> extensions() {
    return extensions;
  }

  @Override
  public List<InstalledExtension> ofKind(String kind) {
    return extensions.stream().filter(e -> e.extension().kind().equals(kind)).toList();
  }

  @Override
  public Optional<InstalledExtension> find(String kind, String reference) {
    int at = reference.indexOf('@');
    String name = at < 0 ? reference : reference.substring(0, at);
    List<InstalledExtension> named =
        ofKind(kind).stream().filter(e -> e.extension().name().equals(name)).toList();
    return at < 0 ? named.stream().findFirst() : pinned(named, reference.substring(at + 1));
  }

  @Override
  public List<String> refused(String kind, String name) {
    return idle.refused(kind + "/" + name);
  }

  @Override
  public List<String> unusable(String name) {
    return idle.mentioning(name);
  }

  /** That very version, or else its highest qualified build. */
  private static Optional<InstalledExtension> pinned(List<InstalledExtension> named, String pin) {
    Version version;
    try {
      version = Version.parseVersion(pin);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    return named.stream()
        .filter(e -> e.osgiVersion().equals(version))
        .findFirst()
        .or(
            () ->
                named.stream()
                    .filter(e -> withoutQualifier(e.osgiVersion()).equals(version))
                    .findFirst());
  }

  private static Version withoutQualifier(Version version) {
    return new Version(version.getMajor(), version.getMinor(), version.getMicro());
  }

  /** Adds all extensions of a plugin, or none and says why. */
  synchronized Optional<PluginProblem> add(List<InstalledExtension> added) {
    for (InstalledExtension extension : added) {
      Optional<InstalledExtension> other = ofAnotherPoint(extension);
      if (other.isPresent()) {
        return Optional.of(
            PluginProblem.passing(PluginState.FAILED, takenKind(extension, other.get())));
      }
      Optional<InstalledExtension> first = sameVersion(extension);
      if (first.isPresent()) {
        return Optional.of(taken(extension, first.get(), added));
      }
    }
    List<InstalledExtension> all = new ArrayList<>(extensions);
    all.addAll(added);
    all.sort(ORDER);
    extensions = List.copyOf(all);
    return Optional.empty();
  }

  synchronized void remove(WiredPlugin plugin) {
    extensions = extensions.stream().filter(e -> e.owner() != plugin).toList();
    plugin.leave();
  }

  /**
   * The extension that is used in place of another one, unless the version of that is asked for.
   */
  public Optional<InstalledExtension> preferred(InstalledExtension extension) {
    return find(extension.extension().kind(), extension.extension().name())
        .filter(best -> best != extension);
  }

  private Optional<InstalledExtension> sameVersion(InstalledExtension extension) {
    return extensions.stream()
        .filter(e -> e.id().equals(extension.id()))
        .filter(e -> e.osgiVersion().equals(extension.osgiVersion()))
        .findFirst();
  }

  /** One of the same kind that is of another interface. */
  private Optional<InstalledExtension> ofAnotherPoint(InstalledExtension extension) {
    return ofKind(extension.extension().kind()).stream()
        .filter(e -> e.extension().point() != extension.extension().point())
        .findFirst();
  }

  private static String takenKind(InstalledExtension extension, InstalledExtension other) {
    return Kinds.taken(
        extension, "%s of plugin %s".formatted(other.extension().point().getName(), other.owner()));
  }

  private static PluginProblem taken(
      InstalledExtension second, InstalledExtension first, List<InstalledExtension> added) {
    return PluginProblem.taken(
        "%s %s is already taken by plugin %s: give the extension another name, or the plugin another version"
            .formatted(second.id(), second.version(), first.owner()),
        added.stream().map(InstalledExtension::id).toList());
  }
}
