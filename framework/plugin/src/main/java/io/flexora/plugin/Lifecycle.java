package io.flexora.plugin;

import io.flexora.plugin.admission.Admission;
import io.flexora.plugin.admission.PluginManifest;
import io.flexora.plugin.admission.ZipEnd;
import io.flexora.plugin.extension.Extender;
import io.flexora.plugin.extension.PluginClassLoader;
import io.flexora.plugin.felix.CallLimit;
import io.flexora.plugin.felix.EmbeddedFramework;
import io.flexora.plugin.felix.HostStorage;
import io.flexora.plugin.felix.ResolutionReport;
import io.flexora.plugin.lock.ShippedPlugins;
import io.flexora.plugin.status.Causes;
import io.flexora.plugin.status.Fragments;
import io.flexora.plugin.status.Installed;
import io.flexora.plugin.status.PluginOrigin;
import io.flexora.plugin.status.PluginProblem;
import io.flexora.plugin.status.PluginStatus.PluginState;
import io.flexora.plugin.status.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Version;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;
import org.slf4j.LoggerFactory;

/**
 * Installs, starts, stops and removes single bundles; each failure becomes a {@link PluginProblem}.
 */
final class Lifecycle {

  private final BundleContext framework;
  private final HostStorage cache;
  private final LockedFiles locked;
  private final ShippedPlugins shipped;
  private final Extender extender;
  private final CallLimit limit;

  Lifecycle(
      BundleContext framework,
      HostStorage cache,
      LockedFiles locked,
      ShippedPlugins shipped,
      Extender extender,
      CallLimit limit) {
    this.framework = framework;
    this.cache = cache;
    this.locked = locked;
    this.shipped = shipped;
    this.extender = extender;
    this.limit = limit;
  }

  /** Installs a bundle that belongs to the host, in place and unchecked, for a fast start. */
  Installed installTrusted(Path source) {
    try {
      Bundle bundle = added(source);
      if (bundle.getSymbolicName() != null) {
        shipped.reserve(bundle.getSymbolicName());
        return installed(source, source, bundle, PluginOrigin.SHIPPED);
      }
      uninstall(bundle);
    } catch (BundleException e) {
      LoggerFactory.getLogger(Lifecycle.class).debug("{} is not installed", source, e);
    }
    // The reason in words, which is worth reading the file again.
    return installUntrusted(source, false);
  }

  private Installed installed(Path source, Path inUse, Bundle bundle, PluginOrigin origin) {
    extender.origin(bundle, origin);
    return Installed.of(source, inUse, bundle, origin);
  }

  /**
   * Installs a plugin: an exploded one in place, a jar as a copy, which is what is checked.
   *
   * @param replaces whether the user asks for it in place of a shipped one
   */
  Installed installUntrusted(Path source, boolean replaces) {
    try {
      return install(prepare(source, replaces));
    } catch (RefusedException e) {
      return Installed.refused(source, e.problem());
    }
  }

  /**
   * A plugin that was admitted.
   *
   * @param source where it came from
   * @param inUse what is going to be installed: the same, or the host's copy
   * @param manifest its manifest
   * @param origin its origin
   */
  record AdmittedPlugin(Path source, Path inUse, PluginManifest manifest, PluginOrigin origin) {}

  /**
   * Copies and checks a plugin without touching any other.
   *
   * @param replaces as for {@link #installUntrusted}
   */
  AdmittedPlugin prepare(Path source, boolean replaces) throws RefusedException {
    Path inUse = source;
    try {
      // Before anything else is found wrong with it, and again what is going to be used.
      locked.check(source, source);
      inUse = Files.isDirectory(source) ? source : copyOfWhole(source);
      locked.check(source, inUse);
      PluginManifest manifest = Admission.admit(inUse);
      return new AdmittedPlugin(source, inUse, manifest, origin(source, inUse, manifest, replaces));
    } catch (IOException e) {
      discard(inUse);
      throw new RefusedException(PluginState.FAILED, "cannot be copied: " + Causes.of(e));
    } catch (RefusedException e) {
      discard(inUse);
      throw e;
    }
  }

  /** The names of what is shipped are given to nobody else who does not ask for it. */
  private PluginOrigin origin(Path source, Path inUse, PluginManifest manifest, boolean replaces)
      throws IOException, RefusedException {
    if (shipped.isShipped(source, inUse)) {
      return PluginOrigin.SHIPPED;
    }
    locked.checkName(source, manifest);
    for (String host : manifest.fragmentHosts()) {
      if (shipped.isReserved(host)) {
        throw new RefusedException(
            PluginState.REFUSED, "it is a fragment of %s, which is shipped".formatted(host));
      }
    }
    if (!shipped.isReserved(manifest.symbolicName())) {
      return PluginOrigin.OTHER;
    }
    if (replaces || locked.names(source, manifest)) {
      return PluginOrigin.REPLACEMENT;
    }
    throw new RefusedException(
        PluginState.REFUSED,
        "its symbolic name '%s' is that of a shipped plugin: give it another one, or install it in place of that with 'flexora plugins install %s --replace-shipped'"
            .formatted(manifest.symbolicName(), source));
  }

