package io.flexora.plugin.felix;

import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The code of Flexora that computes: the parts of the host that plugins see, and those that run
 * experiments.
 *
 * @since 0.1
 */
public final class HostCode {

  private static final String OWN = "io.flexora.";
  private static final Set<String> RUNNING = Set.of("config", "experiment", "plugin", "runstore");

  private HostCode() {}

  /** Hashed when it is first asked for: the class path of a process does not change. */
  private static final class Once {
    private static final Map<String, String> HASHES = hash();
  }

  /**
   * The SHA-256 of the content of each jar, by its name such as {@code flexora-numerics}. What
   * differs between two builds of the same classes is left out.
   *
   * @throws FlexoraException if one cannot be read
   */
  public static Map<String, String> hashes() {
    return Once.HASHES;
  }

  private static Map<String, String> hash() {
    Set<String> parts = new TreeSet<>(RUNNING);
    for (SystemPackages.SystemPackage given : SystemPackages.list()) {
      if (given.name().startsWith(OWN)) {
        parts.add(given.name().substring(OWN.length()).replaceFirst("\\..*", ""));
      }
    }
    Map<String, String> hashes = new TreeMap<>();
    for (String part : parts) {
      hash(part).ifPresent(hash -> hashes.put("flexora-" + part, hash));
    }
    return Map.copyOf(hashes);
  }

  /** The hash of what has a part's packages; more than one place where its tests run. */
  private static Optional<String> hash(String part) {
    String packages = "io/flexora/" + part;
    try {
      List<String> hashes = new ArrayList<>();
      for (URL place : Collections.list(HostCode.class.getClassLoader().getResources(packages))) {
        hashes.add(CodeHash.of(code(place, packages)));
      }
      return hashes.stream().reduce((one, more) -> one + "+" + more);
    } catch (IOException | URISyntaxException e) {
      throw new FlexoraException("the code of flexora-%s cannot be read: %s".formatted(part, e), e);
    }
  }

  private static Path code(URL place, String packages) throws IOException, URISyntaxException {
    if (place.openConnection() instanceof JarURLConnection jar) {
      return Path.of(jar.getJarFileURL().toURI());
    }
    String folder = place.toURI().toString().replaceFirst(packages + "/?$", "");
    return Path.of(URI.create(folder));
  }
}
