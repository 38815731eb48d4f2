package io.flexora.distribution.manual;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.cli.Main;
import io.flexora.config.option.OptionDescription;
import io.flexora.distribution.tiny.Program;
import io.flexora.host.FlexoraHost;
import io.flexora.plugin.extension.InstalledExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Plain English in the manual, in options' texts and in the help of commands. */
class LanguageTest {

  private static final int LONGEST = 30;
  private static final int LONGEST_OF_OPTION = 40;
  private static final double MEAN = 15;

  private static final List<String> BESIDE =
      List.of("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md");

  /** Phrases for which the field has a noun, or which need a second reading. */
  private static final Pattern BANNED =
      Pattern.compile(
          "\\b((?<!out )(?<!side )of it|those that|(is|are) told|looked at|none at all|nobody|no one"
              + "|for who|which of them|be none|of those|what [a-z ]{2,30} says|so many of)\\b",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern CODE_BLOCK = Pattern.compile("(?ms)^\\s*```.*?^\\s*```$");
  private static final Pattern ITEM = Pattern.compile("\\n(?=\\s*(?:[-*]|\\d+\\.)\\s)");
  private static final Pattern END = Pattern.compile("(?<=[.!?:;])\\s+");

  static Stream<MarkdownPage> pages() throws IOException {
    Path sources = MarkdownPage.DOCS.resolve("../..").normalize();
    List<MarkdownPage> pages = new ArrayList<>(MarkdownPage.all());
    for (String name : BESIDE) {
      pages.add(new MarkdownPage(name, Files.readString(sources.resolve(name))));
    }
    return pages.stream();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void sentencesOfPagesAreShortAndPlain(MarkdownPage page) {
    List<String> sentences = sentences(page.text());
    assertThat(mistakes(sentences, LONGEST)).isEmpty();
    assertThat(sentences.stream().mapToInt(LanguageTest::words).average().orElse(0))
        .as("words of a sentence on average")
        .isLessThanOrEqualTo(MEAN);
  }

  @Test
  void textsOfOptionsArePlain(@TempDir Path cache) {
    Map<String, List<String>> mistakes = new TreeMap<>();
    try (FlexoraHost host =
        FlexoraHost.builder().home(Program.HOME).cache(cache).pollInterval(Duration.ZERO).start()) {
      for (InstalledExtension each : host.catalog().extensions()) {
        String name = each.extension().kind() + " " + each.extension().name();
        add(mistakes, name, each.extension().doc());
        FlexoraHost.options(each).options().forEach(option -> add(mistakes, name, option));
      }
    }
    assertThat(mistakes).isEmpty();
  }

  @Test
  void helpOfCommandsIsPlain() {
    Map<String, List<String>> mistakes = new TreeMap<>();
    add(mistakes, Main.commandLine());
    assertThat(mistakes).isEmpty();
  }

  private static void add(Map<String, List<String>> mistakes, CommandLine command) {
    String name = command.getCommandSpec().qualifiedName();
    var usage = command.getCommandSpec().usageMessage();
    Stream.of(usage.description(), usage.header(), usage.footer())
        .flatMap(Arrays::stream)
        .forEach(text -> add(mistakes, name, text));
    command
        .getCommandSpec()
        .args()
        .forEach(argument -> add(mistakes, name, String.join(" ", argument.description())));
    command.getSubcommands().values().forEach(sub -> add(mistakes, sub));
  }

  private static void add(
      Map<String, List<String>> mistakes, String owner, OptionDescription option) {
    add(mistakes, owner + ", " + option.key(), option.doc());
    option.nested().ifPresent(inner -> inner.options().forEach(each -> add(mistakes, owner, each)));
  }

  private static void add(Map<String, List<String>> mistakes, String owner, String text) {
    List<String> found = mistakes(sentences(text), LONGEST_OF_OPTION);
    if (!found.isEmpty()) {
      mistakes.put(owner, found);
    }
  }

  private static List<String> mistakes(List<String> sentences, int longest) {
    return sentences.stream()
        .filter(sentence -> words(sentence) > longest || BANNED.matcher(sentence).find())
        .map(sentence -> words(sentence) + " words: " + sentence)
        .toList();
  }

  /** The sentences of a text in Markdown, without its code, tables and headings. */
  private static List<String> sentences(String markdown) {
    return Stream.of(CODE_BLOCK.matcher(markdown).replaceAll("").split("\\n\\s*\\n"))
        .map(LanguageTest::withoutTables)
        .flatMap(ITEM::splitAsStream)
        .map(text -> text.replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1").replaceAll("`[^`]*`", "x"))
        .map(text -> text.replaceAll("\\s+", " ").strip())
        .flatMap(END::splitAsStream)
        .filter(sentence -> words(sentence) > 1)
        .toList();
  }

  private static String withoutTables(String paragraph) {
    return String.join(
        "\n", paragraph.lines().filter(line -> !line.strip().matches("(?s)[|#!<].*")).toList());
  }

  private static int words(String sentence) {
    return sentence.split(" ").length;
  }
}
