package io.flexora.source.hf;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.ReadFailure;
import io.flexora.files.durable.RegularFile;
import io.flexora.files.network.BearerToken;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The variables of huggingface_hub. A system property of the same name stands above a variable, for
 * programs that cannot set their own environment.
 *
 * @param home the user's home folder
 * @param variables the environment variables
 * @param properties the system properties of this process
 */
record HubEnvironment(Path home, Map<String, String> variables, Properties properties) {
  private static final String ENDPOINT = "https://huggingface.co";
  private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");
  private static final Pattern REFERENCE = Pattern.compile("\\$(?:\\{(\\w+)}|(\\w+))");

  HubEnvironment {
    variables = Map.copyOf(variables);
  }

  static HubEnvironment ofThisProcess() {
    Properties properties = System.getProperties();
    return new HubEnvironment(
        Path.of(properties.getProperty("user.home")), System.getenv(), properties);
  }

  /** A variable that is set and not blank. */
  Optional<String> variable(String name) {
    return Optional.ofNullable(properties.getProperty(name))
        .or(() -> Optional.ofNullable(variables.get(name)))
        .map(String::strip)
        .filter(v -> !v.isEmpty());
  }

  private boolean isTrue(String name) {
    return variable(name).map(v -> TRUE.contains(v.toUpperCase(Locale.ROOT))).orElse(false);
  }

  /** The variable that forbids to use the network, if one does. */
  Optional<String> offline() {
    return Optional.of("HF_HUB_OFFLINE")
        .filter(name -> variable(name).isPresent())
        .or(() -> Optional.of("TRANSFORMERS_OFFLINE"))
        .filter(this::isTrue);
  }

  /** Whether files of a snapshot may be symbolic links. */
  boolean allowsLinks() {
    return !isTrue("HF_HUB_DISABLE_SYMLINKS");
  }

  /** The folder of all repositories, whether or not it is there. */
  Path cache() {
    return folder("HF_HUB_CACHE")
        .or(() -> folder("HUGGINGFACE_HUB_CACHE"))
        .orElseGet(() -> hubHome().resolve("hub"))
        .toAbsolutePath()
        .normalize();
  }

  private Path hubHome() {
    return folder("HF_HOME")
        .orElseGet(
            () ->
                folder("XDG_CACHE_HOME")
                    .orElseGet(() -> home.resolve(".cache"))
                    .resolve("huggingface"));
  }

  private Optional<Path> folder(String name) {
    return variable(name).map(this::expanded).map(Path::of);
  }

  /** Replaces {@code ~} and {@code $NAME} as a shell does; an unknown name stays as it is. */
  private String expanded(String written) {
    Matcher reference = REFERENCE.matcher(written);
    String text =
        reference.replaceAll(
            m -> {
              String name = m.group(1) == null ? m.group(2) : m.group(1);
              return Matcher.quoteReplacement(variable(name).orElse(m.group()));
            });
    return text.equals("~") || text.startsWith("~/") ? home + text.substring(1) : text;
  }

  /**
   * Where the Hub is.
   *
   * @throws FlexoraException if {@code HF_ENDPOINT} is no address
   */
  URI endpoint() {
    String written = variable("HF_ENDPOINT").orElse(ENDPOINT);
    try {
      URI uri = URI.create(written.replaceFirst("/+$", ""));
      if (uri.getHost() != null && Set.of("http", "https").contains(uri.getScheme())) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      throw noAddress(written, e);
    }
    throw noAddress(written, null);
  }

  private static FlexoraException noAddress(String written, Throwable cause) {
    return new FlexoraException(
        "HF_ENDPOINT is '%s', which is no address; write one such as %s"
            .formatted(written, ENDPOINT),
        cause);
  }

  /**
   * The user's token.
   *
   * @throws FlexoraException if it cannot be one
   */
  Optional<BearerToken> token() {
    if (isTrue("HF_HUB_DISABLE_IMPLICIT_TOKEN")) {
      return Optional.empty();
    }
    return variable("HF_TOKEN")
        .or(() -> variable("HUGGING_FACE_HUB_TOKEN"))
        .map(text -> BearerToken.of(text, "HF_TOKEN"))
        .or(this::tokenOfFile);
  }

  private Optional<BearerToken> tokenOfFile() {
    Path file = folder("HF_TOKEN_PATH").orElseGet(() -> hubHome().resolve("token"));
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(RegularFile.text(file).strip())
          .filter(text -> !text.isEmpty())
          .map(text -> BearerToken.of(text, file.toString()));
    } catch (IOException e) {
      throw new FlexoraException(
          "cannot read the token in %s (%s); make it readable, or set HF_TOKEN"
              .formatted(file, ReadFailure.reason(file, e)),
          e);
    }
  }
}
