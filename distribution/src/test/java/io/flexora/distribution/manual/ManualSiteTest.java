package io.flexora.distribution.manual;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.cli.Main;
import io.flexora.distribution.tiny.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The manual as it is shipped: whole, and readable without a network. */
class ManualSiteTest {

  private static final Path SITE = Program.HOME.resolve("docs");

  private static final Pattern LINK = Pattern.compile("\\s(href|src)=\"([^\"]*)\"");

  /** Elements that load what they link. */
  private static final Pattern LOADED =
      Pattern.compile("<(script|link|img|iframe|object)[^>]*(src|href)=\"(https?:)?//");

  @Test
  void everyPageIsThereAndInTheMenu() throws IOException {
    String menu = Files.readString(SITE.resolve("index.html"));
    for (MarkdownPage page : MarkdownPage.all()) {
      assertThat(SITE.resolve(page + ".html")).exists();
      if (!page.name().equals("index")) {
        assertThat(menu).contains("href=\"" + page + ".html\"");
      }
    }
  }

  @Test
  void aPageHasItsContentsNeighboursAndAnchors() throws IOException {
    assertThat(Files.readString(SITE.resolve("concepts.html")))
        .contains(
            "<h2 id=\"adapters-and-gates\">Adapters and gates</h2>",
            "<a href=\"#adapters-and-gates\">Adapters and gates</a>",
            "<a rel=\"prev\" href=\"coming-from.html\">",
            "<a rel=\"next\" href=\"gates.html\">",
            "<table>");
  }

  @Test
  void theSearchKnowsTheTextOfEverySection() throws IOException {
    assertThat(Files.readString(SITE.resolve("search.js")))
        .startsWith("window.manualIndex=[")
        .contains(
            "[\"concepts.html#adapters-and-gates\",\"Concepts\",\"Adapters and gates\",\"LoRA ")
        .contains("[\"reference-selector.html#flexora\",");
  }

  @Test
  void aPageOfEachKindSaysWhatIsInstalled() throws IOException {
    String selectors = Files.readString(SITE.resolve("reference-selector.html"));
    assertThat(selectors)
        .contains(
            "<h2 id=\"flexora\">flexora</h2>", "<h2 id=\"random\">random</h2>", "outer_steps");
    assertThat(Files.readString(SITE.resolve("reference.html")))
        .contains("reference-solver.html#unrolled", "<code>tasks.NAME.dataset</code>");
  }

  @Test
  void everyCommandHasAPageForManAndIsCompleted() throws IOException {
    String completion = Files.readString(Program.HOME.resolve("completion/flexora.bash"));
    for (String command : Main.commandLine().getSubcommands().keySet()) {
      assertThat(Program.HOME.resolve("man/man1/flexora-" + command + ".1"))
          .content()
          .startsWith(".TH ")
          .contains(".SH SYNOPSIS", "flexora " + command, ".SH EXIT STATUS");
      assertThat(completion).contains(" " + command);
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void itsLinksLeadSomewhere(Path page) throws IOException {
    String text = Files.readString(page);
    assertThat(LINK.matcher(text).results().map(MatchResult::group)).isNotEmpty();
    for (MatchResult link : LINK.matcher(text).results().toList()) {
      String target = link.group(2);
      if (!target.matches("(https?|mailto):.*")) {
        requireTarget(page, text, target);
      }
    }
  }

  private static void requireTarget(Path page, String text, String target) throws IOException {
    String[] parts = target.split("#", 2);
    Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
    assertThat(file).as("%s: %s", page.getFileName(), target).exists();
    if (parts.length > 1 && !parts[1].isEmpty()) {
      assertThat(file.equals(page) ? text : Files.readString(file))
          .as("%s: %s", page.getFileName(), target)
          .contains("id=\"" + parts[1] + "\"");
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void itLoadsNothingFromElsewhere(Path page) throws IOException {
    assertThat(LOADED.matcher(Files.readString(page)).results().map(MatchResult::group)).isEmpty();
  }

  static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.list(SITE)) {
      return files.filter(file -> file.toString().endsWith(".html")).sorted().toList();
    }
  }
}
