package io.flexora.plugin.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.run.FlexoraException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Indexes as bnd writes them, and as an attacker might. */
@Timeout(60)
class RepositoryIndexTest {

  private static final String DIGEST = "0123456789abcdef".repeat(4);

  private static final String GOOD =
      """
      <?xml version='1.0' encoding='UTF-8'?>
      <repository increment='1' name='Test' xmlns='http://www.osgi.org/xmlns/repository/v1.0.0'>
        <referral url='file:///etc/passwd' depth='1'/>
        <resource>
          <capability namespace='osgi.identity'>
            <attribute name='osgi.identity' value='p'/>
            <attribute name='type' value='osgi.bundle'/>
            <attribute name='version' type='Version' value='1.2.0'/>
          </capability>
          <capability namespace='osgi.content'>
            <attribute name='osgi.content' value='%s'/>
            <attribute name='url' value='p/p-1.2.0.jar'/>
            <attribute name='size' type='Long' value='1234'/>
            <attribute name='mime' value='application/vnd.osgi.bundle'/>
          </capability>
          <capability namespace='osgi.wiring.package'>
            <attribute name='osgi.wiring.package' value='x'/>
            <attribute name='version' type='Version' value='9.0'/>
          </capability>
        </resource>
      </repository>
      """
          .formatted(DIGEST);

  private static RepositoryIndex parse(String text) {
    return RepositoryIndex.parse("index.xml", text.getBytes(StandardCharsets.UTF_8));
  }

  private static void isRefused(String text, String why) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("index.xml")
        .hasMessageContaining(why)
        .hasMessageNotContaining("\n")
        .hasMessageNotContaining("secret");
  }

  @Test
  void identityAndContentAreRead() {
    assertThat(parse(GOOD).find("p", Optional.of("1.2")))
        .isEqualTo(
            new IndexEntry(
                "p",
                org.osgi.framework.Version.parseVersion("1.2"),
                "p/p-1.2.0.jar",
                DIGEST,
                1234,
                Optional.empty(),
                List.of(),
                ""));
  }

  @Test
  void aNameOfFiveMegabytesIsNotTold() {
    String big = "p".repeat(5_000_000);
    String named = GOOD.replace("value='p'", "value='" + big + "'");
    for (String text :
        List.of(
            named.replace(DIGEST, "none"),
            named.replace("'1234'", "'none'"),
            named.replace("1.2.0'", "one'"),
            named.replace("1.2.0'", "1.2." + big + "'"),
            GOOD.replace("<resource>", "<" + big + ">"))) {
      assertThatThrownBy(() -> parse(text).find("q", Optional.empty()))
          .isInstanceOf(FlexoraException.class)
          .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1000));
    }
    assertThatThrownBy(() -> parse(named).find("q", Optional.empty()))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1000).contains("lists no 'q'"));
  }

  @Test
  void theParsersOwnLineIsNotTold() {
    for (String text :
        List.of(
            GOOD.replace("<resource>", "<resource a='1' a='2'>"),
            GOOD.replace("<resource>", "<x:resource>"),
            GOOD.replace("<resource>", "<" + "a".repeat(2000) + ">"))) {
      assertThatThrownBy(() -> parse(text))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("index.xml, line ")
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain("ParseError", "JAXP", "http:"));
    }
  }

  @Test
  void nothingIsPrintedOfBytesThatAreNoText() {
    byte[] bytes = GOOD.getBytes(StandardCharsets.UTF_8);
    bytes[bytes.length - 3] = (byte) 0xff;
    PrintStream before = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      assertThatThrownBy(() -> RepositoryIndex.parse("index.xml", bytes))
          .isInstanceOf(FlexoraException.class)
          .hasMessageContaining("it is not in UTF-8");
    } finally {
      System.setErr(before);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void anIndexIsReadInTheEncodingThatItNames() {
    for (String charset : List.of("UTF-16", "ISO-8859-1")) {
      String text = GOOD.replace("UTF-8", charset).replace("value='p'", "value='pü'");
      byte[] bytes = text.getBytes(Charset.forName(charset));
      assertThat(RepositoryIndex.parse("index.xml", bytes).find("pü", Optional.empty()).bytes())
          .isEqualTo(1234);
    }
  }

  @Test
  void anIndexMayBePacked() throws IOException {
    assertThat(RepositoryIndex.parse("i", packed(GOOD.getBytes(StandardCharsets.UTF_8))).entries())
        .hasSize(1);
    assertThatThrownBy(() -> RepositoryIndex.parse("i", packed(new byte[65 << 20])))
        .hasMessageContaining("unpacks to more than");
  }

  private static byte[] packed(byte[] text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text);
    }
    return bytes.toByteArray();
  }

  @Test
  void anEntityOfAFileIsNotRead(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("secret.txt"), "secret");
    String type =
        "<!DOCTYPE repository [<!ENTITY x SYSTEM '%s'>]>\n<repository".formatted(file.toUri());
    isRefused(
        GOOD.replace("<repository", type).replace("value='p'", "value='&x;'"), "document type");
    isRefused(
        GOOD.replace(
            "<repository",
            "<!DOCTYPE repository SYSTEM '%s'>\n<repository".formatted(file.toUri())),
        "document type");
  }

  @Test
  void entitiesThatMultiplyAreNotExpanded() {
    StringBuilder type = new StringBuilder("<!DOCTYPE repository [<!ENTITY a0 'ha'>");
    for (int i = 1; i < 40; i++) {
      type.append("<!ENTITY a%d '&a%d;&a%d;'>".formatted(i, i - 1, i - 1));
    }
    isRefused(
        GOOD.replace("<repository", type + "]>\n<repository").replace("value='p'", "value='&a39;'"),
        "document type");
  }

  @ParameterizedTest
  @CsvSource({
    "<repository, <html, begins with <html>",
    "value='1234', value='12x4', the size of p is '12x4'",
    "value='1.2.0', value='1.x.0', the version of p is '1.x.0'",
    "value='01234, value='x1234, the SHA-256 of p is",
    "<attribute name='osgi.identity', <attribute key='osgi.identity', <attribute> has no name",
    "value='p', value='&p;', p",
    "</resource>, </source>, line 2"
  })
  void whatIsNotOfTheFormIsNamedWithItsLine(String from, String to, String why) {
    String text = GOOD.replace(from, to);
    isRefused(from.equals("<repository") ? text.replace("</repository", "</html") : text, why);
  }

  @Test
  void whateverIsChangedInAnIndexEndsInAnIndexOrOneMessage() {
    Random random = new Random(1);
    byte[] good = GOOD.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 2000; i++) {
      byte[] mutant =
          java.util.Arrays.copyOf(good, good.length - random.nextInt(3) * random.nextInt(400));
      for (int change = random.nextInt(4); change >= 0; change--) {
        mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
      }
      try {
        RepositoryIndex.parse("index.xml", mutant);
      } catch (FlexoraException e) {
        assertThat(e).hasMessageContaining("index.xml").hasMessageNotContaining("\n");
      }
    }
  }
}
