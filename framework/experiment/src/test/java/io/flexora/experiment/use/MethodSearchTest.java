package io.flexora.experiment.use;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.flexora.api.adapter.AdapterMethod;
import io.flexora.api.run.FlexoraException;
import io.flexora.experiment.NoExtensions;
import io.flexora.experiment.setup.Wiring;
import io.flexora.formats.peft.PeftAdapter;
import io.flexora.plugin.extension.ExtensionCatalog;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of adapters where no method is installed. */
class MethodSearchTest {

  private static PeftAdapter adapter(Map<String, Object> keys) {
    return new PeftAdapter(keys, new TreeMap<>());
  }

  private static AdapterMethod find(Map<String, Object> keys, String... unusable) {
    ExtensionCatalog catalog = new NoExtensions(List.of(unusable));
    return new MethodSearch(catalog, new Wiring(catalog)).of(adapter(keys));
  }

  @ParameterizedTest
  @CsvSource({
    "LORA, use_dora, true, dora, flexora-adapter-dora",
    "LORA, init_lora_weights, pissa, pissa, flexora-adapter-residual",
    "lora, init_lora_weights, PiSSA_niter_16, pissa, flexora-adapter-residual",
    "LORA, init_lora_weights, OLoRA, olora, flexora-adapter-residual",
    "LORA, init_lora_weights, gaussian, lora, flexora-adapter-lora",
    "LORA, use_dora, false, lora, flexora-adapter-lora",
    "VERA, r, 256, vera, flexora-adapter-vera"
  })
  void theMethodThatIsMeantIsNamedWithThePluginThatBringsIt(
      String type, String key, String value, String method, String plugin) {
    boolean truth = value.equals("true") || value.equals("false");
    Object written = truth ? (Object) Boolean.valueOf(value) : value;
    assertThatThrownBy(() -> find(Map.of("peft_type", type, key, written)))
        .isInstanceOf(FlexoraException.class)
        .hasMessageContainingAll(
            "is read by adapter method '" + method + "', which is not installed",
            "Plugin " + plugin + " brings it: take " + plugin + ".jar",
            "flexora plugins install");
  }

  @Test
  void whatTellsAnAdapterFromOthersOfItsTypeIsNamed() {
    assertThatThrownBy(() -> find(Map.of("peft_type", "LORA", "use_dora", true)))
        .hasMessageStartingWith("peft_type LORA with use_dora: true is read by");
    assertThatThrownBy(() -> find(Map.of("peft_type", "OFT")))
        .hasMessageStartingWith("peft_type OFT is read by");
  }

  @Test
  void aPluginThatIsThereAndNotInUseIsNamedWithItsCause() {
    assertThatThrownBy(() -> find(Map.of("peft_type", "IA3"), "plugin x 1.0 is not in use: why"))
        .isInstanceOf(FlexoraException.class)
        .hasMessageEndingWith("; plugin x 1.0 is not in use: why");
  }

  @Test
  void aTypeThatNobodyKnowsIsNamed() {
    assertThatThrownBy(() -> find(Map.of("peft_type", "BOFT")))
        .isInstanceOf(FlexoraException.class)
        .hasMessage("no installed adapter method reads the peft_type 'boft'; there are []");
  }

  @Test
  void theFirstRowThatFitsCounts() {
    Map<String, Object> both =
        Map.of("peft_type", "LORA", "use_dora", true, "init_lora_weights", "pissa");
    assertThat(PeftMethods.shipped().meant(adapter(both)).orElseThrow().method()).isEqualTo("dora");
  }
}
