package io.flexora.plugin;

import com.google.inject.Guice;
import io.flexora.api.run.FlexoraException;
import io.flexora.plugin.extension.Extender;
import io.flexora.plugin.extension.ExtensionCatalog;
import io.flexora.plugin.extension.ExtensionRegistry;
import io.flexora.plugin.extension.IdlePlugins;
import io.flexora.plugin.extension.PluginsInUse;
import io.flexora.plugin.felix.CallLimit;
import io.flexora.plugin.felix.EmbeddedFramework;
import io.flexora.plugin.felix.HostLibraries;
import io.flexora.plugin.felix.HostStorage;
import io.flexora.plugin.lock.PluginsLock;
import io.flexora.plugin.lock.ShippedPlugins;
import io.flexora.plugin.status.Digits;
import io.flexora.plugin.status.Installed;
import io.flexora.plugin.status.PluginChange;
import io.flexora.plugin.status.PluginOrigin;
import io.flexora.plugin.status.PluginStatus;
import io.flexora.plugin.status.PluginStatus.PluginState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.osgi.framework.launch.Framework;
import org.slf4j.LoggerFactory;

/**
 * An OSGi framework in this process with the plugins that run in it.
 *
 * <p>A plugin that is broken in any way is listed with its cause and stops nothing else. Plugins
 * are trusted code all the same: the host cannot keep one from calling {@link System#exit} (which
 * {@link io.flexora.files.machine.ProcessExit} tells of), from using up memory, or from keeping a
 * processor busy after its time limit has passed.
 *
 * <p>Every method may be called from any thread. Changes are made one at a time; {@link #plugins}
 * and {@link #catalog} never wait for one.
 *
 * @since 0.1
 */
public final class PluginHost implements AutoCloseable {

  /** Longer than most steps of an experiment, at the end of each of which it can be ended. */
  private static final Duration LAST_STEP = Duration.ofMinutes(1);

  private final PluginHostOptions options;
  private final HostStorage cache;
  private final Framework framework;
  private final PluginsInUse inUse = new PluginsInUse();
  private final ExtensionRegistry registry;
  private final Extender extender;
  private final LockedFiles locked;
  private final ShippedPlugins shipped;
  private final InstalledPlugins installed;
  private final Optional<FolderWatch> looks;
  private final Optional<WatchThread> watch;
  private final List<Consumer<PluginChange>> listeners = new CopyOnWriteArrayList<>();
  private final Set<String> complaints = Collections.synchronizedSet(new LinkedHashSet<>());
  private final AtomicBoolean closed = new AtomicBoolean();

  private PluginHost(PluginHostOptions options, HostStorage cache) {
    this.options = options;
    this.cache = cache;
    shipped = ShippedPlugins.of(options.pluginsFolder());
    CallLimit limit = new CallLimit(options.callLimit());
    framework = EmbeddedFramework.start(cache.storage());
    registry = new ExtensionRegistry(inUse, new IdlePlugins(this::installed));
    extender = new Extender(framework.getBundleContext(), registry, limit);
    extender.open();
    locked = new LockedFiles(options.pluginsFolder());
    installed =
        new InstalledPlugins(
            new Lifecycle(framework.getBundleContext(), cache, locked, shipped, extender, limit),
            inUse);
    looks =
        options
            .pluginsFolder()
            .map(
                folder ->
                    new FolderWatch(
                        folder,
                        file -> told(file, installed::fileChanged),
                        file -> told(file, installed::fileGone)));
    watch = looks.map(look -> new WatchThread(look, options.pollInterval()));
  }

  /**
   * Starts a host and returns when every bundle and plugin that is there has been tried.
   *
   * @throws FlexoraException if a path of the host's own bundles does not exist, the cache folder
   *     cannot be used, the default locale has digits of its own, or the class path has libraries
   *     that bundles cannot be used with
   */
  public static PluginHost start(PluginHostOptions options) {
    Digits.requireAscii(Locale.getDefault(Locale.Category.FORMAT));
    HostLibraries.requireCompatible();
    prepareGuice();
    HostStorage cache = HostStorage.open(options.cache());
    PluginHost host = opened(options, cache);
    try {
      host.startAll();
      return host;
    } catch (RuntimeException e) {
      host.close();
      throw e;
    }
  }

  private static PluginHost opened(PluginHostOptions options, HostStorage cache) {
    try {
      return new PluginHost(options, cache);
    } catch (RuntimeException e) {
      cache.close();
      throw e;
    }
  }

  /**
   * Keeps Guice from generating classes, which would need access to the JDK's internals, and loads
   * it while the framework starts.
   */
  private static void prepareGuice() {
    if (System.getProperty("guice_bytecode_gen_option") == null) {
      System.setProperty("guice_bytecode_gen_option", "DISABLED");
    }
    Thread warmUp = new Thread(() -> Guice.createInjector(), "flexora-warm-up");
    warmUp.setDaemon(true);
    warmUp.start();
  }

