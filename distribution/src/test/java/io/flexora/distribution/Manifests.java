package io.flexora.distribution;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads what a bundle says of itself. */
final class Manifests {

  private static final String OUTSIDE_QUOTES = "(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)";
  private static final Pattern VERSION = Pattern.compile(";version=\"?([^\";]+)\"?");

  private static final Set<String> JAVA =
      ModuleLayer.boot().modules().stream()
          .filter(module -> module.getName().matches("(java|jdk)\\..*"))
          .flatMap(module -> module.getPackages().stream())
          .collect(Collectors.toSet());

  private Manifests() {}

  /** The packages that a bundle imports with the versions that it accepts, without Java's own. */
  static Map<String, String> imports(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      String header = file.getManifest().getMainAttributes().getValue("Import-Package");
      Map<String, String> imports = new TreeMap<>();
      for (String clause : header.split("," + OUTSIDE_QUOTES, -1)) {
        Matcher version = VERSION.matcher(clause);
        imports.put(clause.split(";", 2)[0].strip(), version.find() ? version.group(1) : "");
      }
      imports.keySet().removeAll(JAVA);
      return imports;
    }
  }
}
