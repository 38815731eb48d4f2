package io.flexora.source.hf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes names as parts of addresses. */
final class Escaped {

  private Escaped() {}

  /** A name as one segment: its slashes are escaped too. */
  static String segment(String name) {
    return URLEncoder.encode(name, UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  /** A path: its slashes stay. */
  static String path(String path) {
    return Stream.of(path.split("/", -1)).map(Escaped::segment).collect(Collectors.joining("/"));
  }
}
