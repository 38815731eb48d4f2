package io.flexora.model.encoder.family;

import io.flexora.transformers.config.ConfigFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The families of encoders that are read from folders in Hugging Face form. */
public final class Families {

  private static final Map<String, Function<ConfigFile, Encoder>> FAMILIES =
      new TreeMap<>(
          Map.of(
              "bert", Bert::of,
              "deberta-v2", DebertaV2::of,
              "distilbert", DistilBert::of,
              "electra", Electra::of,
              "modernbert", ModernBert::of,
              "mpnet", MpNet::of,
              "roberta", config -> Roberta.of("roberta", config),
              "xlm-roberta", config -> Roberta.of("xlm-roberta", config)));

  private Families() {}

  /**
   * Reads the {@code config.json} of a folder in Hugging Face form.
   *
   * @throws IOException if it cannot be read
   * @throws io.flexora.api.run.FlexoraException if it describes a model that is not computed here
   */
  public static Encoder ofFolder(Path folder) throws IOException {
    ConfigFile config = ConfigFile.read(folder.resolve("config.json"));
    String type = config.text("model_type").orElseThrow(() -> config.missing("model_type"));
    Function<ConfigFile, Encoder> family = FAMILIES.get(type);
    if (family == null) {
      throw config.wrong(
          "model_type", type, "an encoder of the families " + String.join(", ", FAMILIES.keySet()));
    }
    if (config.value("quantization_config").isPresent()) {
      throw config.unsupported(
          "quantization_config", "set", "quantised encoders are not supported; take float weights");
    }
    return family.apply(config);
  }
}
