package io.flexora.plugin.felix;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** The packages that the host's class path gives to every bundle. */
public final class SystemPackages {

  private static final String RESOURCE = "system-packages.txt";

  private SystemPackages() {}

  /** A package with its version; an empty version where its jar states none. */
  public record SystemPackage(String name, String version) {

    static SystemPackage parse(String line) {
      String[] parts = line.split(";", 2);
      return new SystemPackage(parts[0], parts.length == 1 ? "" : parts[1]);
    }

    String clause() {
      return version.isEmpty() ? name : name + ";version=\"" + version + "\"";
    }
  }

  public static List<SystemPackage> list() {
    try (InputStream in = SystemPackages.class.getResourceAsStream(RESOURCE);
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(SystemPackage::parse)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + RESOURCE, e);
    }
  }

  /** The list as the value of {@code org.osgi.framework.system.packages.extra}. */
  static String header() {
    return list().stream().map(SystemPackage::clause).collect(Collectors.joining(","));
  }
}
