package io.flexora.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.evaluate.Metric;
import io.flexora.api.metric.MetricDescription;
import io.flexora.api.plugin.NoOptions;
import io.flexora.api.run.Seeds;
import io.flexora.config.option.OptionDescription;
import io.flexora.config.option.OptionModel;
import io.flexora.host.FlexoraHost;
import io.flexora.plugin.extension.InstalledExtension;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No room of the host, no front end and no report knows a plugin by the name of an extension, of an
 * option or of a metric: what they show and decide works for any plugin. A word of the contracts
 * means what it means there.
 */
class PluginNamesTest {

  /** The parts that have to do without names. */
  private static final Pattern ROOMS =
      Pattern.compile(
          "flexora-(config|runstore|plugin|experiment|comparison|query|host|web|cli|report-\\w+)"
              + "(-\\d.*)?\\.jar");

  /** Texts that programs and people read. */
  private static final Pattern TEXTS =
      Pattern.compile(".*\\.(js|html|mustache|css|sql|properties|json)");

  private static final Pattern QUOTED = Pattern.compile("([\"'`])([\\w-]+)\\1");

  /** Code of plugins to be, which has options as plugins have. */
  private static final String SCAFFOLDS = "io/flexora/cli/scaffold/templates/";

  /** Third-party code in the report. */
  private static final Set<String> FOREIGN = Set.of("echarts.js", "echarts.min.js");

  /** The modules whose words plugins and the core share. */
  private static final Pattern CONTRACTS = Pattern.compile("flexora-(api|results)(-\\d.*)?\\.jar");

  /** Words that the core has of its own beside those of the contracts, and why. */
  private static final Map<String, String> CORE_WORDS =
      Map.ofEntries(
          Map.entry("attempts", "the folder of the attempts at a cell on other machines"),
          Map.entry("change", "an event of a page's elements"),
          Map.entry("compute_dtype", "the type of the frozen layers, in a run's provenance"),
          Map.entry("embedding", "a vector in an answer of the model server, as OpenAI calls it"),
          Map.entry("experiment_name", "the name of a result in the files of PEFT's comparison"),
          Map.entry("file", "what the lock of the plugins' folder names"),
          Map.entry("flexora", "the product, as a version and in the names of folders"),
          Map.entry("format", "an option of an export, and the version of a manifest"),
          Map.entry("generation", "the type of what a model generated, in JSON"),
          Map.entry("grid", "a CSS class, of the lines of a figure"),
          Map.entry("html", "the ending of pages that are served"),
          Map.entry("input", "an element of a page, and an event of it"),
          Map.entry("java", "the program that runs a cell, and the folder of sources"),
          Map.entry("k", "the beginning of a CSS class"),
          Map.entry("local", "the runner of the cells of a comparison: each is where it runs"),
          Map.entry("lora", "a format of exports, whatever method has trained it"),
          Map.entry("memory", "an estimate, in the JSON of a check"),
          Map.entry("middle", "where SVG anchors a text"),
          Map.entry("none", "a value of CSS, and the word for nothing"),
          Map.entry("output", "where an evaluation was written, in its JSON"),
          Map.entry("pattern", "a keyword of JSON Schema"),
          Map.entry("prompt", "an option of generate, in a request of the page"),
          Map.entry("query", "a command, whose name no plugin's may have"),
          Map.entry("r", "the mode of a file that is read"),
          Map.entry("scale", "a CSS class, of the axis of a figure"),
          Map.entry("threads", "those of the processor, in the JSON of a benchmark"),
          Map.entry("time_limit", "an option of the experiment itself"),
          Map.entry("tokenizer", "what a model's files are asked for"));

  @TempDir static Path cache;

  private static Set<String> names;

  /** The names of extensions by their plugin, which knows its own. */
  private static Map<String, Set<String>> own;

  @BeforeAll
  static void ask() {
    try (FlexoraHost host = FlexoraHost.builder().home(Distribution.HOME).cache(cache).start()) {
      names = new TreeSet<>();
      own = new TreeMap<>();
      for (InstalledExtension installed : host.catalog().extensions()) {
        names.add(installed.extension().name());
        own.computeIfAbsent(installed.plugin(), p -> new TreeSet<>())
            .add(installed.extension().name());
        addOptions(OptionModel.of(installed.extension().configuration()));
        if (installed.extension().point() == Metric.class
            && installed.extension().configuration() == NoOptions.class) {
          Metric metric =
              installed.create(
                  Metric.class,
                  new NoOptions(),
                  binder -> binder.bind(Seeds.class).toInstance(new Seeds(1)));
          metric.descriptions().stream().map(MetricDescription::name).forEach(names::add);
        }
      }
    }
  }

  private static void addOptions(OptionModel options) {
    for (OptionDescription option : options.options()) {
      names.add(option.key());
      option.nested().ifPresent(PluginNamesTest::addOptions);
    }
  }

  @Test
  void theNamesAreThoseOfTheDistribution() {
    assertThat(names).hasSizeGreaterThan(100).contains("lora", "lora_rank", "inner_steps");
  }

  @Test
  void noRoomOfTheCoreHasANameOfAPluginInItsCodeOrTexts() throws IOException {
    Set<String> contracts = ContractWords.of(CONTRACTS);
    Map<String, Set<String>> found = new TreeMap<>();
    Set<String> excused = new TreeSet<>();
    int files = 0;
    for (Path jar : jars()) {
      Set<String> named = own.getOrDefault(plugin(jar), Set.of());
      try (JarFile file = new JarFile(jar.toFile())) {
        for (JarEntry entry : file.stream().toList()) {
          List<String> literals = literals(file, entry);
          files += literals.isEmpty() ? 0 : 1;
          literals.stream()
              .filter(names::contains)
              .filter(literal -> !named.contains(literal) && !contracts.contains(literal))
              .forEach(
                  literal -> {
                    if (CORE_WORDS.containsKey(literal)) {
                      excused.add(literal);
                    } else {
                      found.computeIfAbsent(literal, l -> new TreeSet<>()).add(entry.getName());
                    }
                  });
        }
      }
    }
    assertThat(files).isGreaterThan(200);
    assertThat(found)
        .as("names of extensions, options or metrics of plugins, and where they are written")
        .isEmpty();
    assertThat(excused).as("words of the core that need an excuse").isEqualTo(CORE_WORDS.keySet());
  }

  /** The symbolic name of a jar's plugin, which its file is named by. */
  private static String plugin(Path jar) {
    return jar.getFileName().toString().replaceFirst("(-\\d.*)?\\.jar$", "");
  }

  private static List<Path> jars() {
    List<Path> jars =
        Stream.concat(Distribution.framework().stream(), Distribution.bundles().stream())
            .filter(jar -> ROOMS.matcher(jar.getFileName().toString()).matches())
            .toList();
    assertThat(jars).hasSize(11);
    return jars;
  }

  private static List<String> literals(JarFile jar, JarEntry entry) throws IOException {
    String name = entry.getName();
    String last = name.substring(name.lastIndexOf('/') + 1);
    if (entry.isDirectory()
        || FOREIGN.contains(last)
        || name.startsWith("META-INF/")
        || name.startsWith(SCAFFOLDS)) {
      return List.of();
    }
    try (InputStream in = jar.getInputStream(entry)) {
      if (name.endsWith(".class")) {
        return ConstantPool.strings(in);
      }
      List<String> quoted = new ArrayList<>();
      if (TEXTS.matcher(name).matches()) {
        QUOTED
            .matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8))
            .results()
            .forEach(match -> quoted.add(match.group(2)));
      }
      return quoted;
    }
  }
}
