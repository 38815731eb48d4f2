package io.flexora.transformers.rotary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.flexora.api.run.FlexoraException;
import io.flexora.transformers.config.ConfigFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Frequencies and factors are those of transformers 5.24, in float32 on a CPU. */
class RotaryReferenceTest {

  private static final int HEAD = 16;
  private static final int POSITIONS = 4096;
  private static final float[] PLAIN = {
    1.0f, 0.31622776f, 0.1f, 0.03162278f, 0.01f, 0.0031622779f, 0.001f, 0.0003162278f
  };
  private static final float[] LLAMA_3 = {
    1.0f,
    0.19392276f,
    0.03760603f,
    0.007292665f,
    0.0014142134f,
    0.0002742482f,
    5.3182957e-05f,
    1.0313385e-05f
  };
  private static final float[] SHORT = {1.0f, 0.08f, 0.006666667f, 0.0005f};
  private static final float[] LONG = {0.6666667f, 0.025f, 0.000625f, 1.5625e-05f};

  private static Rotary read(Map<String, Object> keys) {
    return RotaryConfig.read(ConfigFile.of("config.json", keys), RotaryRule.PLAIN, HEAD, POSITIONS);
  }

  private static Map<String, Object> scaling(Object... entries) {
    Map<String, Object> keys = new LinkedHashMap<>();
    for (int i = 0; i < entries.length; i += 2) {
      keys.put((String) entries[i], entries[i + 1]);
    }
    return keys;
  }

