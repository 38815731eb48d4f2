package io.flexora.model.encoder.family;

import io.flexora.transformers.config.ConfigFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The families of encoders that are read from folders in Hugging Face form. */
public final class Families {

  private static final Map<String, Family> FAMILIES =
      new TreeMap<>(
          Map.of(
              "bert", Bert::of,
              "deberta-v2", DebertaV2::of,
              "distilbert", DistilBert::of,
              "electra", Electra::of,
              "modernbert", ModernBert::of,
              "mpnet", MpNet::of,
              "roberta", (config, keeps) -> Roberta.of("roberta", config, keeps),
              "xlm-roberta", (config, keeps) -> Roberta.of("xlm-roberta", config, keeps)));

  /** The description of an encoder by its configuration, with or without its own classifier. */
  private interface Family {
    Encoder of(ConfigFile config, boolean keepsHead);
  }

  private Families() {}

  /**
   * Reads the {@code config.json} of a folder in Hugging Face form.
   *
   * @param keepsHead whether heads are to start from the classifier in the folder
   * @throws IOException if it cannot be read
   * @throws io.flexora.api.run.FlexoraException if it describes a model that is not computed here
   */
  public static Encoder ofFolder(Path folder, boolean keepsHead) throws IOException {
    ConfigFile config = ConfigFile.read(folder.resolve("config.json"));
    String type = config.text("model_type").orElseThrow(() -> config.missing("model_type"));
    Family family = FAMILIES.get(type);
    if (family == null) {
      throw config.wrong(
          "model_type", type, "an encoder of the families " + String.join(", ", FAMILIES.keySet()));
    }
    if (config.value("quantization_config").isPresent()) {
      throw config.unsupported(
          "quantization_config", "set", "quantised encoders are not supported; take float weights");
    }
    return family.of(config, keepsHead);
  }
}
