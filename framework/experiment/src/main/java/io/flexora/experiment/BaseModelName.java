package io.flexora.experiment;

import io.flexora.config.ConfigNode;
import java.util.Optional;

/** Finds what to call the base model of an adapter. */
final class BaseModelName {

  private static final String HUB = "hf:";
  private static final String FILE = "file:";

  private BaseModelName() {}

  /**
   * The model's {@code source} where it has that option, as most backends do; else its backend. A
   * repository of the Hugging Face Hub and a path are written as PEFT knows them.
   */
  static String in(ConfigNode resolved) {
    Optional<ConfigNode> model = ConfigValue.in(resolved, "model");
    return model
        .flatMap(m -> ConfigValue.in(m, "source"))
        .or(() -> model.flatMap(m -> ConfigValue.in(m, "use")))
        .map(ConfigValue::text)
        .map(BaseModelName::asPeftHasIt)
        .orElse("");
  }

  private static String asPeftHasIt(String source) {
    if (source.startsWith(HUB)) {
      return source.substring(HUB.length()).replaceFirst("@.*", "");
    }
    return source.startsWith(FILE) ? source.substring(FILE.length()) : source;
  }
}
