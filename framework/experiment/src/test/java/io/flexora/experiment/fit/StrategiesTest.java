package io.flexora.experiment.fit;

import static org.assertj.core.api.Assertions.assertThat;

import io.flexora.config.yaml.ConfigNode;
import io.flexora.config.yaml.ConfigNode.Entry;
import io.flexora.config.yaml.ConfigNode.Mapping;
import io.flexora.config.yaml.ConfigNode.Scalar;
import io.flexora.config.yaml.ConfigNode.Sequence;
import io.flexora.config.yaml.Location;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class StrategiesTest {

  private static final Path FOLDER = Path.of("").toAbsolutePath();
  private static final Location FILE = new Location("compare.yaml", FOLDER, 12, 7, false);
  private static final Location DEFAULT = new Location("compare.yaml", FOLDER, 12, 7, true);
  private static final Location OTHER = new Location("compare.yaml", FOLDER, 13, 9, false);
  private static final Location FLAG = new Location("--set x=4", FOLDER, 0, 1, false);

  private static Entry option(String key, Location location, String text) {
    return new Entry(key, location, new Scalar(location, text, true));
  }

  private static Location place(Entry... options) {
    return Strategies.place(new Mapping(FILE, List.of(options)), 4);
  }

  @Test
  void aNumberOfLayersHasThePlaceOfTheOptionThatSaysIt() {
    Entry use = option("use", FILE, "last");
    assertThat(place(use, option("layers", FLAG, "4"))).isEqualTo(FLAG);
    assertThat(place(use, option("layers", FLAG, "4"), option("batches", DEFAULT, "4")))
        .isEqualTo(FLAG);
    assertThat(place(use, option("k", FLAG, "4"), option("batch_size", OTHER, "4")))
        .isEqualTo(FLAG);
    ConfigNode zero = new Scalar(FLAG, "0", true);
    Entry listed = new Entry("layers", FLAG, new Sequence(FLAG, Collections.nCopies(4, zero)));
    assertThat(place(use, listed)).isEqualTo(FLAG);
  }

  @Test
  void whereNoOptionSaysItTheStrategyHasBeenChosenSomewhere() {
    assertThat(place(option("use", FILE, "all"))).isEqualTo(FILE);
    assertThat(place(option("use", FLAG, "all"))).isEqualTo(FLAG);
    assertThat(place(option("use", FILE, "x"), option("k", FLAG, "4"), option("n", FLAG, "4")))
        .isEqualTo(FILE);
    assertThat(Strategies.place(new Scalar(FLAG, "all", true), 4)).isEqualTo(FLAG);
  }
}
