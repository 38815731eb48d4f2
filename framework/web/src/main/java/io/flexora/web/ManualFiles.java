package io.flexora.web;

import io.flexora.files.durable.RegularFile;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The manual that lies in the distribution. Its pages are not this page's: they get no script of
 * ours, and no token.
 *
 * @param folder its folder
 */
record ManualFiles(Path folder) {

  private static final int NOT_FOUND = 404;
  private static final String INDEX = "index.html";

  private static final String SANDBOX =
      "sandbox allow-scripts allow-popups; default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml",
          "png", "image/png",
          "gif", "image/gif",
          "woff2", "font/woff2",
          "json", "application/json; charset=utf-8");

  /** Whether a folder is that of a manual. */
  static boolean isThere(Path folder) {
    return Files.isRegularFile(folder.resolve(INDEX));
  }

  /** Answers with a file, whatever way the request's path tries to lead out of the folder. */
  void answer(Context context) {
    String name = context.pathParam("file");
    Optional<Path> file = find(name.isEmpty() ? INDEX : name);
    if (file.isEmpty()) {
      HttpRefusal.of(NOT_FOUND, "the manual has no page " + name).to(context);
      return;
    }
    context.header("Content-Security-Policy", SANDBOX);
    // A page in a sandbox has no origin, so its own style would be another origin's.
    context.header("Cross-Origin-Resource-Policy", "cross-origin");
    try {
      context.contentType(type(file.get())).result(RegularFile.stream(file.get()));
    } catch (IOException e) {
      HttpRefusal.of(NOT_FOUND, "the manual's page " + name + " cannot be read").to(context);
    }
  }

  private Optional<Path> find(String name) {
    Path file = folder.resolve(name.replace('\\', '/')).normalize();
    return file.startsWith(folder)
            && TYPES.containsKey(ending(file))
            && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        ? Optional.of(file)
        : Optional.empty();
  }

  private static String type(Path file) {
    return TYPES.get(ending(file));
  }

  private static String ending(Path file) {
    String name = file.getFileName().toString();
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
