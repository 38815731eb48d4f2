package io.flexora.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.api.adapter.AdapterForm;
import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.adapter.ModuleShape;
import io.flexora.api.plugin.Option;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** An adapter whose file has a key of its own that follows from an option. */
class WrittenOptionsTest {

  private static final ModuleShape MODULE = new ModuleShape("query", "layer.%d.query", 3, 2);
  private static final Pattern SCALE = Pattern.compile("[{,] ?scale: ([0-9.]+)");

  /** The options of the adapter. */
  record ScaledOptions(@Option(doc = "factor", byDefault = "1.0") double scale) {}

  private static WrittenOptions written(String key) {
    return new WrittenOptions("scaled", ScaledOptions.class, yaml -> scaled(key, yaml), MODULE);
  }

  private static AdapterMethod scaled(String key, String yaml) {
    Matcher found = SCALE.matcher(yaml);
    double scale = found.find() ? Double.parseDouble(found.group(1)) : 1;
    return new LowRank() {
      @Override
      public AdapterForm form() {
        return () -> Map.of("peft_type", "SCALED", key, scale);
      }
    };
  }

  @Test
  void aKeyThatIsAnOptionIsReadWithEveryValue() {
    WrittenOptions options = written("scale");
    assertThat(options.others()).hasSizeGreaterThan(3);
    assertThat(options.others()).allSatisfy(yaml -> assertThat(options.misread(yaml)).isEmpty());
  }

  @Test
  void aKeyThatNoOptionHasIsMisreadWhereItsValueIsAnother() {
    WrittenOptions options = written("own_scale");
    assertThat(options.misread("scaled")).as("the value that all options give").isEmpty();
    assertThat(options.misread("{use: scaled, scale: 3.0}"))
        .hasValueSatisfying(why -> assertThat(why).contains("own_scale"));
  }
}
