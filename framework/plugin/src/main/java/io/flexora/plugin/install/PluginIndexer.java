package io.flexora.plugin.install;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.durable.DurableFile;
import io.flexora.files.durable.FileHash;
import io.flexora.files.durable.ReadFailure;
import io.flexora.plugin.PluginHost;
import io.flexora.plugin.admission.PluginManifest;
import io.flexora.plugin.lock.DetachedSignature;
import io.flexora.plugin.lock.SigningKey;
import io.flexora.plugin.status.PluginStatus;
import io.flexora.plugin.status.PluginStatus.PluginState;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.osgi.framework.Constants;
import org.osgi.framework.VersionRange;
import org.osgi.framework.namespace.PackageNamespace;

/**
 * Writes an index of the plugins in a folder: OSGi's repository XML with the digest, size, signer
 * and extensions of each jar and the packages that it imports, a serial number and an end of
 * validity. Each jar has to run in the host.
 *
 * @since 0.1
 */
public final class PluginIndexer {

  /** The name of an index in its folder. */
  public static final String FILE = "index.xml";

  private final PluginHost host;
  private final InstantSource clock;

  /** Makes an indexer whose jars run in a host. */
  public PluginIndexer(PluginHost host) {
    this(host, InstantSource.system());
  }

  PluginIndexer(PluginHost host, InstantSource clock) {
    this.host = host;
    this.clock = clock;
  }

  /**
   * The settings of an index.
   *
   * @param name its name, the same in all its copies
   * @param validity the time until it expires
   * @param keys a PEM file with the private key and the certificate or public key that sign it
   */
  public record Settings(String name, Duration validity, Optional<Path> keys) {}

  /**
   * A written index.
   *
   * @param file the index
   * @param index its content
   * @param signer the key that signed it
   */
  public record Written(Path file, RepositoryIndex index, Optional<SigningKey> signer) {}

  /**
   * A jar of the folder.
   *
   * @param docs the texts of its extensions
   */
  private record Jar(
      String url, Path file, FileHash hash, PluginStatus status, List<String> docs) {}

  /**
   * Writes {@value #FILE} into a folder, and its signature beside it.
   *
   * @param folder the folder; jars may be in folders below it
   * @throws FlexoraException if a jar does not run here, two jars have the same name and version,
   *     or a file cannot be read or written; then the old index stays
   */
  public Written write(Path folder, Settings settings) {
    Path file = folder.resolve(FILE);
    List<Jar> jars = host.whileUnused(() -> tried(folder));
    long serial = Math.max(clock.instant().getEpochSecond(), serialOf(file) + 1);
    byte[] text = xml(jars, settings, serial).getBytes(StandardCharsets.UTF_8);
    RepositoryIndex index = RepositoryIndex.parse(file.toString(), text);
    Path signatureFile = folder.resolve(FILE + DetachedSignature.ENDING);
    Optional<String> signature = settings.keys().map(keys -> DetachedSignature.sign(text, keys));
    // Between the two writes the old signature does not fit: readers refuse, and try again.
    DurableFile.write(file, new String(text, StandardCharsets.UTF_8));
    if (signature.isPresent()) {
      DurableFile.write(signatureFile, signature.get());
    } else {
      deleteOld(signatureFile);
    }
    return new Written(
        file,
        index,
        signature.map(
            made ->
                DetachedSignature.signerOf(
                    file.toString(), text, made.getBytes(StandardCharsets.US_ASCII))));
  }

  private static void deleteOld(Path signature) {
    try {
      Files.deleteIfExists(signature);
    } catch (IOException e) {
      throw new FlexoraException(signature + " is of an older index and cannot be deleted", e);
    }
  }

  private static long serialOf(Path file) {
    try {
      return Files.exists(file)
          ? RepositoryIndex.parse(file.toString(), Files.readAllBytes(file)).serial()
          : 0;
    } catch (IOException e) {
      throw ReadFailure.explain(file, e);
    }
  }

