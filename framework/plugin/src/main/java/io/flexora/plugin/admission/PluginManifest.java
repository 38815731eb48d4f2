package io.flexora.plugin.admission;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Constants;

/** The headers of a bundle's manifest that decide whether it is admitted. */
public record PluginManifest(Attributes headers) {

  private static final Pattern VERSION = Pattern.compile(";\\s*version\\s*=\\s*\"?([^\";]+)");

  /**
   * Reads the manifest of a jar.
   *
   * @throws IOException if the file is no jar with a manifest
   */
  public static PluginManifest of(Path jar) throws IOException {
    try (JarFile opened = new JarFile(jar.toFile(), false)) {
      Manifest manifest = opened.getManifest();
      if (manifest == null) {
        throw new IOException("it has no manifest");
      }
      return new PluginManifest(manifest.getMainAttributes());
    }
  }

  /** The symbolic name; empty if the jar is no bundle. */
  public String symbolicName() {
    List<String> clauses = clauses(Constants.BUNDLE_SYMBOLICNAME);
    return clauses.isEmpty() ? "" : name(clauses.get(0));
  }

  public String version() {
    String version = headers.getValue(Constants.BUNDLE_VERSION);
    return version == null ? "0.0.0" : version.strip();
  }

  List<String> exportedPackages() {
    return clauses(Constants.EXPORT_PACKAGE).stream().map(PluginManifest::name).toList();
  }

  /** The packages that it needs, each with its range of versions; empty for any. */
  public Map<String, String> importedPackages() {
    Map<String, String> packages = new LinkedHashMap<>();
    for (String clause : clauses(Constants.IMPORT_PACKAGE)) {
      if (!clause.replace(" ", "").contains("resolution:=optional")
          && !clause.replace(" ", "").contains("resolution:=\"optional\"")) {
        Matcher version = VERSION.matcher(clause);
        packages.put(name(clause), version.find() ? version.group(1) : "");
      }
    }
    return packages;
  }

  boolean extendsFramework() {
    return fragmentHosts().stream().anyMatch(ReservedNames::isFramework);
  }

  /** The symbolic names of the bundles that it becomes a part of; of a fragment there is one. */
  public List<String> fragmentHosts() {
    return clauses(Constants.FRAGMENT_HOST).stream().map(PluginManifest::name).toList();
  }

  boolean hasNativeCode() {
    return headers.getValue(Constants.BUNDLE_NATIVECODE) != null;
  }

  private List<String> clauses(String header) {
    String value = headers.getValue(header);
    return value == null || value.isBlank() ? List.of() : split(value);
  }

  /** Splits at the commas that are not inside quotes. */
  private static List<String> split(String value) {
    List<String> clauses = new ArrayList<>();
    StringBuilder clause = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      quoted ^= c == '"';
      if (c == ',' && !quoted) {
        clauses.add(clause.toString());
        clause.setLength(0);
      } else {
        clause.append(c);
      }
    }
    clauses.add(clause.toString());
    return clauses;
  }

  private static String name(String clause) {
    int end = clause.indexOf(';');
    return (end < 0 ? clause : clause.substring(0, end)).strip();
  }
}
