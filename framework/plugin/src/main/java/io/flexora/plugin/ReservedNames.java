package io.flexora.plugin;

import java.util.List;
import java.util.Set;

/** The names that belong to the host and that no plugin may take. */
final class ReservedNames {

  private static final Set<String> FRAMEWORK =
      Set.of(
          "system.bundle",
          "org.apache.felix.framework",
          "flexora-api",
          "flexora-formats",
          "flexora-numerics",
          "flexora-host",
          "flexora-testkit",
          "flexora-cli");

  private static final List<String> PACKAGES =
      List.of(
          "io.flexora.api",
          "io.flexora.formats",
          "io.flexora.numerics",
          "io.flexora.host",
          "ai.djl");

  private ReservedNames() {}

  static boolean isFramework(String symbolicName) {
    return FRAMEWORK.contains(symbolicName);
  }

  static boolean isHostPackage(String name) {
    return PACKAGES.stream().anyMatch(p -> name.equals(p) || name.startsWith(p + "."));
  }
}
