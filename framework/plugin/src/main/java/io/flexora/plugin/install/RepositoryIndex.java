package io.flexora.plugin.install;

import io.flexora.api.run.FlexoraException;
import io.flexora.files.message.Printable;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.osgi.framework.Version;

/**
 * An index of bundles in the XML format of the OSGi repository service (chapter 132 of the OSGi
 * compendium), as bnd writes it; plain or packed by gzip. Only the identity and the content of its
 * resources are read: what a bundle needs, its own manifest says. Referrals to other indexes are
 * not followed.
 *
 * @param name what messages call it
 * @param entries its bundles
 */
record RepositoryIndex(String name, List<IndexEntry> entries) {

  /** How large an index may be, packed or not. */
  static final int BYTES_MAXIMUM = 64 << 20;

  private static final Pattern ENCODING =
      Pattern.compile("^<\\?xml[^>]*?encoding\\s*=\\s*['\"]([\\w.:-]{1,40})['\"]");

  private static final String IDENTITY = "osgi.identity";
  private static final String CONTENT = "osgi.content";

  /**
   * Reads an index.
   *
   * @throws FlexoraException if it is no such index
   */
  static RepositoryIndex parse(String name, byte[] bytes) {
    try {
      byte[] text = unpacked(name, bytes);
      return new RepositoryIndex(name, new Parser(reader(decoded(text))).resources());
    } catch (XMLStreamException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNumber();
      throw malformed(name, line, said(e), e);
    } catch (IOException e) {
      throw malformed(name, 0, e.getMessage(), e);
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
   * @param version the version, or empty for the highest
   * @throws FlexoraException if the index does not list it, or lists different jars for it
   */
  IndexEntry find(String bundle, Optional<String> version) {
    List<IndexEntry> all =
        entries.stream()
            .filter(entry -> entry.name().equals(bundle))
            .sorted(Comparator.comparing(IndexEntry::version).reversed())
            .toList();
    if (all.isEmpty()) {
      throw new FlexoraException("%s lists no '%s'; it lists %s".formatted(name, bundle, names()));
    }
    List<IndexEntry> meant =
        version.isEmpty()
            ? all.stream().filter(e -> e.version().equals(all.get(0).version())).toList()
            : all.stream()
                .filter(e -> e.version().equals(VersionParser.of(version.get())))
                .toList();
    if (meant.isEmpty()) {
      throw new FlexoraException(
          "%s lists no %s %s; it lists the versions %s"
              .formatted(name, bundle, version.orElseThrow(), versions(all)));
    }
    if (meant.stream().map(IndexEntry::sha256).distinct().count() > 1) {
      throw new FlexoraException(
          "%s lists different jars for %s %s; ask its owner to repair it"
              .formatted(name, bundle, meant.get(0).version()));
    }
    return meant.get(0);
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
    private Map<String, String> attributes = new HashMap<>();

    Parser(XMLStreamReader xml) {
      this.xml = xml;
    }

    List<IndexEntry> resources() throws XMLStreamException {
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
          begun = true;
          begin();
        } else if (event == XMLStreamConstants.END_ELEMENT
            && xml.getLocalName().equals("resource")) {
          endResource();
        }
      }
      return found;
    }

    private void begin() throws XMLStreamException {
      switch (xml.getLocalName()) {
        case "resource" -> capabilities.clear();
        case "capability" -> {
          attributes = new HashMap<>();
          capabilities.put(value("namespace"), attributes);
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
      String name = identity.get(IDENTITY);
      String sha256 = content.getOrDefault(CONTENT, "").toLowerCase(Locale.ROOT);
      if (!sha256.matches("[0-9a-f]{64}")) {
        throw wrong(
            "the SHA-256 of %s is '%s'".formatted(Printable.brief(name), Printable.brief(sha256)));
      }
      String size = content.getOrDefault("size", "-1");
      if (!size.matches("-1|[0-9]{1,18}")) {
        throw wrong(
            "the size of %s is '%s'".formatted(Printable.brief(name), Printable.brief(size)));
      }
      found.add(
          new IndexEntry(
              name,
              version(name, identity.getOrDefault("version", "0")),
              content.get("url"),
              sha256,
              Long.parseLong(size)));
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
