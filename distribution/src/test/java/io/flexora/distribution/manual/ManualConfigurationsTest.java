package io.flexora.distribution.manual;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.flexora.distribution.compare.TinyComparison;
import io.flexora.distribution.tiny.DescribedDecoder;
import io.flexora.distribution.tiny.Program;
import io.flexora.distribution.tiny.TinyExperiment;
import io.flexora.host.FlexoraHost;
import io.flexora.runstore.RunListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Puts every piece of YAML of the manual into a small experiment or comparison, binds it to the
 * installed plugins, and checks what does not name data or models that are not here.
 */
class ManualConfigurationsTest {

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  /** What is for language models. */
  private static final Pattern FOR_DECODERS =
      Pattern.compile(
          "[qkvo]_proj|decoder|piqa|multiple_choice|instruction|losa|pruned|preference");

  /** Whose names lead to files. */
  private static final Set<String> ELSEWHERE =
      Set.of("model", "models", "dataset", "task", "tasks");

  @TempDir static Path folder;
  private static FlexoraHost host;
  private static ObjectNode encoder;
  private static ObjectNode decoder;
  private static ObjectNode comparison;
  private static Set<String> ofExperiments;

  @BeforeAll
  static void prepare() throws IOException {
    host =
        FlexoraHost.builder()
            .home(Program.HOME)
            .cache(folder.resolve("host"))
            .pollInterval(Duration.ZERO)
            .start();
    Path tiny = folder.resolve("tiny");
    encoder = read(TinyExperiment.in(tiny).file());
    comparison = read(TinyComparison.in(tiny).file());
    decoder = read(Program.HOME.resolve("config/piqa.yaml"));
    ((ObjectNode) decoder.get("model"))
        .put("source", "file:" + DescribedDecoder.model(folder.resolve("decoder"), "smollm2"));
    ((ObjectNode) decoder.get("dataset"))
        .put("source", "file:" + DescribedDecoder.data(folder.resolve("piqa"), "piqa"))
        .put("train_rows", 6)
        .put("validation", 2);
    ofExperiments = new TreeSet<>();
    YAML.readTree(host.schema())
        .get("properties")
        .fieldNames()
        .forEachRemaining(ofExperiments::add);
  }

  @AfterAll
  static void close() {
    host.close();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyPieceOfYamlFits(MarkdownPage page) throws IOException {
    for (String block : page.blocks("yaml")) {
      if (YAML.readTree(block) instanceof ObjectNode piece) {
        if (ofExperiments.containsAll(names(piece)) && !page.name().matches("compar.*|cluster")) {
          checkExperiment(page, block, piece);
        } else {
          bindComparison(page, block, piece);
        }
      }
    }
  }

  private static void checkExperiment(MarkdownPage page, String block, ObjectNode piece)
      throws IOException {
    ObjectNode base = FOR_DECODERS.matcher(block).find() ? decoder : encoder;
    // The examples here fill no calibration row of the usual length, and few steps of an epoch.
    List<String> changes =
        block.matches("(?s).*use: (losa|pruned).*")
            ? List.of("trainer.calibration_tokens=16", "trainer.max_steps=10")
            : List.of();
    var experiment = host.experiment(merged(base, piece), page + ".yaml", changes);
    if (names(piece).stream().noneMatch(ELSEWHERE::contains)) {
      assertThat(experiment.check(RunListener.NONE).cells()).as(block).isNotEmpty();
    }
  }

  private static void bindComparison(MarkdownPage page, String block, ObjectNode piece)
      throws IOException {
    ObjectNode base = comparison.deepCopy();
    if (piece.has("adapters")) {
      base.remove("adapter");
    }
    if (piece.has("strategies") && !piece.has("baseline")) {
      base.remove("baseline");
    }
    Path file = Files.writeString(folder.resolve(page + ".yaml"), merged(base, piece));
    assertThat(host.comparison(file, List.of()).cells()).as(block).isNotEmpty();
  }

  /** The base with the sections of the piece in place of its own. */
  private static String merged(ObjectNode base, ObjectNode piece) throws IOException {
    ObjectNode merged = base.deepCopy();
    merged.setAll(piece);
    return YAML.writeValueAsString(merged);
  }

  private static List<String> names(ObjectNode node) {
    return node.propertyStream().map(Map.Entry::getKey).toList();
  }

  private static ObjectNode read(Path file) throws IOException {
    return (ObjectNode) YAML.readTree(file.toFile());
  }

  static List<MarkdownPage> pages() throws IOException {
    return MarkdownPage.all().stream().filter(page -> !page.blocks("yaml").isEmpty()).toList();
  }
}
