package io.flexora.plugin.install;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.message.NearestName;
import io.flexora.files.message.Printable;
import io.flexora.plugin.lock.SigningKey;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.osgi.framework.Version;

/**
 * An index of bundles in the XML format of the OSGi repository service (chapter 132 of the OSGi
 * compendium), as bnd and {@link PluginIndexer} write it; plain or packed by gzip. Of its resources
 * the identity, the content and the extensions are read: the requirements of a bundle come from its
 * own manifest. Referrals to other indexes are not followed.
 *
 * @param location its path or address, for messages
 * @param name its own name; empty without one
 * @param serial its serial number, which grows with each version; 0 without one
 * @param expires the end of its validity
 * @param entries its bundles
 * @since 0.1
 */
public record RepositoryIndex(
    String location,
    String name,
    long serial,
    Optional<Instant> expires,
    List<IndexEntry> entries) {

  /** The XML namespace of OSGi's repositories. */
  static final String OSGI = "http://www.osgi.org/xmlns/repository/v1.0.0";

  /** The XML namespace of the end of validity, and the start of that of capabilities. */
  static final String OWN = "urn:flexora:plugins";

  /** The namespace of the capabilities that name extensions. */
  static final String EXTENSION = "flexora.extension";

  /** How large an index may be, packed or not. */
  static final int BYTES_MAXIMUM = 64 << 20;

  /** The longest name that a message suggests. */
  private static final int NAME_MAXIMUM = 200;

  private static final Pattern ENCODING =
      Pattern.compile("^<\\?xml[^>]*?encoding\\s*=\\s*['\"]([\\w.:-]{1,40})['\"]");

  static final String IDENTITY = "osgi.identity";
  static final String CONTENT = "osgi.content";

  /**
   * Reads an index.
   *
   * @throws FlexoraException if it is no such index
   */
  static RepositoryIndex parse(String location, byte[] bytes) {
    try {
      byte[] text = unpacked(location, bytes);
      return new Parser(reader(decoded(text))).index(location);
    } catch (XMLStreamException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNumber();
      throw malformed(location, line, said(e), e);
    } catch (IOException e) {
      throw malformed(location, 0, e.getMessage(), e);
    }
  }

  /** The parser's complaint without its own line, numbers and addresses. */
  private static String said(XMLStreamException e) {
    return String.valueOf(e.getMessage())
        .replaceFirst("(?s)^ParseError at .*?\\nMessage: ", "")
        .replaceFirst("^JAXP\\d+: *", "")
        .replaceFirst("^http\\S+#(\\w+)\\?", "$1: ")
        .replaceAll("\\s+", " ");
  }

  private static byte[] unpacked(String name, byte[] bytes) throws IOException {
    boolean packed = bytes.length > 1 && bytes[0] == 0x1f && bytes[1] == (byte) 0x8b;
    if (!packed) {
      return bytes;
    }
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      byte[] text = in.readNBytes(BYTES_MAXIMUM + 1);
      if (text.length > BYTES_MAXIMUM) {
        throw malformed(
            name, 0, "it unpacks to more than %,d bytes".formatted(BYTES_MAXIMUM), null);
      }
      return text;
    }
  }

  /** The parser would write of bytes that are no text to standard error. */
  private static String decoded(byte[] text) throws IOException {
    String start = new String(text, 0, Math.min(text.length, 200), StandardCharsets.ISO_8859_1);
    Matcher declared = ENCODING.matcher(start);
    String charset =
        start.startsWith("\u00fe\u00ff") || start.startsWith("\u00ff\u00fe")
            ? "UTF-16"
            : declared.find() ? declared.group(1) : "UTF-8";
    try {
      String decoded =
          Charset.forName(charset).newDecoder().decode(ByteBuffer.wrap(text)).toString();
      return decoded.startsWith("\ufeff") ? decoded.substring(1) : decoded;
    } catch (CharacterCodingException e) {
      throw new IOException("it is not in " + charset, e);
    } catch (IllegalArgumentException e) {
      throw new IOException("there is no encoding " + charset, e);
    }
  }

  /** A reader that knows no document types and hence no entities, and opens nothing else. */
  private static XMLStreamReader reader(String text) throws XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setXMLResolver(
        (publicId, systemId, baseUri, namespace) -> {
          throw new XMLStreamException("it refers to another document, which is not read");
        });
    return factory.createXMLStreamReader(new StringReader(text));
  }

  private static FlexoraException malformed(String name, int line, String why, Exception cause) {
    String place = line > 0 ? ", line " + line : "";
    return new FlexoraException(
        "%s%s is not an index of bundles in OSGi's repository format: %s"
            .formatted(name, place, Printable.shortened(why)),
        cause);
  }

  /**
   * Finds a bundle.
   *
   * @param called its symbolic name, or the name of one of its extensions ({@code [kind/]name})
   * @param version the version, or empty for the highest
   * @throws FlexoraException if the index does not list it, lists different jars for it, or lists
   *     several bundles with such an extension
   */
  IndexEntry find(String called, Optional<String> version) {
    String bundle = bundle(called);
    List<IndexEntry> all =
        entries.stream()
            .filter(entry -> entry.name().equals(bundle))
            .sorted(Comparator.comparing(IndexEntry::version).reversed())
            .toList();
    List<IndexEntry> meant =
        version.isEmpty()
            ? all.stream().filter(e -> e.version().equals(all.get(0).version())).toList()
            : all.stream()
                .filter(e -> e.version().equals(VersionParser.of(version.get())))
                .toList();
    if (meant.isEmpty()) {
      throw new FlexoraException(
          "%s lists no %s %s; it lists the versions %s"
              .formatted(location, bundle, version.orElseThrow(), versions(all)));
    }
    if (meant.stream().map(IndexEntry::sha256).distinct().count() > 1) {
      throw new FlexoraException(
          "%s lists different jars for %s %s; ask its owner to repair it"
              .formatted(location, bundle, meant.get(0).version()));
    }
    return meant.get(0);
  }

  /** The symbolic name of the bundle that a user calls. */
  private String bundle(String called) {
    if (entries.stream().anyMatch(entry -> entry.name().equals(called))) {
      return called;
    }
    List<String> bundles =
        entries.stream()
            .filter(entry -> entry.isCalled(called))
            .map(IndexEntry::name)
            .distinct()
            .sorted()
            .toList();
    if (bundles.isEmpty()) {
      throw new FlexoraException(
          "%s lists no '%s'%s"
              .formatted(
                  location,
                  called,
                  NearestName.to(called, callNames())
                      .map(NearestName::question)
                      .orElseGet(() -> "; it lists " + names())));
    }
    if (bundles.size() > 1) {
      throw new FlexoraException(
          "%s lists more than one plugin with the extension '%s': %s; use a plugin's name"
              .formatted(location, called, String.join(", ", bundles)));
    }
    return bundles.get(0);
  }

  /** The newest version of each bundle that has all words in its names or its description. */
  List<IndexEntry> search(List<String> words) {
    Map<String, IndexEntry> newest = new TreeMap<>();
    for (IndexEntry entry : entries) {
      newest.merge(entry.name(), entry, (a, b) -> a.version().compareTo(b.version()) < 0 ? b : a);
    }
    return newest.values().stream()
        .filter(
            entry -> {
              String text =
                  String.join(
                          " ",
                          entry.name(),
                          entry.description(),
                          String.join(" ", entry.extensions()))
                      .toLowerCase(Locale.ROOT);
              return words.stream().allMatch(word -> text.contains(word.toLowerCase(Locale.ROOT)));
            })
        .toList();
  }

  /** All names that a user may call a bundle by. */
  private List<String> callNames() {
    return entries.stream()
        .flatMap(
            entry ->
                Stream.concat(
                    Stream.of(entry.name()),
                    entry.extensions().stream().map(e -> e.substring(e.indexOf('/') + 1))))
        .filter(name -> name.length() <= NAME_MAXIMUM)
        .distinct()
        .toList();
  }

  private String names() {
    String names =
        entries.stream()
            .map(entry -> Printable.brief(entry.name()))
            .distinct()
            .sorted()
            .limit(20)
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "no bundle at all" : names;
  }

  private static String versions(List<IndexEntry> all) {
    return all.stream()
        .map(entry -> Printable.brief(entry.version().toString()))
        .distinct()
        .limit(20)
        .collect(Collectors.joining(", "));
  }

  /** Reads the resources one after the other. */
  private static final class Parser {

    private final XMLStreamReader xml;
    private final List<IndexEntry> found = new ArrayList<>();
    private final Map<String, Map<String, String>> capabilities = new HashMap<>();
    private final List<Map<String, String>> extensions = new ArrayList<>();
    private String name = "";
    private long serial;
    private Optional<Instant> expires = Optional.empty();
    private Map<String, String> attributes = new HashMap<>();

    Parser(XMLStreamReader xml) {
      this.xml = xml;
    }

    RepositoryIndex index(String location) throws XMLStreamException {
      boolean begun = false;
      while (xml.hasNext()) {
        int event = xml.next();
        if (event == XMLStreamConstants.DTD) {
          throw wrong("it has a document type (DOCTYPE), which an index does not need");
        }
        if (event == XMLStreamConstants.START_ELEMENT) {
          if (!begun && !xml.getLocalName().equals("repository")) {
            throw wrong(
                "it begins with <%s>, not <repository>"
                    .formatted(Printable.brief(xml.getLocalName())));
          }
          if (!begun) {
            beginIndex();
          }
          begun = true;
          begin();
        } else if (event == XMLStreamConstants.END_ELEMENT
            && xml.getLocalName().equals("resource")) {
          endResource();
        }
      }
      return new RepositoryIndex(location, name, serial, expires, found);
    }

    private void beginIndex() throws XMLStreamException {
      name = Objects.requireNonNullElse(xml.getAttributeValue(null, "name"), "").strip();
      String increment = Objects.requireNonNullElse(xml.getAttributeValue(null, "increment"), "0");
      if (!increment.strip().matches("[0-9]{1,18}")) {
        throw wrong("its serial number (increment) is '%s'".formatted(Printable.brief(increment)));
      }
      serial = Long.parseLong(increment.strip());
      String end = xml.getAttributeValue(OWN, "expires");
      try {
        expires = Optional.ofNullable(end).map(Instant::parse);
      } catch (DateTimeParseException e) {
        throw wrong(
            "the end of its validity is '%s', not a time such as 2030-01-31T12:00:00Z"
                .formatted(Printable.brief(end)));
      }
    }

    private void begin() throws XMLStreamException {
      switch (xml.getLocalName()) {
        case "resource" -> {
          capabilities.clear();
          extensions.clear();
        }
        case "capability" -> {
          attributes = new HashMap<>();
          String namespace = value("namespace");
          if (namespace.equals(EXTENSION)) {
            extensions.add(attributes);
          } else {
            capabilities.put(namespace, attributes);
          }
        }
        case "requirement" -> attributes = new HashMap<>();
        case "attribute" -> attributes.put(value("name"), value("value"));
        default -> {}
      }
    }

    private String value(String attribute) throws XMLStreamException {
      String value = xml.getAttributeValue(null, attribute);
      if (value == null) {
        throw wrong("<%s> has no %s".formatted(Printable.brief(xml.getLocalName()), attribute));
      }
      return value.strip();
    }

    private void endResource() throws XMLStreamException {
      Map<String, String> identity = capabilities.getOrDefault(IDENTITY, Map.of());
      Map<String, String> content = capabilities.getOrDefault(CONTENT, Map.of());
      if (!identity.containsKey(IDENTITY) || !content.containsKey("url")) {
        return;
      }
      String bundle = identity.get(IDENTITY);
      String sha256 =
          digest("the SHA-256 of " + Printable.brief(bundle), content.getOrDefault(CONTENT, ""));
      String size = content.getOrDefault("size", "-1");
      if (!size.matches("-1|[0-9]{1,18}")) {
        throw wrong(
            "the size of %s is '%s'".formatted(Printable.brief(bundle), Printable.brief(size)));
      }
      Optional<SigningKey> signer =
          content.containsKey("signer")
              ? Optional.of(
                  new SigningKey(
                      digest("the signer of " + Printable.brief(bundle), content.get("signer"))))
              : Optional.empty();
      found.add(
          new IndexEntry(
              bundle,
              version(bundle, identity.getOrDefault("version", "0")),
              content.get("url"),
              sha256,
              Long.parseLong(size),
              signer,
              extensions.stream()
                  .map(e -> e.getOrDefault("kind", "") + "/" + e.getOrDefault(EXTENSION, ""))
                  .toList(),
              identity.getOrDefault("description", "")));
    }

    private String digest(String what, String written) throws XMLStreamException {
      String digest = written.toLowerCase(Locale.ROOT);
      if (!digest.matches("[0-9a-f]{64}")) {
        throw wrong("%s is '%s'".formatted(what, Printable.brief(written)));
      }
      return digest;
    }

    private Version version(String name, String written) throws XMLStreamException {
      try {
        return Version.parseVersion(written);
      } catch (IllegalArgumentException e) {
        throw wrong(
            "the version of %s is '%s'".formatted(Printable.brief(name), Printable.brief(written)));
      }
    }

    private XMLStreamException wrong(String why) {
      return new XMLStreamException(why, xml.getLocation());
    }
  }
}
