package io.flexora.plugin;

import io.flexora.api.run.FlexoraException;
import io.flexora.plugin.extension.PluginsInUse;
import io.flexora.plugin.status.Causes;
import io.flexora.plugin.status.Installed;
import io.flexora.plugin.status.PluginProblem;
import io.flexora.plugin.status.PluginStatus.PluginState;
import io.flexora.plugin.status.RefusedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.osgi.framework.BundleException;

/** All that the host was given, and the changes to it: what one change does to the others. */
final class InstalledPlugins {

  private static final String WAITS =
      "%s stays while an experiment is running; %s on disk is taken up when it ends";

  private final Lifecycle lifecycle;
  private final PluginsInUse inUse;
  private final CopyOnWriteArrayList<Installed> all = new CopyOnWriteArrayList<>();

  InstalledPlugins(Lifecycle lifecycle, PluginsInUse inUse) {
    this.lifecycle = lifecycle;
    this.inUse = inUse;
  }

  List<Installed> list() {
    return List.copyOf(all);
  }

  /** Finds what a user calls by name. */
  private Installed called(String reference) {
    List<Installed> matches = all.stream().filter(p -> p.isCalled(reference)).toList();
    if (matches.size() == 1) {
      return matches.get(0);
    }
    if (matches.isEmpty()) {
      throw new FlexoraException(
          "no plugin is called '%s'; there are: %s".formatted(reference, names(all)));
    }
    throw new FlexoraException(
        "'%s' is installed more than once; say which one: %s"
            .formatted(reference, versions(matches)));
  }

  private static String names(List<Installed> plugins) {
    return plugins.stream()
        .map(Installed::name)
        .distinct()
        .sorted()
        .collect(Collectors.joining(", "));
  }

  private static String versions(List<Installed> plugins) {
    return plugins.stream()
        .map(p -> p.name() + "@" + p.version())
        .collect(Collectors.joining(", "));
  }

  /** Adds a bundle of the host without starting it. */
  synchronized void addTrusted(Path source) {
    all.add(lifecycle.installTrusted(source));
  }

  /** Adds a plugin without starting it. */
  synchronized void addUntrusted(Path source) {
    all.add(lifecycle.installUntrusted(source, false));
  }

  /** Starts all that was added. */
  synchronized void startAll() {
    settle();
  }

  /**
   * Installs a plugin, or updates the one of the same file.
   *
   * @param replaces whether the user asks for it in place of a shipped one
   */
  synchronized Installed install(Path source, boolean replaces) {
    Optional<Installed> there = at(source);
    if (there.isPresent()) {
      return update(there.get(), source, replaces);
    }
    Installed added = lifecycle.installUntrusted(source, replaces);
    all.add(added);
    settle();
    return added;
  }

  synchronized Installed update(String name, Path source) {
    return update(called(name), source, true);
  }

  private Installed update(Installed old, Path source, boolean replaces) {
    return unused(old, () -> replaced(old, source, replaces));
  }

  /** Makes changes while no experiment runs and none begins. */
  synchronized <R> R unused(Supplier<R> changes) {
    return inUse.unused(changes);
  }

  private <R> R unused(Installed plugin, Supplier<R> change) {
    return plugin.isUsed() ? inUse.unused(change) : change.get();
  }

  /** Replaces a plugin; keeps the old one if the new one does not run and the old one did. */
  private Installed replaced(Installed old, Path source, boolean replaces) {
    refuseOther(old, source);
    if (!old.runs()) {
      return replaceIdle(old, source, replaces);
    }
    Lifecycle.AdmittedPlugin candidate;
    try {
      candidate = lifecycle.prepare(source, replaces);
    } catch (RefusedException e) {
      return keep(old, e.problem());
    }
    lifecycle.uninstall(old.bundle().orElseThrow());
    Installed updated = lifecycle.install(candidate);
    startIfBundle(updated);
    // A fragment waits for its host: the old one would, too.
    if (!updated.runs() && !updated.isFragment()) {
      return rollBack(old, updated);
    }
    replace(old, updated);
    lifecycle.discard(old.inUse());
    settle();
    return updated;
  }

  private Installed replaceIdle(Installed old, Path source, boolean replaces) {
    old.bundle().ifPresent(lifecycle::uninstall);
    Installed updated = lifecycle.installUntrusted(source, replaces);
    updated.wanted(old.wanted());
    replace(old, updated);
    lifecycle.discard(old.inUse());
    settle();
    return updated;
  }

  private void refuseOther(Installed old, Path source) {
    if (at(source).filter(other -> other != old).isPresent()) {
      throw new FlexoraException(source + " is already installed as another plugin");
    }
  }