  /** Installs what was prepared. */
  Installed install(AdmittedPlugin candidate) {
    try {
      refuseTwin(candidate.manifest());
      Bundle bundle = added(candidate.inUse());
      return installed(candidate.source(), candidate.inUse(), bundle, candidate.origin());
    } catch (RefusedException e) {
      discard(candidate.inUse());
      return Installed.refused(candidate.source(), e.problem());
    } catch (BundleException e) {
      discard(candidate.inUse());
      return Installed.refused(
          candidate.source(), PluginProblem.lasting(PluginState.FAILED, Causes.ofInstallation(e)));
    }
  }

  /** Installs again what ran before. */
  Installed reinstall(Installed previous) throws BundleException {
    Bundle bundle = added(previous.inUse());
    return installed(previous.source(), previous.inUse(), bundle, previous.origin());
  }

  /**
   * Adds a bundle to the framework, in a thread of its own: an interrupted one would be refused
   * whenever it had to wait for the framework's lock. No plugin's code runs, so the limit is the
   * framework's own: taken up too late, the bundle would be in its own way.
   */
  private Bundle added(Path file) throws BundleException {
    try {
      return new CallLimit(EmbeddedFramework.LIMIT)
          .run(
              "install-" + file.getFileName(),
              Lifecycle.class.getClassLoader(),
              () -> framework.installBundle(reference(file)));
    } catch (TimeoutException e) {
      throw new BundleException(
          "the framework did not take it up within %d minutes"
              .formatted(EmbeddedFramework.LIMIT.toMinutes()));
    } catch (ExecutionException e) {
      throw e.getCause() instanceof BundleException cause
          ? cause
          : new BundleException("the framework did not take it up:", e.getCause());
    }
  }

  private Path copyOfWhole(Path jar) throws IOException, RefusedException {
    Admission.requireFile(jar);
    if (!Files.exists(jar)) {
      throw new RefusedException(PluginState.NOT_A_PLUGIN, "there is no such file: " + jar);
    }
    if (ZipEnd.shape(jar) == ZipEnd.EndShape.TORN) {
      throw Admission.incomplete(jar);
    }
    return cache.copy(jar);
  }

  private void refuseTwin(PluginManifest manifest) throws RefusedException {
    Version version = Version.parseVersion(manifest.version());
    for (Bundle other : framework.getBundles()) {
      if (manifest.symbolicName().equals(other.getSymbolicName())
          && version.equals(other.getVersion())) {
        throw new RefusedException(
            PluginProblem.passing(
                PluginState.FAILED,
                "%s %s is already installed from %s"
                    .formatted(manifest.symbolicName(), version, location(other))));
      }
    }
  }

  private static String location(Bundle bundle) {
    return bundle.getLocation().replaceFirst(".*/(\\d+-)?", "");
  }

  /** Starts a bundle and waits until it is wired, or has failed; a fragment is looked at alone. */
  void start(Installed installed) {
    Bundle bundle = installed.bundle().orElseThrow();
    installed.wanted(true);
    installed.problem(installed.isFragment() ? unattached(bundle) : tryStart(bundle));
  }

  private Optional<PluginProblem> unattached(Bundle fragment) {
    return fragment.getState() == Fragments.ATTACHED
        ? Optional.empty()
        : Optional.of(unresolved(fragment));
  }

  private Optional<PluginProblem> tryStart(Bundle bundle) {
    extender.takeUp(bundle);
    try {
      boolean resolved =
          limit.run(
              "start-" + bundle.getSymbolicName(),
              context(bundle),
              () -> resolveAndStart(bundle),
              () -> isActiveOrGivenUp(bundle));
      if (!resolved) {
        return Optional.of(unresolved(bundle));
      }
    } catch (TimeoutException e) {
      stopLater(bundle);
      return Optional.of(
          PluginProblem.lasting(
              PluginState.FAILED,
              "its activator did not return within %s".formatted(limit.words())));
    } catch (ExecutionException e) {
      return Optional.of(startProblem(bundle, e.getCause()));
    }
    Optional<PluginProblem> problem =
        extender.outcome(bundle).flatMap(Extender.WiringOutcome::problem);
    if (problem.isPresent()) {
      stop(bundle);
    }
    return problem;
  }

