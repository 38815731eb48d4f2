package io.flexora.testkit.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.plugin.Component;
import io.flexora.api.plugin.Option;
import io.flexora.api.selection.Selector;
import io.flexora.config.yaml.ConfigurationException;
import org.junit.jupiter.api.Test;

class ExtensionsTest {

  record Plain(@Option(doc = "d", byDefault = "4") int layers) {}

  record Choosing(@Option(doc = "d", byDefault = "mine") Component<Selector> selector) {}

  @Test
  void optionsThatChooseNoExtensionNeedNoHost() {
    assertThat(Extensions.options(Plain.class, "{layers: 3}")).isEqualTo(new Plain(3));
  }

  @Test
  void optionsThatChooseOneSayWhereThereIsAHost() {
    assertThatThrownBy(() -> Extensions.options(Choosing.class, "{}"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("there is no selector 'mine'")
        .hasMessageContaining("extension(SEED) makes in a subclass of the suite");
  }
}