  private static Installed keep(Installed old, PluginProblem problem) {
    old.note(
        "%s runs on, since its update is not usable: %s".formatted(old.version(), problem.cause()));
    return old;
  }

  private Installed rollBack(Installed old, Installed failed) {
    failed.bundle().ifPresent(lifecycle::uninstall);
    lifecycle.discard(failed.inUse());
    String cause = failed.problem().map(PluginProblem::cause).orElse("");
    Installed back = again(old, cause);
    replace(old, back);
    settle();
    return back;
  }

  private Installed again(Installed old, String cause) {
    try {
      Installed back = lifecycle.reinstall(old);
      lifecycle.start(back);
      back.note("rolled back to %s, since its update failed: %s".formatted(back.version(), cause));
      return back;
    } catch (BundleException e) {
      return Installed.refused(
          old.source(),
          PluginProblem.lasting(
              PluginState.FAILED,
              "its update failed (%s) and what ran before cannot be installed again: %s"
                  .formatted(cause, Causes.ofInstallation(e))));
    }
  }

  synchronized Installed start(String name) {
    return start(called(name));
  }

  private Installed start(Installed plugin) {
    plugin.note("");
    startIfBundle(plugin);
    settle();
    return plugin;
  }

  synchronized Installed stop(String name) {
    return stop(called(name));
  }

  private Installed stop(Installed plugin) {
    return unused(plugin, () -> stopped(plugin));
  }

  private Installed stopped(Installed plugin) {
    plugin.bundle().ifPresent(lifecycle::stop);
    plugin.wanted(false);
    plugin.problem(plugin.bundle().isPresent() ? Optional.empty() : plugin.problem());
    settle();
    return plugin;
  }

  synchronized Installed uninstall(String name) {
    return uninstall(called(name));
  }

  private Installed uninstall(Installed plugin) {
    return unused(plugin, () -> uninstalled(plugin));
  }

  private Installed uninstalled(Installed plugin) {
    remove(plugin);
    all.stream().filter(InstalledPlugins::mayBeAdmittedNow).forEach(this::installAgain);
    settle();
    return plugin;
  }

  private static boolean mayBeAdmittedNow(Installed plugin) {
    return plugin.bundle().isEmpty() && plugin.problem().filter(PluginProblem::passing).isPresent();
  }

  private void installAgain(Installed refused) {
    replace(refused, lifecycle.installUntrusted(refused.source(), false));
  }

  /**
   * Takes up a file of the plugins' folder that is new or has changed.
   *
   * @return whether it was taken up; a plugin that is used stays while experiments are running
   */
  synchronized boolean fileChanged(Path file) {
    return changed(file, "its change", () -> install(file, false));
  }

  /**
   * Removes the plugin of a file that is gone.
   *
   * @return as {@link #fileChanged}
   */
  synchronized boolean fileGone(Path file) {
    return changed(file, "its removal", () -> at(file).ifPresent(this::uninstall));
  }

  private boolean changed(Path file, String what, Runnable change) {
    Optional<Installed> used = at(file).filter(Installed::isUsed);
    if (used.isEmpty()) {
      change.run();
      return true;
    }
    Installed plugin = used.get();
    boolean taken = inUse.changeUnused(change);
    if (!taken) {
      plugin.note(WAITS.formatted(plugin.version(), what));
    }
    return taken;
  }

  private Optional<Installed> at(Path source) {
    return all.stream().filter(p -> p.source().equals(source)).findFirst();
  }

  private void startIfBundle(Installed plugin) {
    if (plugin.bundle().isPresent()) {
      lifecycle.start(plugin);
    }
  }

  private void remove(Installed plugin) {
    all.remove(plugin);
    plugin.bundle().ifPresent(lifecycle::uninstall);
    lifecycle.discard(plugin.inUse());
  }

  private void replace(Installed old, Installed with) {
    all.set(all.indexOf(old), with);
  }

  /** Starts what can run now: what is new, what lacked something, what lost what it used. */
  private void settle() {
    boolean progress = true;
    while (progress) {
      progress = false;
      all.forEach(lifecycle::noteFailedRestart);
      for (Installed plugin : all) {
        if (isWorthATry(plugin)) {
          lifecycle.start(plugin);
          progress |= plugin.runs();
        }
      }
    }
  }

  private static boolean isWorthATry(Installed plugin) {
    return plugin.wanted()
        && plugin.bundle().isPresent()
        && !plugin.runs()
        && plugin.problem().map(PluginProblem::passing).orElse(true);
  }
}
