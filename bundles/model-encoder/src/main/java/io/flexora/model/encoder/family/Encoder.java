package io.flexora.model.encoder.family;

import io.flexora.api.adapter.ModuleShape;
import io.flexora.numerics.torch.ScriptText;
import io.flexora.transformers.checkpoint.FrozenArrays;
import io.flexora.transformers.config.ConfigFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * An encoder as its family describes it.
 *
 * @param modelType the name of the family in a {@code config.json}
 * @param prefix the prefix of its tensors in a model with a head, such as {@code bert.}
 * @param sizes its dimensions
 * @param modules the modules of a layer that can be adapted, in the order of the forward pass
 * @param defaultTargets the names of the modules that PEFT adapts by default
 * @param arrays the arrays that the text computes with
 * @param text the methods {@code embedded} and {@code layer}
 */
public record Encoder(
    String modelType,
    String prefix,
    Sizes sizes,
    List<ModuleShape> modules,
    List<String> defaultTargets,
    FrozenArrays arrays,
    ScriptText text) {

  private static final Map<String, Function<ConfigFile, Encoder>> FAMILIES =
      new TreeMap<>(
          Map.of(
              "bert", Bert::of,
              "distilbert", DistilBert::of,
              "electra", Electra::of,
              "mpnet", MpNet::of,
              "roberta", config -> Roberta.of("roberta", config),
              "xlm-roberta", config -> Roberta.of("xlm-roberta", config)));

  /** Copies the lists. */
  public Encoder {
    modules = List.copyOf(modules);
    defaultTargets = List.copyOf(defaultTargets);
  }

  /**
   * The dimensions of an encoder.
   *
   * @param vocabulary the rows of the token embedding
   * @param positions the tokens of the longest text
   */
  public record Sizes(
      int layers, int hidden, int heads, int intermediate, int vocabulary, int positions) {}

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

  /**
   * The name of a tensor as {@link #arrays} has it. Files of models without a head leave out the
   * prefix, and old ones call the weight and bias of a norm gamma and beta.
   *
   * @return empty for a tensor that is not computed with, such as one of a head
   */
  public Optional<String> tensorName(String inFiles) {
    String name = inFiles.replaceFirst("\\.gamma$", ".weight").replaceFirst("\\.beta$", ".bias");
    return Stream.of(name, prefix + name).filter(arrays::has).findFirst();
  }
}
