package io.flexora.plugin.extension;

import io.flexora.api.run.FlexoraException;
import io.flexora.plugin.felix.CodeHash;
import java.io.IOException;
import java.net.URL;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;

/**
 * The code of a plugin: its own bundle with its fragments, and the bundles whose packages it uses.
 */
final class PluginCode {

  private final Bundle plugin;
  private Map<String, String> hashes = Map.of();

  PluginCode(Bundle plugin) {
    this.plugin = plugin;
  }

  /**
   * The {@linkplain CodeHash hash} of each bundle by its symbolic name, with {@code +} between
   * those of several versions; found once.
   *
   * @throws FlexoraException if a bundle cannot be read
   */
  synchronized Map<String, String> hashes() {
    if (hashes.isEmpty()) {
      Map<String, SortedSet<String>> found = new TreeMap<>();
      for (Bundle bundle : used(plugin, new HashSet<>())) {
        found.computeIfAbsent(bundle.getSymbolicName(), name -> new TreeSet<>()).add(hash(bundle));
      }
      hashes =
          found.entrySet().stream()
              .collect(
                  Collectors.toUnmodifiableMap(
                      Map.Entry::getKey, versions -> String.join("+", versions.getValue())));
    }
    return hashes;
  }

  private static Set<Bundle> used(Bundle bundle, Set<Bundle> known) {
    BundleWiring wiring = bundle.adapt(BundleWiring.class);
    if (bundle.getBundleId() != 0 && known.add(bundle) && wiring != null) {
      for (BundleWire wire : wiring.getRequiredWires(null)) {
        used(wire.getProvider().getBundle(), known);
      }
    }
    return known;
  }

  private static String hash(Bundle bundle) {
    CodeHash hash = new CodeHash();
    try {
      Enumeration<URL> entries = bundle.findEntries("/", "*", true);
      while (entries != null && entries.hasMoreElements()) {
        URL entry = entries.nextElement();
        hash.add(entry.getPath().substring(1), entry::openStream);
      }
      return hash.sha256();
    } catch (IOException | IllegalStateException e) {
      throw new FlexoraException(
          "the code of plugin %s cannot be read: %s".formatted(bundle.getSymbolicName(), e), e);
    }
  }
}
