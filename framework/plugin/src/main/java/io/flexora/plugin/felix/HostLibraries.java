package io.flexora.plugin.felix;

import io.flexora.api.run.FlexoraException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;

/**
 * The libraries that bundles and host have in common, in the versions that the host was built with.
 * The class path of a program that embeds the host may have others in front.
 */
public final class HostLibraries {

  private static final String RESOURCE = "libraries.txt";

  private HostLibraries() {}

  /**
   * A library.
   *
   * @param name what users call it
   * @param type one of its classes
   * @param artifact the name of its jar without version and ending
   * @param version the version that the host was built with
   */
  private record Library(String name, String type, String artifact, Version version) {

    static Library parse(String line) {
      String[] parts = line.split(";", -1);
      return new Library(parts[0], parts[1], parts[2], version(parts[3]));
    }

    /** The sentence that tells of another version in the place of this one. */
    Optional<String> problem(ClassLoader loader) {
      return jar(loader)
          .flatMap(
              place ->
                  found(place)
                      .filter(other -> !isCompatible(other))
                      .map(
                          other ->
                              "%s %s, from %s, is no %s, which this Flexora was built with"
                                  .formatted(name, other, place, version)));
    }

    private boolean isCompatible(Version other) {
      return other.getMajor() == version.getMajor()
          && (version.getMajor() > 0 || other.getMinor() == version.getMinor());
    }

    private Optional<String> jar(ClassLoader loader) {
      try {
        Class<?> found = Class.forName(type, /* initialize= */ false, loader);
        return Optional.ofNullable(found.getProtectionDomain().getCodeSource())
            .map(CodeSource::getLocation)
            .map(URL::toString);
      } catch (ClassNotFoundException | LinkageError e) {
        return Optional.empty();
      }
    }

    /** The version in the name of the jar, or else what the jar tells of itself. */
    private Optional<Version> found(String place) {
      Matcher jar =
          Pattern.compile("[/\\\\]" + Pattern.quote(artifact) + "-(\\d[^/\\\\]*)\\.jar(!/)?$")
              .matcher(place);
      return jar.find() ? Optional.of(version(jar.group(1))) : inside(place);
    }

    /** From Maven's record of the artifact, which a jar of several keeps, or from the manifest. */
    private Optional<Version> inside(String place) {
      if (!place.startsWith("file:") || !place.endsWith(".jar")) {
        return Optional.empty();
      }
      try (JarFile jar = new JarFile(Path.of(URI.create(place)).toFile())) {
        Optional<JarEntry> record =
            jar.stream()
                .filter(entry -> entry.getName().startsWith("META-INF/maven/"))
                .filter(entry -> entry.getName().endsWith("/" + artifact + "/pom.properties"))
                .findFirst();
        Properties properties = new Properties();
        if (record.isPresent()) {
          try (InputStream in = jar.getInputStream(record.get())) {
            properties.load(in);
          }
        } else if (jar.getManifest() != null && isOf(jar.getManifest())) {
          Attributes headers = jar.getManifest().getMainAttributes();
          properties.setProperty("version", headers.getValue(Constants.BUNDLE_VERSION));
        }
        return Optional.ofNullable(properties.getProperty("version")).map(Library::version);
      } catch (IOException | IllegalArgumentException e) {
        return Optional.empty();
      }
    }

    /** Whether a manifest is that of a bundle which is named for the library's package. */
    private boolean isOf(Manifest manifest) {
      Attributes headers = manifest.getMainAttributes();
      return type.startsWith(headers.getValue(Constants.BUNDLE_SYMBOLICNAME) + ".")
          && headers.getValue(Constants.BUNDLE_VERSION) != null;
    }

    private static Version version(String text) {
      Matcher numbers =
          Pattern.compile("(\\d{1,8})(?:\\.(\\d{1,8}))?(?:\\.(\\d{1,8}))?").matcher(text);
      return numbers.lookingAt()
          ? new Version(part(numbers.group(1)), part(numbers.group(2)), part(numbers.group(3)))
          : Version.emptyVersion;
    }

    private static int part(String digits) {
      return digits == null ? 0 : Integer.parseInt(digits);
    }
  }

  /**
   * Refuses a class path whose libraries are of another major version.
   *
   * @throws FlexoraException naming each with its place
   */
  public static void requireCompatible() {
    List<String> problems = problems(HostLibraries.class.getClassLoader());
    if (!problems.isEmpty()) {
      throw new FlexoraException(
          String.join("; ", problems)
              + ". Bundles could not be used with it: put Flexora's own libraries in front of the class path");
    }
  }

  /** The problems of a class loader's libraries, each in a sentence. */
  static List<String> problems(ClassLoader loader) {
    return all().stream().flatMap(library -> library.problem(loader).stream()).toList();
  }

  private static List<Library> all() {
    try (InputStream in = HostLibraries.class.getResourceAsStream(RESOURCE);
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return reader.lines().map(Library::parse).collect(Collectors.toList());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + RESOURCE, e);
    }
  }
}