  private static void assertClose(float[] found, float... expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i])
          .as("pair %d", i)
          .isCloseTo(expected[i], within(2 * Math.ulp(expected[i])));
    }
  }

  @Test
  void nothingIsScaledByDefault() {
    Rotary rotary = read(Map.of());

    assertClose(rotary.frequencies(), PLAIN);
    assertThat(rotary.attentionFactor()).isEqualTo(1);
    assertThat(rotary.longTexts()).isEmpty();
    assertClose(
        RotaryConfig.read(ConfigFile.of("c", Map.of()), RotaryRule.PLAIN, 10, POSITIONS)
            .frequencies(),
        1.0f,
        0.15848932f,
        0.025118863f,
        0.0039810706f,
        0.0006309573f);
  }

  @Test
  void theBaseIsReadFromTheNewerAndTheOlderKey() {
    assertClose(read(Map.of("rope_theta", 500_000)).frequencies(), LLAMA_3);
    assertClose(
        read(Map.of("rope_parameters", scaling("rope_type", "default", "rope_theta", 500_000)))
            .frequencies(),
        LLAMA_3);
    assertClose(
        read(Map.of("rope_theta", 3, "rope_parameters", scaling("rope_theta", 500_000.0)))
            .frequencies(),
        LLAMA_3);
    assertClose(
        RotaryConfig.read(
                ConfigFile.of("c", Map.of()),
                RotaryRule.PLAIN.withBase("rotary_emb_base", 500_000),
                HEAD,
                POSITIONS)
            .frequencies(),
        LLAMA_3);
  }

  @Test
  void linearScalingStretchesAllPositions() {
    assertClose(
        read(Map.of("rope_scaling", scaling("type", "linear", "factor", 4.0))).frequencies(),
        0.25f,
        0.07905694f,
        0.025f,
        0.007905695f,
        0.0025f,
        0.00079056947f,
        0.00025f,
        7.905695e-05f);
    assertClose(
        read(Map.of(
                "rope_parameters",
                scaling("rope_type", "linear", "factor", 2.5, "rope_theta", 1e6)))
            .frequencies(),
        0.4f,
        0.07113118f,
        0.012649111f,
        0.0022493652f,
        0.00040000002f,
        7.113117e-05f,
        1.26491095e-05f,
        2.2493655e-06f);
  }

  @Test
  void llama3StretchesLongWavelengthsAndBlendsThoseBetween() {
    assertClose(
        read(llama3(500_000, 8.0, 1.0, 4.0, 8192)).frequencies(),
        1.0f,
        0.19392276f,
        0.03760603f,
        0.007292665f,
        0.000524846f,
        3.4281024e-05f,
        6.6478697e-06f,
        1.2891732e-06f);
    assertClose(
        read(llama3(500_000, 32.0, 1.0, 4.0, 8192)).frequencies(),
        1.0f,
        0.19392276f,
        0.03760603f,
        0.007292665f,
        0.0004295567f,
        8.570256e-06f,
        1.6619674e-06f,
        3.222933e-07f);
    assertClose(
        read(llama3(10_000, 4.0, 2.0, 3.0, 512)).frequencies(),
        1.0f,
        0.31622776f,
        0.1f,
        0.021587027f,
        0.0025f,
        0.00079056947f,
        0.00025f,
        7.905695e-05f);
  }

  private static Map<String, Object> llama3(
      double base, double factor, double low, double high, int positions) {
    return Map.of(
        "rope_theta",
        base,
        "rope_scaling",
        scaling(
            "rope_type",
            "llama3",
            "factor",
            factor,
            "low_freq_factor",
            low,
            "high_freq_factor",
            high,
            "original_max_position_embeddings",
            positions));
  }

  @ParameterizedTest
  @CsvSource({
    "131072, , , 1.1902380714238083",
    "131072, factor, 16.0, 1.1547005383792517",
    "131072, attention_factor, 1.25, 1.25",
    "4096, , , 1.0"
  })
  void longRopeHasFactorsForShortAndLongTexts(
      int positions, String key, Double value, double attentionFactor) {
    Map<String, Object> scaling =
        scaling(
            "type",
            "longrope",
            "short_factor",
            List.of(1.0, 1.25, 1.5, 2.0),
            "long_factor",
            List.of(1.5, 4.0, 16.0, 64.0));
    if (key != null) {
      scaling.put(key, value);
    }
    ConfigFile config =
        ConfigFile.of(
            "c", Map.of("rope_scaling", scaling, "original_max_position_embeddings", 4096));
    Rotary rotary = RotaryConfig.read(config, RotaryRule.PLAIN.withLongRope(4096), 8, positions);

    assertClose(rotary.frequencies(), SHORT);
    assertThat(rotary.longTexts().orElseThrow().beyond()).isEqualTo(4096);
    assertClose(rotary.longTexts().orElseThrow().frequencies(), LONG);
    assertThat(rotary.attentionFactor()).isCloseTo(attentionFactor, within(1e-15));
  }

  @Test
  void aPartOfAHeadTurns() {
    RotaryRule half = RotaryRule.PLAIN.withPart(0.5);

    assertClose(
        RotaryConfig.read(ConfigFile.of("c", Map.of()), half, 32, POSITIONS).frequencies(), PLAIN);
    assertClose(
        RotaryConfig.read(
                ConfigFile.of("c", Map.of("partial_rotary_factor", 1.0)), half, HEAD, POSITIONS)
            .frequencies(),
        PLAIN);
  }

  @Test
  void layersOfATypeHaveTheirOwn() {
    ConfigFile newer =
        ConfigFile.of(
            "c",
            Map.of(
                "rope_parameters",
                Map.of(
                    "full_attention",
                    scaling("rope_type", "linear", "factor", 4.0, "rope_theta", 10_000),
                    "sliding_attention",
                    scaling("rope_type", "default", "rope_theta", 500_000))));

    Rotary full =
        RotaryConfig.ofType(newer, "full_attention", true, RotaryRule.PLAIN, HEAD, POSITIONS);
    Rotary sliding =
        RotaryConfig.ofType(newer, "sliding_attention", false, RotaryRule.PLAIN, HEAD, POSITIONS);

    assertThat(full.frequencies()[0]).isEqualTo(0.25f);
    assertClose(sliding.frequencies(), LLAMA_3);
    assertThatThrownBy(() -> RotaryConfig.read(newer, RotaryRule.PLAIN, HEAD, POSITIONS))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining("differ from layer to layer");
  }

  @Test
  void theKeysThatMakeTheFrequenciesAreFoundAgain() {
    assertThat(read(Map.of()).scaling()).contains(Map.of());
    assertThat(read(Map.of("rope_scaling", scaling("type", "linear", "factor", 2.5))).scaling())
        .contains(Map.of("rope_type", "linear", "factor", 2.5));
    Rotary llama = read(llama3(500_000, 8.0, 1.0, 4.0, 8192));
    Map<String, Object> keys = llama.scaling().orElseThrow();
    assertThat(keys)
        .containsEntry("rope_type", "llama3")
        .containsEntry("factor", 8.0)
        .containsEntry("original_max_position_embeddings", 8192);
    assertThat(read(Map.of("rope_theta", 500_000, "rope_scaling", keys))).isEqualTo(llama);
    float[] bent = PLAIN.clone();
    bent[3] *= 1.5f;
    assertThat(new Rotary(10_000, bent, 1).scaling()).isEmpty();
  }

  @Test
  void divisorsAreThoseOfLlamaCpp() {
    Rotary rotary = read(Map.of("rope_scaling", scaling("type", "linear", "factor", 4.0)));

    assertThat(rotary.divisors()).containsOnly(4);
    assertThat(rotary.longDivisors()).isEmpty();
    float[] divided = Frequencies.divided(PLAIN, rotary.divisors());
    assertClose(divided, rotary.frequencies());
    IntStream.range(0, PLAIN.length)
        .forEach(
            i ->
                assertThat(Frequencies.linear(PLAIN, 4)[i])
                    .isCloseTo(PLAIN[i] / 4, within(Math.ulp(PLAIN[i]))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{rope_type: yarn, factor: 4}| only the types default, linear and llama3",
        "{rope_type: dynamic, factor: 4}| only the types default, linear and llama3",
        "{type: linear}| has no key 'factor'",
        "{type: linear, factor: 0}| 'factor' is 0.0; accepted is a number above 0",
        "{type: linear, factor: -2}| a number above 0",
        "{type: linear, factor: 1e9}| a magnitude from 1e-6 to 1e6",
        "{rope_theta: 1}| a number above 1, and 1e12 at most",
        "{rope_type: llama3, factor: 8, low_freq_factor: 4, high_freq_factor: 1}| above low_freq",
        "{rope_type: llama3, factor: 8, high_freq_factor: 4}| has no key 'low_freq_factor'",
        "{partial_rotary_factor: 0.5}| on a part of a head are not supported"
      })
  void wrongScalingIsRefusedByItsKey(String keys, String message) {
    Map<String, Object> scaling = new LinkedHashMap<>();
    for (String entry : keys.replaceAll("[{}]", "").split(", ", -1)) {
      String[] parts = entry.split(": ", -1);
      boolean number = parts[1].matches("[-0-9.e]+");
      scaling.put(parts[0], number ? (Object) Double.valueOf(parts[1]) : parts[1]);
    }

    assertThatThrownBy(() -> read(Map.of("rope_scaling", scaling)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContaining(message);
  }
}
