package io.flexora.formats.peft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.flexora.api.run.FlexoraException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class UniformRankTest {

  private static final String MODULE = "model.layers.0.self_attn.q_proj";

  record Module(int rank, double scale, int inputs, int outputs) {}

  record Reference(Map<String, Object> configuration, Map<String, Module> modules) {}

  static List<Reference> cases() throws IOException {
    try (InputStream in = UniformRankTest.class.getResourceAsStream("peft-ranks.json")) {
      return new ObjectMapper().readValue(in, new TypeReference<>() {});
    }
  }

  /** The rank and scale that PEFT itself gives each module; made by framework/interop. */
  @ParameterizedTest
  @MethodSource("cases")
  void theScaledProductOfEachModuleIsThatOfPeft(Reference one) {
    PeftAdapter before = random(one);
    PeftAdapter after = UniformRank.of(before);
    int rank = one.modules().values().stream().mapToInt(Module::rank).max().orElseThrow();
    assertThat(after.configuration())
        .containsEntry("r", rank)
        .doesNotContainKeys("rank_pattern", "alpha_pattern");
    double alpha = ((Number) after.configuration().get("lora_alpha")).doubleValue();
    boolean rootOfRank = one.configuration().containsKey("use_rslora");
    double scale = alpha / (rootOfRank ? Math.sqrt(rank) : rank);
    one.modules()
        .forEach(
            (path, module) -> {
              double[] expected = product(before, path, module, module.rank(), module.scale());
              double[] actual = product(after, path, module, rank, scale);
              assertThat(actual).containsExactly(expected, within(1e-6));
            });
  }

  private static PeftAdapter random(Reference one) {
    SplittableRandom random = new SplittableRandom(1);
    TreeMap<String, PeftAdapter.Values> tensors = new TreeMap<>();
    one.modules()
        .forEach(
            (path, module) -> {
              tensors.put(a(path), values(random, module.rank(), module.inputs()));
              tensors.put(b(path), values(random, module.outputs(), module.rank()));
            });
    return new PeftAdapter(one.configuration(), tensors);
  }

  private static PeftAdapter.Values values(SplittableRandom random, long rows, long columns) {
    float[] values = new float[Math.toIntExact(rows * columns)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return new PeftAdapter.Values(List.of(rows, columns), values);
  }

  private static double[] product(
      PeftAdapter adapter, String path, Module module, int rank, double scale) {
    PeftAdapter.Values a = adapter.tensors().get(a(path));
    PeftAdapter.Values b = adapter.tensors().get(b(path));
    assertThat(a.shape()).containsExactly((long) rank, (long) module.inputs());
    assertThat(b.shape()).containsExactly((long) module.outputs(), (long) rank);
    double[] product = new double[module.outputs() * module.inputs()];
    for (int i = 0; i < product.length; i++) {
      int row = i / module.inputs();
      int column = i % module.inputs();
      for (int k = 0; k < rank; k++) {
        double term = b.values()[row * rank + k] * a.values()[k * module.inputs() + column];
        product[i] += scale * term;
      }
    }
    return product;
  }

  private static String a(String path) {
    return PeftAdapter.PREFIX + path + ".lora_A.weight";
  }

  private static String b(String path) {
    return PeftAdapter.PREFIX + path + ".lora_B.weight";
  }

  @Test
  void anAdapterWithoutPatternsIsItself() {
    PeftAdapter plain = new PeftAdapter(Map.of("r", 4, "rank_pattern", Map.of()), new TreeMap<>());
    assertThat(UniformRank.of(plain)).isSameAs(plain);
  }

  /** What was taken out of each matrix has the module's own rank and scale. */
  @ParameterizedTest
  @CsvSource({
    "pissa, rank_pattern",
    "pissa_niter_4, rank_pattern",
    "olora, rank_pattern",
    "pissa, alpha_pattern",
    "PiSSA, alpha_pattern",
    "olora, alpha_pattern"
  })
  void patternsOfWhatWasTakenOutOfTheMatricesAreLeftToTheirMethod(String start, String pattern) {
    PeftAdapter adapter = patterned(Map.of("init_lora_weights", start, pattern, Map.of(MODULE, 3)));
    assertThat(UniformRank.of(adapter)).isSameAs(adapter);
  }

  @Test
  void patternsOfOtherStartsAndOfRowsWithLengthsAreTaken() {
    for (Object start : List.of(true, "gaussian", "eva", "orthogonal")) {
      PeftAdapter adapter =
          patterned(
              Map.of(
                  "init_lora_weights", start, "use_dora", true, "rank_pattern", Map.of(MODULE, 3)));
      assertThat(UniformRank.of(adapter).configuration())
          .containsEntry("use_dora", true)
          .doesNotContainKey("rank_pattern");
    }
  }

  private static PeftAdapter patterned(Map<String, Object> more) {
    SplittableRandom random = new SplittableRandom(1);
    TreeMap<String, PeftAdapter.Values> tensors = new TreeMap<>();
    tensors.put(a(MODULE), values(random, 3, 6));
    tensors.put(b(MODULE), values(random, 8, 3));
    Map<String, Object> keys = new TreeMap<>(Map.of("peft_type", "LORA", "r", 3, "lora_alpha", 6));
    keys.putAll(more);
    return new PeftAdapter(keys, tensors);
  }

  @Test
  void whatCannotBeReadIsToldByName() {
    refused(Map.of("q_proj", "three"), 3, "rank_pattern", "'q_proj: three'");
    refused(Map.of("q_proj", 2.5), 3, "rank_pattern", MODULE, "the rank 2.5");
    refused(Map.of("q_proj", 0), 3, "rank_pattern", MODULE, "the rank 0.0");
    refused(Map.of("(q_proj", 3), 3, "rank_pattern", "not a regular expression");
    refused(Map.of("q_proj", 3), 4, a(MODULE), "[4, 6]", "gives it the rank 3");
  }

  /** What counts is the memory that the zeros take. */
  @Test
  void ranksMayDifferByAnyFactorWhereTheZerosAreFew() {
    SplittableRandom random = new SplittableRandom(1);
    String other = "model.layers.1.self_attn.q_proj";
    TreeMap<String, PeftAdapter.Values> tensors = new TreeMap<>();
    tensors.put(a(MODULE), values(random, 300, 6));
    tensors.put(b(MODULE), values(random, 8, 300));
    tensors.put(a(other), values(random, 1, 6));
    tensors.put(b(other), values(random, 8, 1));
    PeftAdapter before =
        new PeftAdapter(
            Map.of(
                "peft_type", "LORA", "r", 1, "lora_alpha", 2, "rank_pattern", Map.of(MODULE, 300)),
            tensors);
    PeftAdapter after = UniformRank.of(before);
    assertThat(after.configuration()).containsEntry("r", 300).containsEntry("lora_alpha", 300.0);
    Module wide = new Module(300, 2 / 300.0, 6, 8);
    Module narrow = new Module(1, 2, 6, 8);
    assertThat(product(after, MODULE, wide, 300, 1))
        .containsExactly(product(before, MODULE, wide, 300, wide.scale()), within(1e-6));
    assertThat(product(after, other, narrow, 300, 1))
        .containsExactly(product(before, other, narrow, 1, narrow.scale()), within(1e-6));
  }

  @Test
  void aFewBytesDoNotAskForGigabytes() {
    SplittableRandom random = new SplittableRandom(1);
    TreeMap<String, PeftAdapter.Values> tensors = new TreeMap<>();
    tensors.put(a(MODULE), values(random, 100_000, 1));
    tensors.put(a("model.layers.1.self_attn.q_proj"), values(random, 1, 100_000));
    Map<String, Object> keys =
        Map.of(
            "peft_type", "LORA", "r", 1, "lora_alpha", 1, "rank_pattern", Map.of(MODULE, 100_000));
    assertThatThrownBy(() -> UniformRank.of(new PeftAdapter(keys, tensors)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("run from 1 to 100000")
        .hasMessageContaining("takes 38146 MiB of zeros, and at most 1024 MiB are added");
  }

  private static void refused(Map<String, Object> ranks, int rank, CharSequence... said) {
    SplittableRandom random = new SplittableRandom(1);
    TreeMap<String, PeftAdapter.Values> tensors = new TreeMap<>();
    tensors.put(a(MODULE), values(random, rank, 6));
    tensors.put(b(MODULE), values(random, 8, rank));
    Map<String, Object> keys =
        Map.of("peft_type", "LORA", "r", 4, "lora_alpha", 6, "rank_pattern", ranks);
    assertThatThrownBy(() -> UniformRank.of(new PeftAdapter(keys, tensors)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContainingAll(said);
  }
}