  /** A bundle that is active is being wired, which has a limit of its own. */
  private boolean isActiveOrGivenUp(Bundle bundle) {
    boolean active = bundle.getState() == Bundle.ACTIVE;
    if (!active) {
      extender.giveUp(bundle);
    }
    return active;
  }

  /** Stops a bundle when its activator returns at last, if it does. */
  private void stopLater(Bundle bundle) {
    Thread thread = new Thread(() -> stopUnlimited(bundle), "flexora-stop-late");
    thread.setDaemon(true);
    thread.start();
  }

  private static void stopUnlimited(Bundle bundle) {
    try {
      bundle.stop(Bundle.STOP_TRANSIENT);
    } catch (BundleException | IllegalStateException e) {
      LoggerFactory.getLogger(Lifecycle.class).debug("{} did not stop", bundle, e);
    }
  }

  /** Takes over the failure of a plugin that the framework restarted on its own. */
  void noteFailedRestart(Installed installed) {
    if (installed.runs()) {
      Bundle bundle = installed.bundle().orElseThrow();
      installed.problem(extender.outcome(bundle).flatMap(Extender.WiringOutcome::problem));
      installed.problem().ifPresent(problem -> stop(bundle));
    }
  }

  private boolean resolveAndStart(Bundle bundle) throws BundleException {
    if (!wiring().resolveBundles(List.of(bundle))) {
      return false;
    }
    // Only now there is one. The thread was made for this call, so nothing is to be restored.
    Thread.currentThread().setContextClassLoader(context(bundle));
    bundle.start(Bundle.START_TRANSIENT);
    return true;
  }

  private static PluginProblem startProblem(Bundle bundle, Throwable cause) {
    LoggerFactory.getLogger(Lifecycle.class).debug("{} does not start", bundle, cause);
    return PluginProblem.lasting(PluginState.FAILED, Causes.of(cause));
  }

  private PluginProblem unresolved(Bundle bundle) {
    String cause = ResolutionReport.among(framework.getBundles()).explain(bundle);
    return PluginProblem.passing(PluginState.UNRESOLVED, cause);
  }

  /** Stops a bundle; its activator's failure to stop is the bundle's own affair. */
  void stop(Bundle bundle) {
    tryQuietly(bundle, "stop", () -> stopped(bundle), () -> false);
  }

  private static Void stopped(Bundle bundle) throws BundleException {
    bundle.stop(Bundle.STOP_TRANSIENT);
    return null;
  }

  /** Removes a bundle for good, with its class loader and open files. */
  void uninstall(Bundle bundle) {
    // What used it restarts after it is gone, which may take its own time.
    BooleanSupplier gone = () -> bundle.getState() == Bundle.UNINSTALLED;
    tryQuietly(bundle, "uninstall", () -> uninstalled(bundle), gone);
    extender.forget(bundle);
  }

  private Void uninstalled(Bundle bundle) throws BundleException, InterruptedException {
    bundle.uninstall();
    refresh();
    return null;
  }

  /** Deletes the copy of what was removed. */
  void discard(Path inUse) {
    try {
      cache.discard(inUse);
    } catch (IOException e) {
      LoggerFactory.getLogger(Lifecycle.class).debug("{} is left until the end", inUse, e);
    }
  }

  private void tryQuietly(
      Bundle bundle, String what, Callable<Void> code, BooleanSupplier mayGoOn) {
    try {
      limit.run(what + "-" + bundle.getSymbolicName(), context(bundle), code, mayGoOn);
    } catch (TimeoutException | ExecutionException e) {
      LoggerFactory.getLogger(Lifecycle.class)
          .warn("{} of {} failed: {}", what, bundle, Causes.of(e));
    }
  }

  private static ClassLoader context(Bundle bundle) {
    BundleWiring wiring = bundle.adapt(BundleWiring.class);
    return wiring == null
        ? Lifecycle.class.getClassLoader()
        : PluginClassLoader.of(bundle, wiring.getClassLoader());
  }

  /** Lets go of what was removed and is still wired to; what used it restarts without it. */
  private void refresh() throws InterruptedException {
    Collection<Bundle> pending = wiring().getRemovalPendingBundles();
    if (!pending.isEmpty()) {
      CountDownLatch done = new CountDownLatch(1);
      wiring().refreshBundles(pending, event -> done.countDown());
      done.await();
    }
  }

  private FrameworkWiring wiring() {
    return framework.getBundle(0).adapt(FrameworkWiring.class);
  }

  /** The location under which Felix uses a file in place; it decodes what follows the scheme. */
  private static String reference(Path file) {
    String path = file.toAbsolutePath().normalize().toString();
    return "reference:file:" + path.replace("%", "%25").replace("+", "%2B");
  }
}