  private void startAll() {
    options.bundles().stream()
        .flatMap(path -> BundleFiles.in(path).stream())
        .forEach(installed::addTrusted);
    locked.lock();
    List<Path> files = new ArrayList<>();
    looks.ifPresent(look -> look.first(files::add));
    // What is shipped comes first: of two plugins that cannot both be used, that one is.
    files.sort(Comparator.comparing(file -> !shipped.isListed(file)));
    files.forEach(installed::addUntrusted);
    installed.startAll();
    restoreProcess();
    watch.ifPresent(WatchThread::start);
  }

  private void restoreProcess() {
    complaints.addAll(registry.restoreProcess());
  }

  /**
   * What plugins did, outside of experiments, that no plugin should: each in a sentence that names
   * the plugin. After the host was closed, among it the threads that they have left.
   */
  public List<String> complaints() {
    synchronized (complaints) {
      return List.copyOf(complaints);
    }
  }

  /** Takes up a change of the plugins' folder and tells what it changed. */
  private boolean told(Path file, Predicate<Path> change) {
    List<PluginStatus> before = plugins();
    boolean taken = change.test(file);
    restoreProcess();
    Optional<String> touched = taken ? Optional.of(file.toString()) : Optional.empty();
    PluginChange.between(before, plugins(), touched)
        .forEach(found -> listeners.forEach(listener -> tell(listener, found)));
    return taken;
  }

