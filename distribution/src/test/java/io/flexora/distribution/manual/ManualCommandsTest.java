package io.flexora.distribution.manual;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.cli.Main;
import io.flexora.distribution.compare.TinyComparison;
import io.flexora.distribution.tiny.OneThread;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/**
 * Runs the commands of the manual, on a tiny model where they name the quickstart. What names a
 * language model, a plugin or a place that is not here has its command line read, and its
 * experiment checked by {@link ManualConfigurationsTest} and the tests of shipped configurations.
 */
@ExtendWith(OneThread.class)
class ManualCommandsTest {

  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

  /** Commands of a shell beside Flexora's. */
  private static final Set<String> OF_THE_SHELL =
      Set.of("mkdir", "cat", "cd", "cp", "mvn", "python3");

  private static final Pattern NOT_HERE =
      Pattern.compile(
          "^ui|^serve|^generate|^judge|^plugins (index|install|search|use)|my-strategy$|my-model| (experiment|compare|reviews|tickets|chat|first)\\.yaml|--to gguf"
              + "|config/(?!quickstart\\.|compare-quickstart\\.)");

  @TempDir static Path folder;
  private static Path tinyRun;
  private Path last;

  @BeforeAll
  static void prepare() throws IOException {
    TinyExperiment.in(folder.resolve("tiny"));
    TinyComparison.in(folder.resolve("tiny"));
    Files.createDirectories(folder.resolve("use"));
    Files.createDirectories(folder.resolve("recipes"));
    Files.createDirectories(folder.resolve("tutorial-classifier"));
    Files.writeString(folder.resolve("rows.jsonl"), "{\"gloss\": \"a small stream\"}\n");
    Outcome run = execute(List.of("run", tiny("tiny.yaml"), "--set", "output_dir=" + runs()));
    assertThat(run.code()).as(run.out()).isZero();
    tinyRun = newest();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void itsCommandsWork(MarkdownPage page) throws IOException {
    last = tinyRun;
    for (String line : page.commands()) {
      String program = line.split(" ", 2)[0];
      if (program.equals("flexora")) {
        follow(page, line.split(" ", 2)[1]);
      } else {
        assertThat(OF_THE_SHELL).as("%s: %s", page, line).contains(program);
      }
    }
  }

  @Test
  void theReadmeAndTheRecipesNameNoOptionThatIsNotThere() throws IOException {
    String texts =
        Files.readString(MarkdownPage.DOCS.resolve("../../README.md"))
            + Files.readString(MarkdownPage.DOCS.resolve("recipes.md"));
    List<String> commands =
        MarkdownPage.codes(texts).stream().filter(code -> code.matches("flexora \\S+ .+")).toList();
    assertThat(commands).hasSizeGreaterThan(10);
    for (String command : commands) {
      List<String> words = words(withoutRedirection(command.substring("flexora ".length())));
      Main.commandLine().parseArgs(words.toArray(String[]::new));
    }
  }

  private void follow(MarkdownPage page, String command) throws IOException {
    List<String> words = words(withoutRedirection(command));
    Main.commandLine().parseArgs(words.toArray(String[]::new));
    if (NOT_HERE.matcher(command).find()) {
      assertThat(words.stream().filter(word -> word.startsWith("config/")))
          .allSatisfy(file -> assertThat(Program.HOME.resolve(file)).exists());
      return;
    }
    Outcome outcome = execute(here(page, words));
    assertThat(outcome.code()).as("%s: flexora %s\n%s", page, command, outcome.out()).isZero();
    assertThat(outcome.out()).as(command).isNotEmpty();
    if (Set.of("run", "compare").contains(words.get(0)) && !words.contains("--dry-run")) {
      last = newest();
    }
  }

  /** The words of a command, with files and folders that are here. */
  private List<String> here(MarkdownPage page, List<String> words) {
    List<String> here = new ArrayList<>();
    for (String word : words) {
      here.add(
          switch (word) {
            case "config/quickstart.yaml" -> tiny("tiny.yaml");
            case "config/compare-quickstart.yaml" -> tiny("compare.yaml");
            case "runs/NAME-TIME" -> last.toString();
            case "rows.jsonl" -> folder.resolve(word).toString();
            default ->
                word.matches("adapters/.*|models/.*|answers\\.jsonl")
                    ? folder.resolve(page.name()).resolve(word).toString()
                    : word;
          });
    }
    int seconds = here.indexOf("--benchmark") + 1;
    if (seconds > 0 && seconds < here.size() && here.get(seconds).matches("\\d+")) {
      here.set(seconds, "1");
    }
    switch (words.get(0)) {
      case "run", "compare" -> here.addAll(List.of("--set", "output_dir=" + runs()));
      case "doctor" -> {
        if (!words.contains("--no-network")) {
          here.add("--no-network");
        }
      }
      case "query" -> {
        if (!words.contains("--schema")) {
          here.addAll(List.of("--runs", runs()));
        }
      }
      case "plugins" -> {
        if (words.contains("new")) {
          here.addAll(List.of("--folder", folder.resolve("new").toString()));
        }
      }
      default -> {}
    }
    return here;
  }

  private record Outcome(int code, String out) {}

  private static Outcome execute(List<String> words) {
    List<String> all = new ArrayList<>(words);
    all.addAll(List.of("--home", Program.HOME.toString()));
    StringWriter out = new StringWriter();
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out));
    line.setErr(new PrintWriter(out));
    return new Outcome(line.execute(all.toArray(String[]::new)), out.toString());
  }

  private static String withoutRedirection(String command) {
    return command.replaceFirst(" > \\S+$", "");
  }

  private static List<String> words(String command) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(command);
    while (word.find()) {
      words.add(
          Stream.of(word.group(1), word.group(2), word.group(3))
              .filter(Objects::nonNull)
              .findFirst()
              .orElseThrow());
    }
    return words;
  }

  private static String tiny(String file) {
    return folder.resolve("tiny").resolve(file).toString();
  }

  private static String runs() {
    return folder.resolve("runs").toString();
  }

  private static Path newest() throws IOException {
    try (Stream<Path> runs = Files.list(Path.of(runs()))) {
      return runs.max(Comparator.comparing(ManualCommandsTest::madeAt)).orElseThrow();
    }
  }

  private static FileTime madeAt(Path run) {
    try {
      return Files.getLastModifiedTime(run.resolve("configuration.yaml"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<MarkdownPage> pages() throws IOException {
    return MarkdownPage.all().stream().filter(page -> !page.commands().isEmpty()).toList();
  }
}
