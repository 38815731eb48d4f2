package io.flexora.web;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The names under which the page may be asked for. A foreign page can make a browser ask here under
 * its own name (DNS rebinding), and would be given the answer; under an address in figures, or the
 * name that the user gave, it cannot.
 *
 * @param given the address that the user gave
 */
record HostNames(String given) {

  private static final Pattern PORT = Pattern.compile(":\\d{1,5}$");
  private static final Pattern FIGURES =
      Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-fA-F:.]{2,45}]");

  static HostNames at(String address) {
    return new HostNames(address.toLowerCase(Locale.ROOT));
  }

  /** Whether the value of a Host header is one of them; null where there was none. */
  boolean include(String header) {
    if (header == null) {
      return false;
    }
    String name = PORT.matcher(header).replaceFirst("").toLowerCase(Locale.ROOT);
    return name.equals("localhost") || name.equals(given) || FIGURES.matcher(name).matches();
  }

  /** As it stands in an address. */
  String shown() {
    return given.contains(":") && !given.startsWith("[") ? "[" + given + "]" : given;
  }
}
