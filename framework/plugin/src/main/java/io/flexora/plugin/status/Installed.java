package io.flexora.plugin.status;

import io.flexora.plugin.status.PluginStatus.PluginState;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/** One file or folder that the host was given, and what is known about it. */
public final class Installed {

  private final Path source;
  private final Path inUse;
  private final Optional<Bundle> bundle;
  private final PluginOrigin origin;
  private volatile boolean wanted = true;
  private volatile Optional<PluginProblem> problem;
  private volatile String note = "";

  private Installed(
      Path source,
      Path inUse,
      Optional<Bundle> bundle,
      PluginOrigin origin,
      Optional<PluginProblem> problem) {
    this.source = source;
    this.inUse = inUse;
    this.bundle = bundle;
    this.origin = origin;
    this.problem = problem;
  }

  /**
   * A bundle that was installed.
   *
   * @param source where it came from
   * @param inUse what the framework reads: the same, or the host's copy
   */
  public static Installed of(Path source, Path inUse, Bundle bundle, PluginOrigin origin) {
    return new Installed(source, inUse, Optional.of(bundle), origin, Optional.empty());
  }

  /** A file that did not become a bundle. */
  public static Installed refused(Path source, PluginProblem problem) {
    return new Installed(
        source, source, Optional.empty(), PluginOrigin.OTHER, Optional.of(problem));
  }

  public Path source() {
    return source;
  }

  public Path inUse() {
    return inUse;
  }

  public PluginOrigin origin() {
    return origin;
  }

  public Optional<Bundle> bundle() {
    return bundle;
  }

  public Optional<PluginProblem> problem() {
    return problem;
  }

  public void problem(Optional<PluginProblem> found) {
    problem = found;
  }

  /** Whether it should run; false once it was stopped on request. */
  public boolean wanted() {
    return wanted;
  }

  public void wanted(boolean value) {
    wanted = value;
  }

  /** Something the user should know beside its problem, such as an update that failed. */
  public String note() {
    return note;
  }

  public void note(String line) {
    note = line;
  }

  /** Whether it becomes a part of another bundle. */
  public boolean isFragment() {
    return bundle.filter(Fragments::isFragment).isPresent();
  }

  /** Whether it is active, or attached. */
  public boolean runs() {
    return problem.isEmpty() && bundle.filter(Installed::isUp).isPresent();
  }

  /** Whether it runs, or what it exports is used by a bundle that does. */
  public boolean isUsed() {
    return runs() || bundle.filter(idle -> isUsed(idle, new HashSet<>())).isPresent();
  }

  /** A bundle that failed or was stopped stays resolved, and gives its packages to others. */
  private static boolean isUsed(Bundle bundle, Set<Bundle> seen) {
    return users(bundle)
        .filter(seen::add)
        .anyMatch(user -> user.getState() == Bundle.ACTIVE || isUsed(user, seen));
  }

  private static Stream<Bundle> users(Bundle bundle) {
    return Optional.ofNullable(bundle.adapt(BundleWiring.class))
        .map(wiring -> wiring.getProvidedWires(null))
        .stream()
        .flatMap(List::stream)
        .map(wire -> wire.getRequirer().getBundle());
  }

  public String name() {
    return bundle.map(Bundle::getSymbolicName).orElseGet(() -> source.getFileName().toString());
  }

  public String version() {
    return bundle.map(b -> b.getVersion().toString()).orElse("");
  }

  /** Whether a reference is its name, its {@code name@version} or its file. */
  public boolean isCalled(String reference) {
    return reference.equals(name())
        || reference.equals(name() + "@" + version())
        || reference.equals(source.toString());
  }

  private static boolean isUp(Bundle bundle) {
    return bundle.getState() == (Fragments.isFragment(bundle) ? Fragments.ATTACHED : Bundle.ACTIVE);
  }

  public PluginState idleState() {
    return problem
        .map(PluginProblem::state)
        .orElse(wanted ? PluginState.FAILED : PluginState.STOPPED);
  }
}
