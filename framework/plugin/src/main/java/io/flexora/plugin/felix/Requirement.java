package io.flexora.plugin.felix;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Constants;
import org.osgi.framework.namespace.BundleNamespace;
import org.osgi.framework.namespace.HostNamespace;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleRequirement;

/**
 * A requirement of a bundle, in words that a person can read.
 *
 * @param namespace the namespace, such as {@code osgi.wiring.package}
 * @param name the name of the package, bundle or capability; the whole filter if there is none
 * @param version the version or range; empty for any
 */
record Requirement(String namespace, String name, String version) {

  private static final String ANY = "0.0.0";
  private static final Pattern LEAST = Pattern.compile("\\((?:bundle-)?version>?=([^)]*)\\)");
  private static final Pattern BELOW = Pattern.compile("\\(!\\((?:bundle-)?version>=([^)]*)\\)\\)");

  static Requirement of(BundleRequirement requirement) {
    String filter = requirement.getDirectives().getOrDefault(Constants.FILTER_DIRECTIVE, "");
    String namespace = requirement.getNamespace();
    String name = first(Pattern.compile("\\(" + Pattern.quote(namespace) + "=([^)]*)\\)"), filter);
    return new Requirement(namespace, name.isEmpty() ? filter : name, range(filter));
  }

  private static String range(String filter) {
    String below = first(BELOW, filter);
    String least = first(LEAST, BELOW.matcher(filter).replaceAll(""));
    if (below.isEmpty()) {
      return least.equals(ANY) ? "" : shorten(least);
    }
    return "[" + (least.isEmpty() ? "0" : shorten(least)) + "," + shorten(below) + ")";
  }

  private static String first(Pattern pattern, String filter) {
    Matcher matcher = pattern.matcher(filter);
    return matcher.find() ? matcher.group(1) : "";
  }

  /** Writes 1.4.0 as 1.4, as people do. */
  private static String shorten(String version) {
    return version.replaceFirst("^(\\d+\\.\\d+)\\.0$", "$1");
  }

  @Override
  public String toString() {
    String versioned = version.isEmpty() ? name : name + " " + version;
    return switch (namespace) {
      case PackageNamespace.PACKAGE_NAMESPACE -> "package " + versioned;
      case BundleNamespace.BUNDLE_NAMESPACE -> "bundle " + versioned;
      case HostNamespace.HOST_NAMESPACE -> "bundle " + versioned + " to attach to";
      default -> namespace + " " + versioned;
    };
  }
}