  /** A listener that fails must not end the watching. */
  private static void tell(Consumer<PluginChange> listener, PluginChange change) {
    try {
      listener.accept(change);
    } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
      LoggerFactory.getLogger(PluginHost.class).warn("a listener failed at {}", change.line(), e);
    }
  }

  /**
   * Tells what a change of the plugins' folder, found while the host runs, has changed.
   *
   * @param listener called until the host is closed, by the thread that watches the folder
   */
  public void listen(Consumer<PluginChange> listener) {
    listeners.add(listener);
  }

  /**
   * The lock of the plugins' folder as it is now.
   *
   * @throws FlexoraException if it is damaged
   */
  public PluginsLock lock() {
    return locked.lock();
  }

  /**
   * Makes sure that the plugins' folder holds what its lock names, and that these files are in use
   * and no others under their names.
   *
   * @throws FlexoraException naming each file that is missing or another one
   */
  public void requireAsLocked() {
    List<String> wrong = new ArrayList<>(lockedAndMissing());
    plugins().stream()
        .filter(plugin -> plugin.state() == PluginState.ALTERED)
        .forEach(plugin -> wrong.add(plugin.location() + ": " + plugin.cause()));
    if (!wrong.isEmpty()) {
      throw new FlexoraException(String.join(System.lineSeparator(), wrong));
    }
  }

  /**
   * Makes sure that each bundle of the host's own and each shipped plugin that is there is in use.
   *
   * @throws FlexoraException naming each that is not, and why
   */
  public void requireShipped() {
    List<String> wrong =
        installed.list().stream()
            .filter(plugin -> !plugin.runs() && plugin.wanted() && isShipped(plugin))
            .map(this::status)
            .map(
                plugin ->
                    "%s, which is shipped, is not in use: %s"
                        .formatted(plugin.location(), plugin.cause()))
            .toList();
    if (!wrong.isEmpty()) {
      throw new FlexoraException(String.join(System.lineSeparator(), wrong));
    }
  }

  private boolean isShipped(Installed plugin) {
    return plugin.origin() == PluginOrigin.SHIPPED
        || shipped.isListed(plugin.source())
        || options.bundles().stream()
            .map(path -> path.toAbsolutePath().normalize())
            .anyMatch(
                path -> path.equals(plugin.source()) || path.equals(plugin.source().getParent()));
  }

  /** The files that the lock names and that are not there, each in a sentence. */
  public List<String> lockedAndMissing() {
    return locked.missing();
  }

  /** What this host was started with. */
  public PluginHostOptions options() {
    return options;
  }

  /** Lists all bundles and plugins, and the files that are none, in the order of installation. */
  public List<PluginStatus> plugins() {
    return installed.list().stream().map(this::status).toList();
  }

  /** The extensions of all active plugins: a view that follows every change. */
  public ExtensionCatalog catalog() {
    return registry;
  }

  /** The name and version of the plugin that has a class; empty if no active one has it. */
  public Optional<String> pluginOf(String type) {
    return registry.pluginOf(type);
  }

  /**
   * Installs and starts a plugin; a path that is installed already is updated.
   *
   * @param plugin a jar, which is copied, or an exploded bundle, which is used in place
   * @return what became of it; a refusal or failure is a status, not an exception
   * @throws FlexoraException if a plugin of that path is in use and an experiment is running
   */
  public PluginStatus install(Path plugin) {
    return install(plugin, false);
  }

  /**
   * Does the same.
   *
   * @param replaces whether it may have the symbolic name of a shipped plugin: its extensions are
   *     then the ones that names without a version mean
   */
  public PluginStatus install(Path plugin, boolean replaces) {
    requireOpen();
    PluginStatus status = status(installed.install(plugin.toAbsolutePath().normalize(), replaces));
    restoreProcess();
    return status;
  }

  /** Whether a symbolic name is that of a shipped plugin or of a bundle of the host's own. */
  public boolean isShipped(String symbolicName) {
    return shipped.isReserved(symbolicName);
  }

  /**
   * Replaces a plugin while the host runs. If the new one does not start, the old one runs on and
   * the status says so. What experiments made of the old one keeps the classes that it has loaded.
   *
   * @param name a symbolic name, or {@code name@version}
   * @param plugin the jar or exploded bundle of the new version
   * @throws FlexoraException if there is no such plugin, or it is in use and an experiment is
   *     running
   */
  public PluginStatus update(String name, Path plugin) {
    requireOpen();
    return status(installed.update(name, plugin.toAbsolutePath().normalize()));
  }

  /**
   * Stops a plugin until {@link #startPlugin} or the end of the host.
   *
   * @param name a symbolic name, or {@code name@version}
   * @throws FlexoraException if there is no such plugin, or it is in use and an experiment is
   *     running
   */
  public PluginStatus stop(String name) {
    requireOpen();
    return status(installed.stop(name));
  }

  /**
   * Starts a plugin that was stopped, or tries again one that failed.
   *
   * @param name a symbolic name, or {@code name@version}
   * @throws FlexoraException if there is no such plugin
   */
  public PluginStatus startPlugin(String name) {
    requireOpen();
    return status(installed.start(name));
  }

  /**
   * Removes a plugin. Its file stays; one in the plugins' folder is taken up again when it changes
   * or when the next host starts.
   *
   * @param name a symbolic name, {@code name@version}, or a location
   * @throws FlexoraException if there is no such plugin, or it is in use and an experiment is
   *     running
   */
  public PluginStatus uninstall(String name) {
    requireOpen();
    PluginStatus last = status(installed.uninstall(name));
    return new PluginStatus(
        last.name(), last.version(), last.location(), PluginState.UNINSTALLED, "", List.of());
  }

  /**
   * Makes changes of plugins while no experiment is running; one that begins waits for their end.
   *
   * @param <R> what the changes return
   * @throws FlexoraException if an experiment is running
   */
  public <R> R whileUnused(Supplier<R> changes) {
    requireOpen();
    return installed.unused(changes);
  }

  /**
   * Stops every plugin and deletes the host's private folder; does nothing the second time.
   * Experiments that run in other threads are cancelled, and a minute is waited for their last
   * step.
   */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    watch.ifPresent(WatchThread::end);
    if (!inUse.close(LAST_STEP)) {
      LoggerFactory.getLogger(PluginHost.class)
          .warn("an experiment did not end within {} s; the host closes", LAST_STEP.toSeconds());
    }
    Map<Thread, String> threads = threadsOfPlugins();
    extender.close();
    EmbeddedFramework.stop(framework, options.callLimit().plus(Duration.ofSeconds(1)));
    cache.close();
    restoreProcess();
    threads.forEach(
        (thread, plugin) -> {
          if (thread.isAlive()) {
            complaints.add(
                "plugin %s leaves thread '%s' running, which alone would keep the process from ending"
                    .formatted(plugin, thread.getName()));
          }
        });
  }

  /** The threads in the code of plugins that keep a process from ending. */
  private Map<Thread, String> threadsOfPlugins() {
    Map<Thread, String> threads = new LinkedHashMap<>();
    Thread.getAllStackTraces()
        .forEach(
            (thread, stack) -> {
              if (!thread.isDaemon() && thread != Thread.currentThread()) {
                Arrays.stream(stack)
                    .flatMap(frame -> pluginOf(frame.getClassName()).stream())
                    .findFirst()
                    .ifPresent(plugin -> threads.put(thread, plugin));
              }
            });
    return threads;
  }

  private List<Installed> installed() {
    return installed.list();
  }

  private PluginStatus status(Installed plugin) {
    return new StatusReport(extender, registry).of(plugin);
  }

  /**
   * Refuses any use of a host that was closed.
   *
   * @throws FlexoraException if it was
   */
  public void requireOpen() {
    if (closed.get()) {
      throw PluginsInUse.closed();
    }
  }
}
