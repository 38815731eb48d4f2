package io.flexora.plugin.extension;

import com.fasterxml.jackson.databind.type.TypeFactory;
import io.flexora.api.plugin.Extension;
import io.flexora.plugin.felix.CallLimit;
import io.flexora.plugin.status.Causes;
import io.flexora.plugin.status.PluginOrigin;
import io.flexora.plugin.status.PluginProblem;
import io.flexora.plugin.status.PluginStatus.PluginState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.FrameworkUtil;
import org.osgi.util.tracker.BundleTracker;
import org.slf4j.LoggerFactory;

/** Wires each plugin bundle as it becomes active, and takes back its extensions as it stops. */
public final class Extender extends BundleTracker<Extender.WiringOutcome> {

  private final ExtensionRegistry registry;
  private final CallLimit limit;
  private final Set<Bundle> givenUp = ConcurrentHashMap.newKeySet();
  private final Map<Bundle, PluginOrigin> origins = new ConcurrentHashMap<>();

  public Extender(BundleContext context, ExtensionRegistry registry, CallLimit limit) {
    super(context, Bundle.ACTIVE, null);
    this.registry = registry;
    this.limit = limit;
  }

  /** The outcome of wiring a plugin: its extensions, or the problem. */
  public record WiringOutcome(
      List<InstalledExtension> extensions, Optional<PluginProblem> problem) {

    static WiringOutcome failed(PluginProblem problem) {
      return new WiringOutcome(List.of(), Optional.of(problem));
    }
  }

  /** What became of an active bundle; empty if it is not active, or is no plugin. */
  public Optional<WiringOutcome> outcome(Bundle bundle) {
    return Optional.ofNullable(getObject(bundle));
  }

  /** Notes the origin of a bundle that is going to be started. */
  public void origin(Bundle bundle, PluginOrigin origin) {
    origins.put(bundle, origin);
  }

  /** Forgets a bundle that was removed. */
  public void forget(Bundle bundle) {
    givenUp.remove(bundle);
    origins.remove(bundle);
  }

  /** Wires the bundle no more, should it become active after all. */
  public void giveUp(Bundle bundle) {
    givenUp.add(bundle);
  }

  /** Wires the bundle again when it becomes active. */
  public void takeUp(Bundle bundle) {
    givenUp.remove(bundle);
  }

  // Null is the tracker's word for a bundle that it need not follow.
  @Override
  public WiringOutcome addingBundle(Bundle bundle, BundleEvent event) {
    return PluginWiring.isPlugin(bundle) && !givenUp.contains(bundle) ? wire(bundle) : null;
  }

  @Override
  public void removedBundle(Bundle bundle, BundleEvent event, WiringOutcome outcome) {
    outcome.extensions().stream()
        .map(InstalledExtension::owner)
        .distinct()
        .forEach(registry::remove);
    // What all mappers share would keep the plugin's classes, had it written one of them as JSON.
    TypeFactory.defaultInstance().clearCache();
  }

  private WiringOutcome wire(Bundle bundle) {
    PluginWiring wiring =
        new PluginWiring(bundle, origins.getOrDefault(bundle, PluginOrigin.OTHER));
    List<InstalledExtension> extensions;
    try {
      // In a thread of its own: one that hangs must not hold the framework's locks.
      extensions = limit.run("wire-" + bundle.getSymbolicName(), wiring.context(), wiring::wire);
    } catch (TimeoutException e) {
      return WiringOutcome.failed(
          PluginProblem.lasting(
              PluginState.FAILED, "its module did not return within %s".formatted(limit.words())));
    } catch (ExecutionException e) {
      return failed(bundle, e.getCause());
    }
    Optional<PluginProblem> taken = registry.add(extensions);
    if (taken.isPresent()) {
      return WiringOutcome.failed(taken.get());
    }
    extensions.forEach(extension -> publish(bundle, extension));
    return new WiringOutcome(extensions, Optional.empty());
  }

  private static WiringOutcome failed(Bundle bundle, Throwable cause) {
    LoggerFactory.getLogger(Extender.class).debug("{} is not wired", bundle, cause);
    String line = cause instanceof WiringException ? cause.getMessage() : Causes.of(cause);
    return WiringOutcome.failed(PluginProblem.lasting(PluginState.FAILED, line));
  }

  /** Registers a service in the plugin's name, which the framework takes back as it stops. */
  private static void publish(Bundle bundle, InstalledExtension installed) {
    Map<String, Object> properties =
        Map.of(
            "flexora.kind", installed.extension().kind(),
            "flexora.name", installed.extension().name(),
            "flexora.version", installed.version());
    bundle
        .getBundleContext()
        .registerService(
            Extension.class.getName(),
            installed.extension(),
            FrameworkUtil.asDictionary(properties));
  }
}