  /** All jars, each as the host sees it beside the others. */
  private List<Jar> tried(Path folder) {
    List<Path> files = files(folder);
    List<String> installed = new ArrayList<>();
    try {
      for (Path file : files) {
        if (inHost(file).isEmpty()) {
          installed.add(host.install(file).location());
        }
      }
      List<Jar> jars = files.stream().map(file -> jar(folder, file)).toList();
      requireDistinct(jars);
      return jars;
    } finally {
      installed.forEach(host::uninstall);
    }
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> all = Files.walk(folder.toAbsolutePath().normalize())) {
      List<Path> files =
          all.filter(file -> file.toString().endsWith(".jar") && Files.isRegularFile(file))
              .sorted(Comparator.comparing(Path::toString))
              .toList();
      if (files.isEmpty()) {
        throw new FlexoraException(folder + " has no jar");
      }
      return files;
    } catch (IOException e) {
      throw ReadFailure.explain(folder, e);
    }
  }

  /** The same jar among the host's plugins. */
  private Optional<PluginStatus> inHost(Path file) {
    return host.plugins().stream()
        .filter(plugin -> plugin.location().endsWith(".jar"))
        .filter(plugin -> isSame(Path.of(plugin.location()), file))
        .findFirst();
  }

  private static boolean isSame(Path one, Path other) {
    try {
      return Files.isRegularFile(one) && Files.mismatch(one, other) < 0;
    } catch (IOException e) {
      return false;
    }
  }

  private Jar jar(Path folder, Path file) {
    PluginStatus status = inHost(file).orElseThrow();
    if (status.state() != PluginState.ACTIVE && status.state() != PluginState.SHADOWED) {
      throw new FlexoraException(
          "%s does not run here, so no index is written: %s".formatted(file, status.cause()));
    }
    Path relative = folder.toAbsolutePath().normalize().relativize(file);
    try {
      return new Jar(url(relative), file, FileHash.of(file), status, docs(status));
    } catch (IOException e) {
      throw ReadFailure.explain(file, e);
    }
  }

  private List<String> docs(PluginStatus plugin) {
    return host.catalog().extensions().stream()
        .filter(e -> e.plugin().equals(plugin.name()) && e.version().equals(plugin.version()))
        .map(e -> e.extension().doc())
        .filter(doc -> !doc.isBlank())
        .toList();
  }

  private static String url(Path relative) {
    try {
      return new URI(null, null, relative.toString().replace('\\', '/'), null).getRawPath();
    } catch (URISyntaxException e) {
      throw new FlexoraException(relative + " cannot be the address of a jar", e);
    }
  }

  private static void requireDistinct(List<Jar> jars) {
    Map<String, Jar> seen = new HashMap<>();
    for (Jar jar : jars) {
      String title = jar.status().name() + " " + jar.status().version();
      Jar other = seen.put(title, jar);
      if (other != null) {
        throw new FlexoraException(
            "%s and %s are both %s; an index lists a version once"
                .formatted(other.file(), jar.file(), title));
      }
    }
  }

  private String xml(List<Jar> jars, Settings settings, long serial) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeCharacters("\n");
      xml.writeStartElement("repository");
      xml.writeDefaultNamespace(RepositoryIndex.OSGI);
      xml.writeNamespace("flexora", RepositoryIndex.OWN);
      xml.writeAttribute("name", settings.name());
      xml.writeAttribute("increment", Long.toString(serial));
      xml.writeAttribute(
          "flexora",
          RepositoryIndex.OWN,
          "expires",
          clock.instant().plus(settings.validity()).truncatedTo(ChronoUnit.SECONDS).toString());
      for (Jar jar : jars) {
        new Resource(xml, jar).write();
      }
      xml.writeCharacters("\n");
      xml.writeEndElement();
      xml.writeEndDocument();
      return text + "\n";
    } catch (XMLStreamException e) {
      throw new FlexoraException("the index cannot be written: " + e.getMessage(), e);
    }
  }

  /** A jar as a resource of the index. */
  private record Resource(XMLStreamWriter xml, Jar jar) {

    void write() throws XMLStreamException {
      PluginManifest manifest = manifest();
      start(1, "resource");
      start(2, "capability", "namespace", RepositoryIndex.IDENTITY);
      attribute(RepositoryIndex.IDENTITY, jar.status().name());
      attribute("type", "osgi.bundle");
      typed("version", "Version", jar.status().version());
      header(manifest, "description", Constants.BUNDLE_DESCRIPTION, String.join(" ", jar.docs()));
      header(manifest, "license", "Bundle-License", "");
      end(2);
      start(2, "capability", "namespace", RepositoryIndex.CONTENT);
      attribute(RepositoryIndex.CONTENT, jar.hash().sha256());
      attribute("url", jar.url());
      typed("size", "Long", Long.toString(jar.hash().bytes()));
      attribute("mime", "application/vnd.osgi.bundle");
      Optional<SigningKey> signer = SigningKey.ofJar(jar.file());
      if (signer.isPresent()) {
        attribute("signer", signer.get().sha256());
      }
      end(2);
      for (String extension : jar.status().extensions()) {
        int slash = extension.indexOf('/');
        start(2, "capability", "namespace", RepositoryIndex.EXTENSION);
        attribute(RepositoryIndex.EXTENSION, extension.substring(slash + 1));
        attribute("kind", extension.substring(0, slash));
        end(2);
      }
      for (Map.Entry<String, String> needed : manifest.importedPackages().entrySet()) {
        start(2, "requirement", "namespace", PackageNamespace.PACKAGE_NAMESPACE);
        empty("directive", "name", Constants.FILTER_DIRECTIVE, "value", filter(needed));
        end(2);
      }
      end(1);
    }

    private PluginManifest manifest() {
      try {
        return PluginManifest.of(jar.file());
      } catch (IOException e) {
        throw ReadFailure.explain(jar.file(), e);
      }
    }

    private static String filter(Map.Entry<String, String> needed) {
      String named = "(%s=%s)".formatted(PackageNamespace.PACKAGE_NAMESPACE, needed.getKey());
      return needed.getValue().isEmpty()
          ? named
          : "(&%s%s)"
              .formatted(named, new VersionRange(needed.getValue()).toFilterString("version"));
    }

    /** A header of the jar, or another text without it; nothing if both are missing. */
    private void header(PluginManifest manifest, String name, String header, String otherwise)
        throws XMLStreamException {
      String value = Objects.requireNonNullElse(manifest.headers().getValue(header), otherwise);
      if (!value.isBlank()) {
        attribute(name, value.strip());
      }
    }

    private void attribute(String name, String value) throws XMLStreamException {
      empty("attribute", "name", name, "value", value);
    }

    private void typed(String name, String type, String value) throws XMLStreamException {
      empty("attribute", "name", name, "type", type, "value", value);
    }

    private void empty(String element, String... attributes) throws XMLStreamException {
      indent(3);
      xml.writeEmptyElement(element);
      write(attributes);
    }

    private void start(int depth, String element, String... attributes) throws XMLStreamException {
      indent(depth);
      xml.writeStartElement(element);
      write(attributes);
    }

    private void write(String... attributes) throws XMLStreamException {
      for (int i = 0; i < attributes.length; i += 2) {
        xml.writeAttribute(attributes[i], attributes[i + 1]);
      }
    }

    private void end(int depth) throws XMLStreamException {
      indent(depth);
      xml.writeEndElement();
    }

    private void indent(int depth) throws XMLStreamException {
      xml.writeCharacters("\n" + "  ".repeat(depth));
    }
  }
}
