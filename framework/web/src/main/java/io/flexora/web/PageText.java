package io.flexora.web;

import io.flexora.files.durable.FileHash;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The page in one piece, and the headers that let a browser run and load nothing but what is in it.
 *
 * @param html the page
 * @param headers of every answer, by name
 */
record PageText(String html, Map<String, String> headers) {

  private static final List<String> SCRIPTS =
      List.of(
          "common.js",
          "charts.js",
          "export.js",
          "filter.js",
          "table.js",
          "group.js",
          "chosen.js",
          "comparison.js",
          "actions.js",
          "form.js",
          "chat.js",
          "page.js");

  static PageText load() {
    String style = resource("page.css");
    String script = SCRIPTS.stream().map(PageText::resource).collect(Collectors.joining("\n"));
    String html = resource("page.html").replace("{style}", style).replace("{script}", script);
    String policy =
        "default-src 'none'; script-src %s; style-src %s; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
            .formatted(hash(script), hash(style));
    return new PageText(
        html,
        Map.of(
            "Content-Security-Policy", policy,
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Cache-Control", "no-store"));
  }

  private static String resource(String name) {
    try (InputStream in = PageText.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hash(String text) {
    byte[] digest = FileHash.newDigest().digest(text.getBytes(StandardCharsets.UTF_8));
    return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
  }
}
