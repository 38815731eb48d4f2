package io.flexora.source.hf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes names as parts of addresses. */
final class Escaped {
  private static final String PLAIN =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

  private Escaped() {}

  /** A name as one segment: its slashes are escaped too. */
  static String segment(String name) {
    StringBuilder escaped = new StringBuilder();
    for (byte b : name.getBytes(UTF_8)) {
      char c = (char) (b & 0xff);
      escaped.append(PLAIN.indexOf(c) >= 0 ? String.valueOf(c) : "%%%02X".formatted(b & 0xff));
    }
    return escaped.toString();
  }

  /** A path: its slashes stay. */
  static String path(String path) {
    return Stream.of(path.split("/", -1)).map(Escaped::segment).collect(Collectors.joining("/"));
  }
}
