package io.flexora.plugin.admission;

import io.flexora.plugin.felix.SystemPackages;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The names that belong to the host and that no plugin may take. */
final class ReservedNames {

  /** The rooms of the framework. */
  private static final List<String> ROOMS =
      List.of(
          "api",
          "results",
          "files",
          "jinja",
          "formats",
          "numerics",
          "transformers",
          "statistics",
          "config",
          "runstore",
          "plugin",
          "experiment",
          "comparison",
          "query",
          "host",
          "web",
          "testkit",
          "cli");

  private static final Set<String> FRAMEWORK =
      Stream.concat(
              Stream.of("system.bundle", "org.apache.felix.framework"),
              ROOMS.stream().map("flexora-"::concat))
          .collect(Collectors.toUnmodifiableSet());

  /** With all packages below them: the rooms, and libraries with native code. */
  private static final List<String> ROOTS =
      Stream.concat(
              ROOMS.stream().map("io.flexora."::concat),
              Stream.of("ai.djl", "ai.onnxruntime", "org.duckdb"))
          .toList();

  /** What the host gives to bundles: those of one bundle could reach another in its place. */
  private static final Set<String> GIVEN =
      SystemPackages.list().stream()
          .map(SystemPackages.SystemPackage::name)
          .collect(Collectors.toUnmodifiableSet());

  private ReservedNames() {}

  static boolean isFramework(String symbolicName) {
    return FRAMEWORK.contains(symbolicName);
  }

  static boolean isHostPackage(String name) {
    return GIVEN.contains(name)
        || ROOTS.stream().anyMatch(root -> name.equals(root) || name.startsWith(root + "."));
  }
}
