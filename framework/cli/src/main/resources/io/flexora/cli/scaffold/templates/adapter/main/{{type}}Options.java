package {{package}};

import io.flexora.api.plugin.Option;
import java.util.List;

/** The options of {@code {{name}}}; the names are those that PEFT users know. */
public record {{type}}Options(
    @Option(doc = "the rank of the change", byDefault = "8", min = 1, aliases = "r") int loraRank,
    @Option(doc = "the change is scaled by lora_alpha / lora_rank", byDefault = "16", min = 0)
        double loraAlpha,
    @Option(doc = "the modules to adapt; the model's usual ones if none is named", byDefault = "[]")
        List<String> targetModules) {

  /** Copies the list. */
  public {{type}}Options {
    targetModules = List.copyOf(targetModules);
  }

  double scaling() {
    return loraAlpha / loraRank;
  }
}
